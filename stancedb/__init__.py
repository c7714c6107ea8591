"""Who stands where on which policy question, when that changed, and on what evidence."""

__version__ = "0.1.0"
