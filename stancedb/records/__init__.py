"""Define the contract of records: what a file may contain."""
