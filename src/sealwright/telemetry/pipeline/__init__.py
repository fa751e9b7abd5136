"""Files, tables and clusters: rows in, the same rows out with what became of their messages."""
