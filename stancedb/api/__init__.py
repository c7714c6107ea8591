"""The Python API: a database as an object, and answers as typed rows that convert to data frames."""
