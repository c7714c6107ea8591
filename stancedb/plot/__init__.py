"""Pictures and pages: from what operations return to a chart, a picture of it, and a page that holds both."""
