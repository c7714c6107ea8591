"""States of the database under a name, as files."""
