"""Load records into rows, by the same path for one record and for a million."""
