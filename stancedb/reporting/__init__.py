"""The ``reporting`` schema, which readers and BI tools see."""
