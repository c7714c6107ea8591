"""The functions by which coders work on assigned texts; they are the only way to write to the workbench."""
