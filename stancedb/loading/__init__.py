"""Load records into rows, through the same code for one record or a million."""
