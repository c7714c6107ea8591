"""Files that let other programs read what is reported."""
