"""From evidence to stances to changes, in SQL."""
