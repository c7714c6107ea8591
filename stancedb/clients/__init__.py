"""Files by which other programs read what is reported."""
