"""Guideline values for staffing Swedish primary care, computed from open tables."""
