"""Bytes and formats to records."""
