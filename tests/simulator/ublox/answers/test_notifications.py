"""Hooks: created, changed, listed, deleted; called when something happens."""

from sealwright.simulator.device import Device
from simulating import call, furnished, refused

URL = "https://example.com/hook"
HOOK = {"NotificationURL": URL, "AuthorizationToken": "Bearer made for testing"}


def test_a_hook_lives():
    """From its creation to its deletion; a second one for the same event is refused."""
    simulator = furnished()
    create = {**HOOK, "NotificationType": "DEVICE_BOOTSTRAP_EVENT"}
    call(simulator, "/notification/webhook/create", **create)
    assert refused(simulator, "/notification/webhook/create", **create)[0] == 400
    simulator.register([Device(1, 100)])
    call(simulator, "/notification/webhook/update", NotificationURL=URL, AuthorizationToken="Bearer new")
    assert call(simulator, "/notification/webhook/get") == [
        {
            "NotificationURL": URL,
            "NotificationType": "DEVICE_BOOTSTRAP_EVENT",
            "AuthorizationToken": "Bearer new",
            "CreatedDate": "2026-01-15T00:00:00Z",
        }
    ]
    simulator.register([Device(1, 101)])
    call(simulator, "/notification/webhook/delete", NotificationURL=URL)
    simulator.register([Device(1, 102)])
    sent = simulator.account.hooks.sent
    assert [delivery.authorization for delivery in sent] == ["Bearer made for testing", "Bearer new"]
    assert {delivery.body["EventType"] for delivery in sent} == {"DEVICE_BOOTSTRAP_EVENT"}
    assert call(simulator, "/notification/webhook/get") == []
