"""What all rooms ask: handles, and the state at a changeset."""
