"""Places in an article that may hold a statement, for a coder to jump to; never a filter of what may be coded."""
