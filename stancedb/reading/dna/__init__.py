"""Files of Discourse Network Analyzer."""
