"""Documents fetched from the web."""
