"""The recipes for replies alone: what a reader of the service's answers must take and what it must not.

The samples are those of the REST document (u-blox Security Services REST APIs 1.1.29). They are
masked by hand and disagree with each other, so they are vectors for the reader, not for opening.
"""

from __future__ import annotations

import json
from typing import Any

from recipe import base64, ccm_line, cs1_line, draw, integrity_line, write

_UPLINK = {
    "Nonce": "BbUgA2S3/b938wAA",
    "MACLength": 128,
    "CipherSuite": "AES_128_CCM",
    "Key": "lTZfP2dO5IAXvJT8FlXV5A==",
    "KIV": "EQEBAIkoIrZnYX4vnjgCCC==",
    "ROTPublicUID": 2000089282245,
}
_INTEGRITY = {
    "MACLength": 128,
    "CipherSuite": "AES_128_CCM",
    "AuthenticationKey": "lTZfP2dO5IAXvJT8FlXV5A==",
    "AuthKeyLength": 128,
    "KIV": "EQEBAIkoIrZnYX4vnjgCCC==",
    "ROTPublicUID": 2000089282245,
}
_DOWNLINK = {
    "MACLength": 128,
    "KeyLength": 128,
    "CipherSuite": "AES_128_CS1_HMAC_SHA256",
    "AuthenticationKey": "lTZfP2dO5IAXvJT8FlXV5A==",
    "AuthKeyLength": 128,
    "EncryptionKey": "EuPzZxheaAoGAQ/+X2mYbg==",
    "KIV": "EQEBAIkoIrZnYX4vnjgCCC==",
    "AESIV": "KgXYZgAAiSgisgADBBBBBB",
    "ROTPublicUID": 2000089282245,
}
_DOWNLINK_INTEGRITY = {
    "MACLength": 128,
    "CipherSuite": "AES_128_CS1_HMAC_SHA256",
    "AuthenticationKey": "lTZfP2dO5IAXvJT8FlXV5A==",
    "AuthKeyLength": 128,
    "KIV": "EQEBAIkoIrZnYX4vnjgCCC==",
    "ROTPublicUID": 2000089282245,
}


def replies() -> dict[str, str]:
    """Return the files of vectors/replies."""
    return {**_samples(), **_accepted(), **_mac_lengths(), **_refused(), **_unreadable()}


def _samples() -> dict[str, str]:
    asked = "1101000089282257621f7593c47f0000"
    return {
        "sample_uplink": _reply(
            "refused another_device",
            "the document's uplink sample: its UID is not the one of the header beside it",
            _UPLINK,
            header=asked,
        ),
        "sample_uplink_without_header": _reply(
            "accepted",
            "the document's uplink sample read by itself: KIV has stray low bits",
            _UPLINK,
            irregular="base64",
        ),
        "sample_uplink_for_its_own_device": _reply(
            "accepted",
            "the document's uplink sample with a header of its own UID: Nonce and KIV follow no rule",
            _UPLINK,
            header="1101000089282245621f7593c47f0000",
            irregular="base64 kiv nonce",
        ),
        "sample_uplink_integrity": _reply(
            "accepted",
            "the document's integrity sample: its UID is not in the header beside it",
            _INTEGRITY,
            header="2900000f0008002f312401",
            purpose="integrity",
            irregular="base64 kiv uid",
        ),
        "sample_uplink_integrity_for_its_own_device": _reply(
            "accepted",
            "the document's integrity sample with a header of its own UID; the suite it names is a slip",
            _INTEGRITY,
            header="2900000f00008928224501",
            purpose="integrity",
            irregular="base64 kiv",
        ),
        "sample_downlink": _reply(
            "accepted",
            "the document's downlink sample: AESIV lacks its padding, KIV and AESIV have stray low bits",
            _DOWNLINK,
            direction="downlink",
            irregular="base64",
        ),
        "sample_downlink_integrity": _reply(
            "accepted",
            "the document's downlink integrity sample",
            _DOWNLINK_INTEGRITY,
            direction="downlink",
            purpose="integrity",
            irregular="base64",
        ),
    }


def _accepted() -> dict[str, str]:
    """Good replies in each form that the service may choose."""
    files = {}
    lines = {"ccm": ccm_line, "cs1": cs1_line, "integrity": integrity_line}
    for name, line_of in lines.items():
        for bits in (128, 256):
            label = f"good_{name}_{bits}"
            files[label] = _of_line(
                "accepted", "a reply without fault", line_of(f"replies/{label}", bits=bits)
            )
    line = ccm_line("replies/forms")
    for name, (comment, change) in {
        "uid_in_capitals": ("hex digits in capitals", {"ROTPublicUID": line["ROTPublicUID"].upper()}),
        "kiv_null": ("KIV came with 1.1.29; null says as much as no KIV", {"KIV": None}),
        "field_added": ("an unknown field is ignored", {"Rotation": {"Mode": "AUTOMATIC"}}),
        "key_without_padding": ("base64 without padding", {"Key": line["Key"].rstrip("=")}),
    }.items():
        files[name] = _of_line("accepted", comment, line | change)
    without = {name: line[name] for name in line if name != "KIV"}
    files["kiv_missing"] = _of_line("accepted", "KIV came with 1.1.29 and may be missing", without)
    return files


def _mac_lengths() -> dict[str, str]:
    """Return lengths of the tag: policy says 128, as a number, whatever a reply says."""
    line = ccm_line("replies/mac_length")
    values = {
        "0": 0, "8": 8, "64": 64, "127": 127, "129": 129, "text": "128", "fraction": 128.0, "true": True,
        "null": None,
    }  # fmt: skip
    files = {
        f"mac_length_{name}": _of_line(
            "refused mac_length", f"MACLength is {json.dumps(value)}", line | {"MACLength": value}
        )
        for name, value in values.items()
    }
    without = {name: line[name] for name in line if name != "MACLength"}
    files["mac_length_missing"] = _of_line("unreadable MACLength", "MACLength is missing", without)
    return files


def _refused() -> dict[str, str]:
    """Return replies that can be read and disagree with themselves or what was asked."""
    line, v2 = ccm_line("replies/refused"), cs1_line("replies/refused v2")
    signed = integrity_line("replies/refused signed")
    header = line["EncryptedHeader"]
    key_24 = base64(draw("replies/key of 24", 24))
    cases: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
        "uid_of_15_digits": ("uid_malformed", line, {"ROTPublicUID": line["ROTPublicUID"][1:]}),
        "uid_with_spaces": ("uid_malformed", line, {"ROTPublicUID": " " + line["ROTPublicUID"][1:]}),
        "uid_negative": ("uid_malformed", line, {"ROTPublicUID": -2000089282245}),
        "uid_of_17_digits": ("uid_malformed", line, {"ROTPublicUID": 10**16}),
        "uid_fraction": ("uid_malformed", line, {"ROTPublicUID": 2000089282245.0}),
        "uid_true": ("uid_malformed", line, {"ROTPublicUID": True}),
        "uid_null": ("uid_malformed", line, {"ROTPublicUID": None}),
        "header_of_15_bytes": ("header_length", line, {"EncryptedHeader": header[:30]}),
        "header_of_v2_for_ccm": ("another_suite", line, {"EncryptedHeader": header[:24]}),
        "header_of_v2_for_signed": ("header_length", signed, {"EncryptedHeader": v2["EncryptedHeader"]}),
        "key_empty": ("key_length", line, {"Key": ""}),
        "key_of_24_bytes": ("key_length", line, {"Key": key_24}),
        "key_length_as_text": ("key_length", v2, {"KeyLength": "128"}),
        "key_length_null": ("key_length", v2, {"KeyLength": None}),
        "auth_key_length_192": ("key_length", v2, {"AuthenticationKey": key_24, "AuthKeyLength": 192}),
        "nonce_empty": ("nonce_length", line, {"Nonce": ""}),
        "nonce_of_11_bytes": ("nonce_length", line, {"Nonce": base64(bytes(11))}),
        "iv_of_15_bytes": ("nonce_length", v2, {"AESIV": base64(bytes(15))}),
        "equal_keys": ("equal_keys", v2, {"AuthenticationKey": v2["EncryptionKey"]}),
        "suite_null": ("unknown_suite", line, {"CipherSuite": None}),
        "suite_unknown": ("unknown_suite", line, {"CipherSuite": "CHACHA20_POLY1305"}),
        "suite_of_cs1_over_ccm": ("another_suite", line, {"CipherSuite": v2["CipherSuite"]}),
        "suite_of_ccm_over_cs1": ("another_suite", v2, {"CipherSuite": line["CipherSuite"]}),
        "suite_of_signing_for_encryption": ("another_purpose", v2, {"CipherSuite": "HMAC_SHA256"}),
        "signed_told_as_encrypted": ("another_purpose", signed, {"Purpose": "protection"}),
        "encrypted_told_as_signed": ("another_purpose", v2, {"Purpose": "integrity"}),
    }
    files = {
        name: _of_line(f"refused {reason}", f"{', '.join(change)} wrong", base | change)
        for name, (reason, base, change) in cases.items()
    }
    without = {name: v2[name] for name in v2 if name != "EncryptionKey"}
    comment = "without EncryptionKey it looks like a reply for signed messages"
    files["encryptionkey_missing"] = _of_line("refused another_purpose", comment, without)
    return files


def _unreadable() -> dict[str, str]:
    """Return replies with a field missing, or in a form that is no base64."""
    line, v2 = ccm_line("replies/unreadable"), cs1_line("replies/unreadable v2")
    files = {}
    for base, names in (
        (line, ("CipherSuite", "Key", "Nonce", "ROTPublicUID")),
        (v2, ("AuthenticationKey", "AESIV")),
    ):
        for name in names:
            without = {field: base[field] for field in base if field != name}
            files[f"{name.lower()}_missing"] = _of_line(f"unreadable {name}", f"{name} is missing", without)
    forms = {
        "foreign_character": ("AB!@CD==", "Python's own decoder skips foreign characters"),
        "url_alphabet": ("lTZfP2dO5IAXvJT8FlXV-_==", "base64url's two characters"),
        "padding_inside": ("lTZf==P2dO5IAXvJT8FlXV5A", "padding inside"),
        "too_much_padding": ("lTZfP2dO5IAXvJT8FlXV5A===", "one padding character too many"),
        "line_break": ("lTZfP2dO5IAX\nvJT8FlXV5A==", "a line break inside"),
        "impossible_length": ("lTZfP2dO5IAXvJT8FlXV5", "a length that no bytes have"),
        "number": (95365, "a number"),
        "null": (None, "null"),
        "array": ([149, 54], "an array of numbers"),
    }
    for name, (value, comment) in forms.items():
        files[f"key_{name}"] = _of_line("unreadable Key", f"Key: {comment}", line | {"Key": value})
    return files


def _of_line(expect: str, comment: str, line: dict[str, Any]) -> str:
    """Return the file of a reply taken from a key line, whose header and purpose are what was asked for."""
    asked = {"EncryptedHeader": "header", "Purpose": "purpose", "Direction": "direction"}
    reply = {name: line[name] for name in line if name not in asked}
    return _reply(expect, comment, reply, **{asked[name]: line[name] for name in asked if name in line})


def _reply(expect: str, comment: str, reply: dict[str, Any], **asked: str) -> str:
    fields = [("comment", comment), ("expect-reply", expect), *asked.items(), ("reply", json.dumps(reply))]
    return write(fields)
