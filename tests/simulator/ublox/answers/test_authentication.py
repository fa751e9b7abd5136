"""Tokens over the exchange."""

import json

from simulating import ask, furnished


def test_both_calls():
    """The first needs no token, the second no valid one."""
    simulator = furnished()
    key, secret = simulator.credentials.api_key, simulator.credentials.api_secret
    told = json.loads(
        ask(simulator, "/authenticate", {"APIKey": key, "APISecret": secret}, authorization="").body
    )
    refresh = {"APIKey": key, "RefreshToken": told["RefreshToken"]}
    again = json.loads(ask(simulator, "/refreshauthtoken", refresh, authorization="").body)
    assert told.keys() == {"AuthToken", "RefreshToken"}
    assert again.keys() == {"AuthToken"}
    assert again["AuthToken"] != told["AuthToken"]
