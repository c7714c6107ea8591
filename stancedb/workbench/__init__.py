"""Functions for coders to work on assigned texts; they are the only way to read and write the workbench."""
