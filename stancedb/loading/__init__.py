"""From a file to records, from records to rows: one path for one record and for a million."""
