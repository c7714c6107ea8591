"""Derive stances from evidence, and changes from stances, in SQL."""
