"""Pages, feeds and archives to articles."""
