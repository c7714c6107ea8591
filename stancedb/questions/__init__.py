"""Functions that query data: they take a session first and change nothing; the SQL is in a file beside each module."""
