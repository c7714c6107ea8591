"""Queries that several rooms use: handles, the state at a changeset, and shared views and functions."""
