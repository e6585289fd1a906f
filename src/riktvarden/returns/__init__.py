"""The regions' returns on specialist training: the form, its check, and storage for the baseline."""
