"""What people ask: plain functions, the session first. None changes anything; the SQL stands beside each module."""
