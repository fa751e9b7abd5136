"""The recipes for v1: AES-CCM, the one format that public samples prove."""

from __future__ import annotations

from recipe import KEY_BITS, LENGTHS, base64, ccm_line, downlink, draw, fails, flip, opened, seal

READING = b'{"t":21.4,"rh":41,"batt":3.61}'

_PUBLIC = bytes.fromhex(
    "11010008003f97203b08c787d1b200006423b8017f96548d65fcaf1036f21d10bb18bd86b57178685ffbaf471162e5bf"
    "5a7445ff568290fbb8cce57d75d5ae4830aad00da6cfd589c6795691"
)
"""The one public real message: u-blox's device library; the key was never published."""

_SAMPLE_KEY = bytes.fromhex("95365f3f674ee48017bc94fc1655d5e4")
"""The Key of the REST document's sample reply."""


def uplink() -> dict[str, str]:
    """Return the files of vectors/v1/uplink."""
    return {**_lengths(), **_made(), **_keys_at_work(), **_damaged(), **_shortcut_faults(), **_bad_lines()}


def _lengths() -> dict[str, str]:
    files = {}
    for bits in KEY_BITS:
        for length in LENGTHS:
            name = f"text_{length}_bytes_aes{bits}"
            line, text = ccm_line(name, bits=bits), draw(f"{name}/text", length)
            comment = f"{length} bytes of text under AES-{bits}-CCM"
            files[name] = opened(comment, line, seal(text, line), text)
    return files


def _made() -> dict[str, str]:
    """Return messages made with the sample key, and the public one, whose key nobody published."""
    texts = {
        "made_sentence": (_PUBLIC[:16], b"The quick brown fox jumps over the lazy dog."),
        "made_zero_byte": (bytes.fromhex("1101000089282257621f7593c47f0000"), b"\0"),
        "made_empty": (bytes.fromhex("1101000089282257621f7593c47f0000"), b""),
    }
    files = {}
    for name, (header, text) in texts.items():
        line = ccm_line(name, header=header, Key=base64(_SAMPLE_KEY))
        comment = "made with the Key of the REST document's sample reply and the nonce header[4:16]"
        files[name] = opened(comment, line, seal(text, line), text)
    comment = "the public message of u-blox's device library; its key was never published"
    files["public_message"] = fails("no_parameters: unknown_header", comment, [], _PUBLIC)
    return files


def _keys_at_work() -> dict[str, str]:
    """Return headers and keys out of the ordinary that must open."""
    files = {}
    for first in (0x10, 0x1F):
        name = f"first_byte_{first:02x}"
        line = ccm_line(name, header=bytes([first, 1]) + draw(name, 14))
        comment = "the low half of the first byte is not known: any is v1"
        files[name] = opened(comment, line, seal(READING, line), READING)

    line = ccm_line("shortcut")
    other = _of_counter(line, 0x0102)
    comment = "the key is held for counter 0, the message has counter 258: the shortcut"
    files["shortcut"] = opened(comment, line, seal(READING, other), READING)
    line = ccm_line("shortcut_aes256", bits=256)
    other = _of_counter(line, 0xFFFF)
    files["shortcut_aes256"] = opened("the shortcut under AES-256", line, seal(READING, other), READING)

    line = ccm_line("nonce_of_its_own", Nonce=base64(draw("nonce_of_its_own/nonce", 12)))
    comment = "the reply's nonce is not header[4:16]: for its own header it is used as given"
    files["nonce_of_its_own"] = opened(comment, line, seal(READING, line), READING)

    line = ccm_line("told_twice")
    comment = "the key file tells the same line twice, which is no fault"
    files["told_twice"] = opened(comment, [line, line], seal(READING, line), READING)

    line = ccm_line("uid_as_number", header=bytes.fromhex("1101000089282245") + draw("uid_as_number", 8))
    line |= {
        "ROTPublicUID": 2000089282245,
        "KIV": line["KIV"].rstrip("="),
        "Added": {"in": "a later version"},
    }
    comment = (
        "the UID is a bare number, base64 has no padding, a field is unknown: all as the service may write"
    )
    files["uid_as_number"] = opened(comment, line, seal(READING, line), READING)

    line = ccm_line("dtls_key_beside")
    psk = {
        "KeyID": line["EncryptedHeader"][:28],
        "Key": base64(draw("psk", 16)),
        "ROTPublicUID": line["ROTPublicUID"],
    }
    comment = "a DTLS key with the message's own key id stands in the file: it is never tried"
    files["dtls_key_beside"] = opened(comment, [psk, line], seal(READING, line), READING)
    return files


def _damaged() -> dict[str, str]:
    """Return messages with bytes changed on the way."""
    line = ccm_line("damaged")
    good = seal(READING, line)
    changed = {
        "flipped_counter": (flip(good, 15), "one bit of the counter"),
        "flipped_text_first": (flip(good, 16), "one bit of the text's first byte"),
        "flipped_text_last": (flip(good, -17, 7), "one bit of the text's last byte"),
        "flipped_tag_first": (flip(good, -16), "one bit of the tag's first byte"),
        "flipped_tag_last": (flip(good, -1, 7), "one bit of the tag's last byte"),
        "zero_tag": (good[:-16] + bytes(16), "a tag of zeros"),
        "truncated": (good[:-1], "the last byte is missing"),
        "truncated_by_the_tag": (good[:-16], "the last 16 bytes are missing"),
        "extended": (good + b"\0", "one byte more at the end"),
        "prefix_of_the_tag": (good[:-8], "a tag of 8 bytes: 16 are the policy"),
    }
    files = {name: fails("not_authentic", comment, line, bad) for name, (bad, comment) in changed.items()}

    unknown = {
        "flipped_first_byte": (flip(good, 0), "one bit of the first byte"),
        "flipped_uid": (flip(good, 7), "one bit of the UID"),
        "flipped_identity": (flip(good, 13), "one bit of the key's identity"),
    }
    for name, (bad, what) in unknown.items():
        comment = f"{what}: no key is held for this header"
        files[name] = fails("no_parameters: unknown_header", comment, line, bad)

    malformed = {
        "empty": (b"", "empty", "no bytes at all"),
        "too_short": (good[:31], "too_short", "31 bytes: header and tag alone take 32"),
        "one_byte": (good[:1], "too_short", "the first byte alone"),
        "unknown_version_0": (b"\x01" + good[1:], "unknown_version", "the first digit is 0"),
        "unknown_version_3": (b"\x31" + good[1:], "unknown_version", "the first digit is 3"),
        "hex_not_decoded": (good.hex().encode(), "unknown_version", "the message's hex digits as bytes"),
    }
    for name, (bad, reason, comment) in malformed.items():
        files[name] = fails(f"malformed: {reason}", comment, line, bad)
    comment = "a v1 message asked for as a signed one"
    files["opened_as_signed"] = fails("malformed: wrong_purpose", comment, line, good, purpose="integrity")

    other_line = ccm_line("damaged/other")
    other = seal(READING, other_line)
    both = [line, other_line]
    comment = "the text and tag of one message behind the header of another; both keys are held"
    files["header_of_another_message"] = fails("not_authentic", comment, both, other[:16] + good[16:])
    comment = "the tag of another message; both keys are held"
    files["tag_of_another_message"] = fails("not_authentic", comment, both, good[:-16] + other[-16:])
    return files


def _shortcut_faults() -> dict[str, str]:
    files = {}
    line = ccm_line("shortcut_of_a_wrong_key")
    other = _of_counter(line, 1) | {"Key": base64(draw("shortcut_of_a_wrong_key/another", 16))}
    comment = "the key of counter 0 does not open counter 1, and no other is held"
    files["shortcut_of_a_wrong_key"] = fails("not_authentic", comment, line, seal(READING, other))

    third = seal(READING, _of_counter(line, 2))
    comment = "one key id with two keys disproves the shortcut: no key is tried on a third counter"
    files["shortcut_of_two_keys"] = fails("no_parameters: unknown_header", comment, [line, other], third)

    line = ccm_line("shortcut_of_a_crooked_nonce", Nonce=base64(draw("crooked/nonce", 12)))
    other = _of_counter(line, 1)
    comment = "a reply whose nonce is not header[4:16] turns the shortcut off for its device"
    files["shortcut_of_a_crooked_nonce"] = fails(
        "no_parameters: unknown_header", comment, line, seal(READING, other)
    )
    line = ccm_line("shortcut_of_a_crooked_kiv", KIV=base64(draw("crooked/kiv", 16)))
    comment = "a reply whose KIV does not begin with its header turns the shortcut off for its device"
    files["shortcut_of_a_crooked_kiv"] = fails(
        "no_parameters: unknown_header", comment, line, seal(READING, _of_counter(line, 1))
    )
    line = ccm_line("shortcut_of_a_refused_line")
    refused = line | {"MACLength": 64}
    comment = "a refused line lends its key to no other counter"
    files["shortcut_of_a_refused_line"] = fails(
        "no_parameters: unknown_header", comment, refused, seal(READING, _of_counter(line, 1))
    )
    return files


def _bad_lines() -> dict[str, str]:
    """Return key lines that disagree with themselves or with a message that is good."""
    line = ccm_line("bad_line")
    good = seal(READING, line)
    key = draw("bad_line/key", 16)
    changes = {
        "reply_of_another_device": ("another_device", {"ROTPublicUID": "0002000089282245"}),
        "uid_too_short": ("uid_malformed", {"ROTPublicUID": line["ROTPublicUID"][2:]}),
        "uid_not_hex": ("uid_malformed", {"ROTPublicUID": "0x" + line["ROTPublicUID"][2:]}),
        "key_of_15_bytes": ("key_length", {"Key": base64(key[:15])}),
        "key_of_24_bytes": ("key_length", {"Key": base64(key + key[:8])}),
        "key_of_32_bytes_under_aes_128": ("key_length", {"Key": base64(key + key)}),
        "key_of_16_bytes_under_aes_256": ("key_length", {"CipherSuite": "AES_256_CCM"}),
        "key_length_says_otherwise": ("key_length", {"KeyLength": 256}),
        "nonce_of_11_bytes": ("nonce_length", {"Nonce": base64(good[4:15])}),
        "nonce_of_13_bytes": ("nonce_length", {"Nonce": base64(good[3:16])}),
        "kiv_of_15_bytes": ("nonce_length", {"KIV": base64(good[:15])}),
        "mac_length_64": ("mac_length", {"MACLength": 64}),
        "mac_length_as_text": ("mac_length", {"MACLength": "128"}),
    }
    files = {
        name: fails(f"mismatched_parameters: {reason}", f"the line has {_said(change)}", line | change, good)
        for name, (reason, change) in changes.items()
    }
    # An integrity line of a 16-byte header is never what an encrypted message looks for.
    files["line_for_signed_messages"] = fails(
        "no_parameters: unknown_header",
        "the one line for this header is for signed messages",
        line | {"Purpose": "integrity"},
        good,
    )
    integrity = {name: line[name] for name in ("EncryptedHeader", "ROTPublicUID", "MACLength", "CipherSuite")}
    integrity |= {"AuthenticationKey": line["Key"], "AuthKeyLength": 128}
    comment = "the reply is one for signed messages, told as one for encrypted ones"
    files["reply_for_signed_messages"] = fails(
        "mismatched_parameters: another_purpose", comment, integrity, good
    )
    suite = line | {
        "CipherSuite": "AES_128_CS1_HMAC_SHA256",
        "EncryptionKey": line["Key"],
        "AuthenticationKey": base64(draw("bad_line/mac key", 16)),
        "AESIV": base64(bytes(16)),
    }
    comment = "the reply's suite is one of v2"
    files["suite_of_v2"] = fails("mismatched_parameters: another_suite", comment, suite, good)
    comment = "the line names a suite of v2 over the fields of v1"
    suite = line | {"CipherSuite": "AES_128_CS1_HMAC_SHA256"}
    files["suite_says_v2"] = fails("mismatched_parameters: another_suite", comment, suite, good)
    for name, value in {"unsupported_suite": "AES_128_GCM", "suite_in_small_letters": "aes_128_ccm"}.items():
        files[name] = fails(
            "unsupported_suite: unknown_suite", f"the line names {value}", line | {"CipherSuite": value}, good
        )
    downlink_line = downlink(line)
    comment = "the parameters are held for the way to the device only"
    files["line_for_downlink"] = fails("no_parameters: unknown_header", comment, downlink_line, good)
    return files


def _said(change: dict[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in change.items())


def _of_counter(line: dict[str, object], counter: int) -> dict[str, object]:
    """Return the line that the service would give for another counter of the same key."""
    header = bytes.fromhex(str(line["EncryptedHeader"]))[:14] + counter.to_bytes(2)
    return line | {
        "EncryptedHeader": header.hex(),
        "Nonce": base64(header[4:]),
        "KIV": base64(header),
    }


def to_device() -> dict[str, str]:
    """Return the files of vectors/v1/downlink."""
    files = {}
    for bits in KEY_BITS:
        for length in (0, 1, 16, 31, 300):
            name = f"text_{length}_bytes_aes{bits}"
            line, text = downlink(ccm_line(f"down/{name}", bits=bits)), draw(f"down/{name}/text", length)
            comment = f"to the device: {length} bytes of text under AES-{bits}-CCM; the header is KIV"
            files[name] = opened(comment, line, seal(text, line), text, direction="downlink")
    line = downlink(ccm_line("down/faults"))
    good = seal(READING, line)
    for name, bad in {
        "flipped_text": flip(good, 16),
        "flipped_tag": flip(good, -1),
        "truncated": good[:-1],
    }.items():
        files[name] = fails("not_authentic", name.replace("_", " "), line, bad, direction="downlink")
    comment = "a counter of its own: the shortcut is for uplink only"
    files["flipped_counter"] = fails(
        "no_parameters: unknown_header", comment, line, flip(good, 15), direction="downlink"
    )
    uplink_line = ccm_line("down/faults")
    comment = "the parameters are held for the way from the device only"
    files["line_for_uplink"] = fails(
        "no_parameters: unknown_header", comment, uplink_line, good, direction="downlink"
    )
    comment = "the line has a MACLength of 64"
    files["mac_length_64"] = fails(
        "mismatched_parameters: mac_length", comment, line | {"MACLength": 64}, good, direction="downlink"
    )
    return files
