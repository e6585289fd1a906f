"""Prove a published book: compute it again from nothing, and name everything that differs."""
