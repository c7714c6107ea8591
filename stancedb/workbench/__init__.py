"""The functions by which coders work on assigned texts; they are the only way to read and write the workbench."""
