"""What all rooms ask: handles, the state at a changeset, and the views and functions that say an idea once."""
