"""GnuPG, the judge of our envelopes: run in a home of its own."""

import os
import re
import shutil
import subprocess
from typing import NamedTuple

import pytest


class Told(NamedTuple):
    """What gpg has found in a message."""

    payload: bytes
    status: str
    packets: str

    @property
    def cipher(self):
        """Return OpenPGP's number of the cipher."""
        return int(re.search(r"session key: '(\d+):", self.packets)[1])

    @property
    def digest(self):
        """Return OpenPGP's number of the signature's hash."""
        return int(re.search(r"digest algo (\d+)", self.packets)[1])

    @property
    def compression(self):
        """Return the algorithm of the compressed packet; 0 where there is none."""
        found = re.search(r":compressed packet: algo=(\d+)", self.packets)
        return int(found[1]) if found else 0

    @property
    def signed_by(self):
        """Return the fingerprint of the key whose signature is valid; nothing where none is."""
        found = re.search(r"^\[GNUPG:\] VALIDSIG ([0-9A-F]{40})", self.status, re.MULTILINE)
        return found[1] if found and "GOODSIG" in self.status else ""

    @property
    def kinds(self):
        """Return the numbers of the packets in their order, the encrypted ones behind their envelope."""
        return [int(tag) for tag in re.findall(r"^# off=\d+ ctb=\S+ tag=(\d+)", self.packets, re.MULTILINE)]


class Gpg:
    """GnuPG with keyrings of its own in a folder."""

    def __init__(self, home):
        self.home = home
        home.chmod(0o700)
        self.environment = {**os.environ, "GNUPGHOME": str(home), "LC_ALL": "C"}

    def run(self, *arguments, stdin=b"", check=True):
        """Run gpg without a terminal."""
        done = subprocess.run(
            ["gpg", "--batch", "--no-tty", "--trust-model", "always", *arguments],
            input=stdin,
            env=self.environment,
            capture_output=True,
            check=False,
        )
        assert not (check and done.returncode), done.stderr.decode()
        return done

    def take(self, *keys):
        """Import keys, secret ones too."""
        for key in keys:
            self.run("--pinentry-mode", "loopback", "--import", stdin=key)

    def judge(self, message):
        """Decrypt a message, verify it and list its packets."""
        options = ("--pinentry-mode", "loopback", "--status-fd", "2")
        opened = self.run(*options, "--decrypt", stdin=message)
        listed = self.run("-v", "--show-session-key", "--list-packets", stdin=message)
        return Told(opened.stdout, opened.stderr.decode(), (listed.stdout + listed.stderr).decode())

    def stop(self):
        """End the agent of this home."""
        subprocess.run(["gpgconf", "--kill", "all"], env=self.environment, capture_output=True, check=False)


def gpg_at(folder):
    """Return GnuPG in a folder; the test is skipped by name where it is not installed."""
    if shutil.which("gpg") is None:
        pytest.skip("gpg is not installed: apt-get install gnupg")
    return Gpg(folder)
