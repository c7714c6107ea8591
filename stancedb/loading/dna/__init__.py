"""Load files of Discourse Network Analyzer into rows."""
