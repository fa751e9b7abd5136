"""Virtual devices and the services that know them: for trying and testing without credentials."""
