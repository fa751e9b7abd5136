"""Tags: unique without regard to case, assigned and removed in any order."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sealwright.simulator.service.refusal import RefusalError
from sealwright.simulator.ublox.tags import EVERY, Tags

NAMES = ["downtown", "Harbour", "spare"]
UIDS = [bytes(7) + bytes((n,)) for n in range(4)]
PROFILES = ["one", "two"]


def test_names_are_the_same_in_upper_and_lower_case():
    """The name stays as it was first written."""
    tags = Tags()
    tags.create("Downtown", 0.0)
    assert tags.get("DOWNTOWN").name == "Downtown"
    with pytest.raises(RefusalError, match=r"400 .*already exists"):
        tags.create("downTOWN", 0.0)
    with pytest.raises(RefusalError, match="404"):
        tags.get("other")
    with pytest.raises(RefusalError, match=r"400 .*Invalid TagNames"):
        tags.all_of(["downtown", "other"])


class TagsByHand(RuleBasedStateMachine):
    """Tags beside a plain set of pairs, which is what they mean."""

    names = st.sampled_from(NAMES)
    some_names = st.lists(names, min_size=1, unique=True)
    some_uids = st.sets(st.sampled_from(UIDS))
    some_profiles = st.sets(st.sampled_from(PROFILES))

    @initialize()
    def empty(self):
        """Start with no tag."""
        self.tags, self.there, self.pairs = Tags(), set(), set()

    @rule(name=names)
    def create(self, name):
        """Make a tag; a name that is taken is refused."""
        if name in self.there:
            with pytest.raises(RefusalError, match="400"):
                self.tags.create(name.swapcase(), 0.0)
        else:
            self.tags.create(name, 0.0)
            self.there.add(name)

    @rule(name=names)
    def delete(self, name):
        """Remove a tag, which works only when no device has it."""
        assigned = any(tag == name and isinstance(what, bytes) for tag, what in self.pairs)
        if name not in self.there or assigned:
            with pytest.raises(RefusalError, match="400 Request aborted" if assigned else "404"):
                self.tags.delete(name)
        else:
            self.tags.delete(name)
            self.there.discard(name)
            self.pairs = {pair for pair in self.pairs if pair[0] != name}

    @rule(name=names, uids=some_uids, profiles=some_profiles)
    def assign(self, name, uids, profiles):
        """Every one of both."""
        if name in self.there:
            tag = self.tags.get(name)
            tag.uids.update(dict.fromkeys(uids))
            tag.profiles.update(dict.fromkeys(profiles))
            self.pairs |= {(name, what) for what in [*uids, *profiles]}

    @rule(
        names=some_names, uids=st.none() | some_uids, profiles=st.none() | some_profiles, every=st.booleans()
    )
    def remove(self, names, uids, profiles, every):
        """None is every device or profile, {*} every tag; what is not assigned is passed over."""
        if not every and not set(names) <= self.there:
            with pytest.raises(RefusalError, match="400"):
                self.tags.remove(names, uids, profiles)
            return
        self.tags.remove([EVERY] if every else names, uids, profiles)
        self.pairs = {
            (tag, what)
            for tag, what in self.pairs
            if not (every or tag in names)
            or (
                (uids is not None and what not in uids)
                if isinstance(what, bytes)
                else (profiles is not None and what not in profiles)
            )
        }

    @invariant()
    def same(self):
        """Both say the same of every device."""
        told = {(tag.name, what) for tag in self.tags for what in [*tag.uids, *tag.profiles]}
        assert told == self.pairs
        assert {tag.name for tag in self.tags} == self.there
        for uid in UIDS:
            assert {tag.name for tag in self.tags.of_device(uid)} == {
                tag for tag, what in told if what == uid
            }


TagsByHand.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestTagsByHand = TagsByHand.TestCase
