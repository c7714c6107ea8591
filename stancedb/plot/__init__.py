"""Pictures and pages: turn what operations return into a chart, a picture of it, and a page with both."""
