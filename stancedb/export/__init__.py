"""Exports: files of records that load again, with counts of what they leave out, and files for analysis."""
