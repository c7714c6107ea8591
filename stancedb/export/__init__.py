"""What leaves the database: files of records that load again, and an account of what no such file can carry."""
