"""Device profiles."""

import pytest

from sealwright.simulator.service.refusal import RefusalError
from sealwright.simulator.ublox.profiles import Profiles


def test_profiles_have_uids_like_the_documents():
    """22 characters of base64url that follow from seed and name."""
    profiles = Profiles(1)
    made = profiles.add("meters", 0.0)
    assert len(made.uid) == 22
    assert profiles.get(made.uid) is made
    assert [profile.name for profile in profiles] == ["meters"]
    assert Profiles(1).add("meters", 0.0).uid == made.uid != Profiles(2).add("meters", 0.0).uid
    with pytest.raises(RefusalError, match="404"):
        profiles.get("other")
