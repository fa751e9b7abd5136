"""What all simulated services have in common: how a call arrives, what befalls it, and how it is answered."""
