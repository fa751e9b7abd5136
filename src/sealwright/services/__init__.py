"""The REST services, one client for each API. They know paths, bodies and credentials, and no wing."""
