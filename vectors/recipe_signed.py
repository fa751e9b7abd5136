"""The recipes for v2 (AES-CBC-CS1 and HMAC) and for integrity messages (HMAC alone).

Experimental: no public vector proves where their MAC sits or what it covers, so each layout of
sealwright's table has its vectors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from recipe import (
    KEY_BITS,
    LENGTHS,
    Line,
    base64,
    ccm_line,
    cs1_line,
    downlink,
    draw,
    fails,
    flip,
    integrity_line,
    opened,
    seal,
)

if TYPE_CHECKING:
    from collections.abc import Callable

READING = b'{"t":21.4,"rh":41,"batt":3.61}'

_V2_SPANS = ("header+body", "body", "iv+body", "kiv+body", "header+iv+body")
_INTEGRITY_SPANS = ("header+body", "body", "kiv+body")


def v2_uplink() -> dict[str, str]:
    """Return the files of vectors/v2/uplink."""
    return {
        **_lengths("v2", cs1_line, LENGTHS),
        **_layouts("v2", cs1_line, _V2_SPANS),
        **_v2_types(),
        **_damaged("v2", cs1_line, 12),
        **_v2_damaged(),
        **_purposes(),
        **_v2_bad_lines(),
    }


def integrity_uplink() -> dict[str, str]:
    """Return the files of vectors/integrity/uplink."""
    return {
        **_lengths("integrity", integrity_line, LENGTHS),
        **_layouts("integrity", integrity_line, _INTEGRITY_SPANS),
        **_integrity_types(),
        **_damaged("integrity", integrity_line, 11),
        **_integrity_bad_lines(),
    }


def v2_downlink() -> dict[str, str]:
    """Return the files of vectors/v2/downlink."""
    # 0x2a is the type that begins a downlink AESIV in the one sample.
    return _to_device("v2", lambda label, **more: cs1_line(label, first=0x2A, **more), _V2_SPANS)


def integrity_downlink() -> dict[str, str]:
    """Return the files of vectors/integrity/downlink."""
    return _to_device("integrity", integrity_line, _INTEGRITY_SPANS)


def _lengths(kind: str, line_of: Callable[..., Line], lengths: tuple[int, ...]) -> dict[str, str]:
    files = {}
    for bits in KEY_BITS:
        for length in lengths:
            if kind == "v2" and length < 16:
                continue
            name = f"text_{length}_bytes_keys_{bits}"
            line, text = line_of(f"{kind}/{name}", bits=bits), draw(f"{kind}/{name}/text", length)
            comment = f"{length} bytes of text, keys of {bits} bits"
            files[name] = opened(comment, line, seal(text, line), text)
    return files


def _layouts(kind: str, line_of: Callable[..., Line], spans: tuple[str, ...]) -> dict[str, str]:
    """Return each layout with whole blocks and without, and a message of each under the next layout."""
    files = {}
    for span, other in zip(spans, spans[1:] + spans[:1], strict=True):
        word = span.replace("+", "_")
        for length, bits in ((33, 128), (48, 256)):
            name = f"mac_over_{word}_{length}_bytes"
            line, text = line_of(f"{kind}/{name}", bits=bits), draw(f"{kind}/{name}/text", length)
            message = seal(text, line, f"{kind}={span}")
            files[name] = opened(f"the MAC covers {span}", line, message, text, layout=f"{kind}={span}")
        comment = f"the MAC covers {span}, and is looked for over {other}"
        files[f"mac_over_{word}_under_another_layout"] = fails(
            "not_authentic", comment, line, message, layout=f"{kind}={other}"
        )
    return files


def _v2_types() -> dict[str, str]:
    files = {}
    for first in (0x20, 0x2A, 0x2F):
        name = f"type_{first:02x}"
        line = cs1_line(f"v2/{name}", first=first)
        comment = "the type byte of encrypted uplink was never seen: any but 0x29 is taken"
        files[name] = opened(comment, line, seal(READING, line), READING)
    line = cs1_line("v2/type_29", first=0x29)
    comment = "type 0x29 means signed, and the purpose that is asked for overrides it"
    files["type_29_by_purpose"] = opened(comment, line, seal(READING, line), READING, purpose="protection")
    line = cs1_line("v2/mixed_keys", AuthenticationKey=base64(draw("v2/mixed_keys", 32)), AuthKeyLength=256)
    comment = "an encryption key of 128 bits beside an authentication key of 256"
    files["keys_of_two_lengths"] = opened(comment, line, seal(READING, line), READING)
    return files


def _integrity_types() -> dict[str, str]:
    line = integrity_line("integrity/type_2a", first=0x2A)
    comment = "type 0x2a means encrypted, and the purpose that is asked for overrides it"
    files = {"type_2a_by_purpose": opened(comment, line, seal(READING, line), READING, purpose="integrity")}
    for suite in ("AES_128_CS1_HMAC_SHA256", "HMAC_SHA256"):
        name = f"suite_said_as_{suite.lower()}"
        line = integrity_line(f"integrity/{name}", CipherSuite=suite)
        comment = "whatever known suite a signing reply names, its authentication key makes an HMAC"
        files[name] = opened(comment, line, seal(READING, line), READING)
    return files


def _damaged(kind: str, line_of: Callable[..., Line], header_length: int) -> dict[str, str]:
    """Return messages with bytes changed on the way: faults that v2 and integrity share."""
    line, other_line = line_of(f"{kind}/damaged"), line_of(f"{kind}/damaged/other")
    good, other = seal(READING, line), seal(READING, other_line)
    both = [line, other_line]
    changed = {
        "flipped_text_first": (flip(good, header_length), "one bit of the text's first byte"),
        "flipped_text_last": (flip(good, -17, 7), "one bit of the text's last byte"),
        "flipped_tag_first": (flip(good, -16), "one bit of the MAC's first byte"),
        "flipped_tag_last": (flip(good, -1, 7), "one bit of the MAC's last byte"),
        "zero_tag": (good[:-16] + bytes(16), "a MAC of zeros"),
        "truncated": (good[:-1], "the last byte is missing"),
        "extended": (good + b"\0", "one byte more at the end"),
        "prefix_of_the_tag": (good[:-8], "a MAC of 8 bytes: 16 are the policy"),
        "header_of_another_message": (
            other[:header_length] + good[header_length:],
            "text and MAC of one message behind the header of another; both keys are held",
        ),
        "tag_of_another_message": (
            good[:-16] + other[-16:],
            "the MAC of another message; both keys are held",
        ),
    }
    files = {name: fails("not_authentic", comment, both, bad) for name, (bad, comment) in changed.items()}
    for name, at in {
        "flipped_counter": 3,
        "flipped_uid": 9,
        "flipped_header_last": header_length - 1,
    }.items():
        comment = "one bit of the header: no key is held for it, and there is no shortcut but v1's"
        files[name] = fails("no_parameters: unknown_header", comment, both, flip(good, at))
    shortest = header_length + 16
    malformed = {
        "empty": (b"", "empty", "no bytes at all"),
        "too_short": (
            good[: shortest - 1],
            "too_short",
            f"{shortest - 1} bytes: header and MAC alone take {shortest}",
        ),
        "unknown_version": (flip(good, 0, 6), "unknown_version", "the first digit is 6"),
    }
    for name, (bad, reason, comment) in malformed.items():
        files[name] = fails(f"malformed: {reason}", comment, both, bad)
    wrong = line | {"AuthenticationKey": base64(draw(f"{kind}/wrong mac key", 16))}
    files["wrong_mac_key"] = fails("not_authentic", "the line has another authentication key", wrong, good)
    return files


def _v2_damaged() -> dict[str, str]:
    line = cs1_line("v2/under one block")
    good = seal(READING, line)
    files = {}
    for length in (0, 1, 15):
        bad = good[: 12 + length] + good[-16:]
        comment = f"{length} bytes between header and MAC: CBC-CS1 is not defined below 16"
        files[f"text_of_{length}_bytes"] = fails("malformed: text_under_one_block", comment, line, bad)
    line = cs1_line("v2/another_iv")
    sealed = seal(READING, line, "v2=iv+body")
    wrong = line | {"AESIV": base64(draw("v2/another_iv/wrong", 16))}
    comment = "the line has another IV: a layout whose MAC covers the IV notices"
    files["another_iv"] = fails("not_authentic", comment, wrong, sealed, layout="v2=iv+body")
    line = cs1_line("v2/another_kiv")
    sealed = seal(READING, line, "v2=kiv+body")
    wrong = line | {"KIV": base64(flip(bytes.fromhex(line["EncryptedHeader"]) + bytes(4), -1))}
    comment = "the line has another KIV: a layout whose MAC covers the KIV notices"
    files["another_kiv"] = fails("not_authentic", comment, wrong, sealed, layout="v2=kiv+body")
    return files


def _purposes() -> dict[str, str]:
    """Return signed and encrypted messages taken for each other: never decided by trying."""
    signed, encrypted = integrity_line("purposes/signed"), cs1_line("purposes/encrypted")
    both = [signed, encrypted]
    no_line = "no_parameters: unknown_header"
    return {
        "signed_opened_as_encrypted": fails(
            no_line,
            "a signed message asked for as an encrypted one: its key is for signing",
            both,
            seal(READING, signed),
            purpose="protection",
        ),
        "encrypted_opened_as_signed": fails(
            no_line,
            "an encrypted message asked for as a signed one: its keys are for encryption",
            both,
            seal(READING, encrypted),
            purpose="integrity",
        ),
        "encrypted_with_the_type_of_signed": fails(
            no_line,
            "type 0x29 and no purpose asked for: it is looked for among the signed, and is not there",
            (line := cs1_line("purposes/type", first=0x29)),
            seal(READING, line),
        ),
        "reply_for_signed_messages": fails(
            "mismatched_parameters: another_purpose",
            "the reply has an authentication key alone and is told as one for encrypted messages",
            {
                name: encrypted[name]
                for name in encrypted
                if name not in {"EncryptionKey", "KeyLength", "AESIV"}
            },
            seal(READING, encrypted),
        ),
    }


def _v2_bad_lines() -> dict[str, str]:
    line = cs1_line("v2/bad_line")
    good = seal(READING, line)
    key, mac_key = draw("v2/bad_line/key", 16), draw("v2/bad_line/mac key", 16)
    changes = {
        "reply_of_another_device": ("another_device", {"ROTPublicUID": "0002000089282245"}),
        "equal_keys": ("equal_keys", {"AuthenticationKey": line["EncryptionKey"]}),
        "encryption_key_of_15_bytes": ("key_length", {"EncryptionKey": base64(key[:15])}),
        "encryption_key_of_32_bytes_under_aes_128": (
            "key_length",
            {"EncryptionKey": base64(key + mac_key), "KeyLength": 256},
        ),
        "key_length_says_otherwise": ("key_length", {"KeyLength": 256}),
        "mac_key_of_20_bytes": (
            "key_length",
            {"AuthenticationKey": base64(mac_key + mac_key[:4]), "AuthKeyLength": 160},
        ),
        "mac_key_length_says_otherwise": ("key_length", {"AuthKeyLength": 256}),
        "iv_of_12_bytes": ("nonce_length", {"AESIV": base64(bytes(12))}),
        "kiv_of_12_bytes": ("nonce_length", {"KIV": base64(good[:12])}),
        "mac_length_96": ("mac_length", {"MACLength": 96}),
    }
    files = {
        name: fails(f"mismatched_parameters: {reason}", f"the line has {_said(change)}", line | change, good)
        for name, (reason, change) in changes.items()
    }
    suite = ccm_line("v2/bad_line/ccm") | {
        "EncryptedHeader": line["EncryptedHeader"],
        "ROTPublicUID": line["ROTPublicUID"],
    }
    files["suite_of_v1"] = fails(
        "mismatched_parameters: another_suite", "the reply's suite is one of v1", suite, good
    )
    files["suite_says_v1"] = fails(
        "mismatched_parameters: another_suite",
        "the line names a suite of v1 over the fields of v2",
        line | {"CipherSuite": "AES_128_CCM"},
        good,
    )
    files["unsupported_suite"] = fails(
        "unsupported_suite: unknown_suite",
        "the line names a suite that is not known",
        line | {"CipherSuite": "AES_128_CS3_HMAC_SHA256"},
        good,
    )
    return files


def _integrity_bad_lines() -> dict[str, str]:
    line = integrity_line("integrity/bad_line")
    good = seal(READING, line)
    changes = {
        "reply_of_another_device": ("another_device", {"ROTPublicUID": "0002000089282245"}),
        "mac_key_of_15_bytes": (
            "key_length",
            {"AuthenticationKey": base64(draw("integrity/bad_line", 15)), "AuthKeyLength": 120},
        ),
        "mac_key_length_says_otherwise": ("key_length", {"AuthKeyLength": 256}),
        "mac_length_32": ("mac_length", {"MACLength": 32}),
        "reply_for_encrypted_messages": ("another_purpose", {"EncryptionKey": base64(bytes(range(16)))}),
    }
    files = {
        name: fails(f"mismatched_parameters: {reason}", f"the line has {_said(change)}", line | change, good)
        for name, (reason, change) in changes.items()
    }
    files["unsupported_suite"] = fails(
        "unsupported_suite: unknown_suite",
        "the line names a suite that is not known",
        line | {"CipherSuite": "HMAC_MD5"},
        good,
    )
    return files


def _to_device(kind: str, line_of: Callable[..., Line], spans: tuple[str, ...]) -> dict[str, str]:
    """Return messages to a device: the header is the beginning of the reply's KIV."""
    files = {}
    for bits in KEY_BITS:
        for length in (16, 31, 300):
            name = f"text_{length}_bytes_keys_{bits}"
            line = downlink(line_of(f"down/{kind}/{name}", bits=bits))
            text = draw(f"down/{kind}/{name}/text", length)
            comment = f"to the device: {length} bytes of text, keys of {bits} bits"
            files[name] = opened(comment, line, seal(text, line), text, direction="downlink")
    for span in spans[1:]:
        name = f"mac_over_{span.replace('+', '_')}"
        line, choice = downlink(line_of(f"down/{kind}/{name}")), f"{kind}={span}"
        message = seal(READING, line, choice)
        comment = f"to the device: the MAC covers {span}"
        files[name] = opened(comment, line, message, READING, layout=choice, direction="downlink")

    line = line_of(f"down/{kind}/faults")
    to_device = downlink(line)
    good = seal(READING, to_device)
    for name, bad in {
        "flipped_text": flip(good, 12),
        "flipped_tag": flip(good, -1),
        "truncated": good[:-1],
        "extended": good + b"\0",
    }.items():
        files[name] = fails("not_authentic", name.replace("_", " "), to_device, bad, direction="downlink")
    unknown = "no_parameters: unknown_header"
    comment = "one bit of the header: no line's KIV begins like it"
    files["flipped_header"] = fails(unknown, comment, to_device, flip(good, 5), direction="downlink")
    comment = "the parameters are held for the way from the device only"
    files["line_for_uplink"] = fails(unknown, comment, line, good, direction="downlink")
    comment = "the line has a MACLength of 64"
    refused = to_device | {"MACLength": 64}
    files["mac_length_64"] = fails(
        "mismatched_parameters: mac_length", comment, refused, good, direction="downlink"
    )
    return files


def _said(change: dict[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in change.items())
