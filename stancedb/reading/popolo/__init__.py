"""Popolo JSON: persons, organizations, posts and memberships as actors."""
