"""Tags over the exchange."""

from simulating import call, furnished, refused, uid


def counts(simulator):
    """Return how many devices each tag has."""
    return {row["TagName"]: row["ROTPublicUIDsCount"] for row in call(simulator, "/tag/get")["Tags"]}


def test_a_tag_lives():
    """Created, assigned, refused to go while it is assigned, taken away, deleted."""
    simulator = furnished()
    call(simulator, "/tag/create", TagName="uptown")
    assert counts(simulator) == {"downtown": 5, "harbour": 5, "spare": 0, "uptown": 0}
    some = {"TagNames": ["uptown", "spare"], "ROTPublicUIDs": [uid(simulator, 2), uid(simulator, 3)]}
    call(simulator, "/tag/assign", **some)
    assert counts(simulator) == {"downtown": 5, "harbour": 5, "spare": 2, "uptown": 2}
    assert refused(simulator, "/tag/delete", TagName="UPTOWN") == (
        400,
        "Request aborted. This tag is currently assigned to ROTPublicUID(s)",
    )
    call(simulator, "/tag/remove", TagNames=["uptown"], ROTPublicUIDs=[uid(simulator, 2), uid(simulator, 9)])
    assert counts(simulator)["uptown"] == 1
    call(simulator, "/tag/remove", TagNames=["uptown"], ROTPublicUIDs=["{*}"])
    call(simulator, "/tag/delete", TagName="UPTOWN")
    assert "uptown" not in counts(simulator)


def test_profiles_have_tags():
    """With SyncRequired their devices get them as well."""
    simulator = furnished()
    profile = next(iter(simulator.account.profiles)).uid
    call(simulator, "/tag/assign", TagNames=["spare"], DeviceProfileUIDs=[profile])
    assert counts(simulator)["spare"] == 0
    call(simulator, "/tag/assign", TagNames=["spare"], DeviceProfileUIDs=[profile], SyncRequired=True)
    assert counts(simulator)["spare"] == 7
    call(simulator, "/tag/remove", TagNames=["{*}"], DeviceProfileUIDs=["{*}"])
    assert all(not tag.profiles for tag in simulator.account.tags)
    assert counts(simulator)["spare"] == 7
