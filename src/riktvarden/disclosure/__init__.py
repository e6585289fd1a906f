"""Statistical disclosure control: audit published tables for inference about persons, and suppress cells."""
