"""A furnished account has something to answer every call with."""

from sealwright.simulator.ublox.furnish import PROFILES, ROOT_CA, TAGS
from simulating import furnished


def test_there_is_something_of_everything():
    """Devices in profiles, tags, a root CA with certificates, a clone, a suspicion, a black sheep."""
    account = furnished().account
    assert len(account.devices) == 20
    assert [profile.name for profile in account.profiles] == list(PROFILES)
    assert [tag.name for tag in account.tags] == list(TAGS)
    assert len({record.profile for record in account.devices}) == 3
    assert all(account.devices.listed(record) for record in account.devices)
    assert len(account.cas.get(ROOT_CA).devices) == 7
    assert sum(record.blacklisted for record in account.devices) == len(account.suspicions) == 1
    assert len(account.clones.between(0, 10**12)) == 1
    assert len(account.usage) == 7 + 7  # LocalDPR in one profile, ZTPV1 in another


def test_the_same_seed_gives_the_same_account():
    """And another seed other keys."""
    told = [
        [record.root.reply(record.uid + bytes(8))["Key"] for record in furnished().account.devices]
        for _ in range(2)
    ]
    assert told[0] == told[1]
