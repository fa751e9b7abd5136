"""Calls in words."""

from sealwright.services._describe import documentation, words_of
from sealwright.services.ublox import UBLOX


def test_words_of_fields():
    """A field's words are the outermost that its type has; some fields have none."""
    fields = {field.name: field for field in UBLOX.find("information", "notification_get").fields}
    assert words_of(fields["from_date"]) == "From this date on, in ISO 8601, at most 180 days back."
    assert words_of(fields["to_date"]) == "Up to this date or moment, in ISO 8601."
    assert words_of(fields["rot_public_uids"]) == "ROTPublicUIDs of devices."
    assert all(words_of(field) for call in UBLOX for field in call.fields)


def test_documentation():
    """A docstring has the words, what it costs, the fields and the source."""
    assert documentation(UBLOX.find("tags", "delete")) == (
        "Delete a tag that no device has any more.\n\n"
        "It cannot be undone.\n\n"
        "tag_name: The name of a tag; upper and lower case are the same.\n\n"
        "Source: Security Services REST APIs 1.1.29, Tag APIs, /tag/delete"
    )
    assert documentation(UBLOX.find("information", "api_version")).count("\n\n") == 1
    assert "Billed: each call is billed." in documentation(UBLOX.find("e2e", "uplink_symmetric_key_get"))
