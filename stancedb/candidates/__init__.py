"""Places in an article that may contain a statement, for a coder to jump to; never a filter of what may be coded."""
