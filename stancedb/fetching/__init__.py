"""What is read from an address."""
