"""The u-blox security service, simulated (Security Services REST APIs 1.1.29)."""
