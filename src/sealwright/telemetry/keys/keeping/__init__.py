"""How parameters are kept: entries, their names, the vault that seals them, and the tables of a file."""
