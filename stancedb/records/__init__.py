"""What a file may say: the contract of its records."""
