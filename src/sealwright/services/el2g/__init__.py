"""EdgeLock 2GO: typed calls of AN12642 and what is newer, and the client that makes them."""

from sealwright.services.el2g._armour import checksum
from sealwright.services.el2g.audits import read_report
from sealwright.services.el2g.calls import DOCUMENT, EL2G
from sealwright.services.el2g.oid import is_forbidden
from sealwright.services.el2g.policies import Policy, policy
from sealwright.services.el2g.profiles import PROFILES, Profile
from sealwright.services.el2g.uid import device_uid, uid_hex, uids_in

__all__ = [
    "DOCUMENT",
    "EL2G",
    "PROFILES",
    "Policy",
    "Profile",
    "checksum",
    "device_uid",
    "is_forbidden",
    "policy",
    "read_report",
    "uid_hex",
    "uids_in",
]
