"""What the regions have today: specialist-training posts and, later, other personnel."""
