"""Jobs that can be gone on with: parts beside the outputs, and a checkpoint of how far they have come."""
