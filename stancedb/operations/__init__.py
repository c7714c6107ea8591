"""Functions that change data: they take a session first, return what they changed, and neither print nor commit."""
