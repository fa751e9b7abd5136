"""How a cache works: memory that forgets, single flight, leases, and the question that it answers."""
