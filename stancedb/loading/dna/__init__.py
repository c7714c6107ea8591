"""Files of Discourse Network Analyzer to rows."""
