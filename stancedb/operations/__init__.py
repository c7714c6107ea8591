"""What changes things and what answers questions: plain functions, the session first; nothing here prints or commits."""
