"""How a service is asked for parameters, and what keeps it from costing more than it may."""
