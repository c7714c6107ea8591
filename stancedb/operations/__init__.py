"""What people change: plain functions, the session first. None prints or commits; each returns what it changed."""
