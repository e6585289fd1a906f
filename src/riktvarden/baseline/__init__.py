"""Today's staff in the regions: specialist-training posts and personnel statistics."""
