"""Whether a published table lets anyone work out a person, and what to hide if it does: for whoever publishes."""
