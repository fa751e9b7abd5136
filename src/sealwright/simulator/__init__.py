"""Virtual devices and, later, both services: for trying and testing without credentials."""
