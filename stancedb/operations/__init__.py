"""What changes things and what answers questions: plain functions, the session first; none prints or commits."""
