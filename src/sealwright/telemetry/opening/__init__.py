"""Opening and sealing in bulk: batches go in, engines try keys, plaintext comes out verified."""
