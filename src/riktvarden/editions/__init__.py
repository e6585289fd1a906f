"""Editions: freeze what the report rests on and says, and explain what changed since the one before."""
