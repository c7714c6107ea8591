"""Releases: labelled states of the database, as files."""
