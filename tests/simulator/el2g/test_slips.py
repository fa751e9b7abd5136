"""Irregularities, one by one: what each changes, and that nothing else changes."""

import pytest

from sealwright.simulator.el2g.slips import Slip, as_sent

PAGE = {"current": "http://a/b?page=0&size=2", "next": "http://a/b?page=1&size=2", "prev": None}
TOLD = {
    **PAGE,
    "pageType": "X",
    "totalElements": 3,
    "content": [
        {
            "id": 5,
            "name": "n",
            "secureObjectType": "KEYPAIR",
            "objectId": "83000004",
            "algorithm": "RSA_2048",
        },
        {"id": 6, "deviceGroupName": "g", "unassignable": True},
        {
            "objectId": "8300000A",
            "resourceMetadata": {"createdBy": "SYSTEM_USER", "createdTs": "2026-01-15T00:00:00Z"},
        },
    ],
}
CHANGES = {
    Slip.STRAY_NEXT: {"next": "https://elsewhere.example/iothubapigateway/v1/things?page=1&size=2"},
    Slip.BARE_PAGES: {"next": ..., "prev": ..., "pageType": ...},
    Slip.NUMERIC_OIDS: {"content.0.objectId": 83000004},
    Slip.LONG_NAMES: {
        "content.0.id": ...,
        "content.0.name": ...,
        "content.0.secureObjectId": 5,
        "content.0.secureObjectName": "n",
    },
    Slip.GROUP_AS_DEVICE: {"content.1.id": ..., "content.1.deviceId": 6},
    Slip.BLANKS: {"content.0.algorithm": "RSA 2048", "content.2.resourceMetadata.createdBy": "SYSTEM USER"},
    Slip.EPOCH_TIMES: {"content.2.resourceMetadata.createdTs": 1768435200.852},
    Slip.SINGULAR_FAILED: {},
    Slip.ESCAPED_PEM: {},
    Slip.NEW_FIELDS: {
        "addedLater.version": 2,
        "content.0.addedLater.version": 2,
        "content.1.addedLater.version": 2,
    },
    Slip.NEW_WORDS: {},
    Slip.TEXT_IDS: {"content.0.id": "5", "content.1.id": "6"},
}


def flat(value, at=""):
    """Return the leaves of a value by their paths."""
    if isinstance(value, list):
        value = dict(enumerate(value))
    if not isinstance(value, dict):
        return {at: value}
    return {
        path: leaf
        for name, item in value.items()
        for path, leaf in flat(item, f"{at}.{name}" if at else str(name)).items()
    }


@pytest.mark.parametrize("slip", Slip)
def test_each_slip(slip):
    """A slip changes what it is about."""
    expected = {name: leaf for name, leaf in (flat(TOLD) | CHANGES[slip]).items() if leaf is not ...}
    assert flat(as_sent(TOLD, [slip])) == expected


def test_slips_of_other_answers():
    """Ids that failed, certificates, and words that no document knows."""
    assert as_sent({"failedClaimCodeIds": [1]}, [Slip.SINGULAR_FAILED]) == {"failedClaimCodeId": [1]}
    assert as_sent({"value": "-----BEGIN A\nx\n"}, [Slip.ESCAPED_PEM]) == {"value": "-----BEGIN A\\nx\\n"}
    assert as_sent("-----BEGIN A\n", [Slip.ESCAPED_PEM]) == "-----BEGIN A\\n"
    assert as_sent("a\nb", [Slip.ESCAPED_PEM]) == "a\nb"
    assert as_sent({"provisioningState": "X"}, [Slip.NEW_WORDS]) == {"provisioningState": "SOMETHING_NEW"}
    assert as_sent({"next": None}, [Slip.STRAY_NEXT]) == {"next": None}
