"""Writes every vector file; `--check` compares what would be written with what is there.

The files follow from labels alone: the same bytes on every machine. Exit code 1 on any difference.
"""

from __future__ import annotations

import sys

import recipe_provision
import recipe_replies
import recipe_signed
import recipe_v1
from vector_file import FOLDER

FOLDERS = {
    "v1/uplink": recipe_v1.uplink,
    "v1/downlink": recipe_v1.to_device,
    "v2/uplink": recipe_signed.v2_uplink,
    "v2/downlink": recipe_signed.v2_downlink,
    "integrity/uplink": recipe_signed.integrity_uplink,
    "integrity/downlink": recipe_signed.integrity_downlink,
    "replies": recipe_replies.replies,
}
KEYS_AND_ENVELOPES = {
    "provision/recipients": recipe_provision.recipients,
    "provision/refused": recipe_provision.refused,
    "provision/signers": recipe_provision.signers,
    "provision/envelopes": recipe_provision.envelopes,
}
"""These are OpenPGP's own files, armoured."""

ENDINGS = {".txt": FOLDERS, ".asc": KEYS_AND_ENVELOPES}


def generate() -> dict[str, str]:
    """Return the text of every file by its path under vectors/."""
    return {
        f"{folder}/{name}{ending}": text
        for ending, folders in ENDINGS.items()
        for folder, recipes in folders.items()
        for name, text in recipes().items()
    }


def differences(wanted: dict[str, str]) -> list[str]:
    """Return the paths that are missing, changed, or there without a recipe."""
    files = [path for path in FOLDER.rglob("*") if path.suffix in ENDINGS]
    there = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in files}
    octets = {path: text.encode("ascii") for path, text in wanted.items()}
    return sorted(path for path in octets | there if octets.get(path) != there.get(path))


def main(arguments: list[str]) -> int:
    """Write the files, or check them."""
    wanted = generate()
    different = differences(wanted)
    if arguments == ["--check"]:
        print(f"{len(wanted)} vectors, {len(different)} differ", *different, sep="\n")
        return 1 if different else 0
    if arguments:
        print("usage: generate.py [--check]", file=sys.stderr)
        return 2
    for path in different:
        target = FOLDER / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if path in wanted:
            target.write_bytes(wanted[path].encode("ascii"))
        else:
            target.unlink()
    print(f"{len(wanted)} vectors, {len(different)} written anew")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
