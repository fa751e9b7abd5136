"""`sealwright doctor`: what runs here, and what is missing."""

import json
import subprocess
import sys

import pytest

from sealwright.cli import doctor_

FACTS = [
    "sealwright",
    "python",
    "cryptography",
    "numpy",
    "msgspec",
    "httpx2",
    "pgpy",
    "click",
    "rich",
    "openssl",
    "engine",
    "cpu",
    "store",
    "store secret",
    "ublox account",
    "el2g account",
]


def test_as_text(sealwright):
    """One line a fact, its name first."""
    done = sealwright("doctor")
    assert (done.code, done.err) == (0, "")
    assert [line[:14].strip() for line in done.out.decode().splitlines()] == FACTS


def test_as_json(sealwright):
    """The same for programs."""
    facts = json.loads(sealwright("doctor", "--json").out)
    assert list(facts) == FACTS
    assert facts["engine"].startswith(("portable: ", "native: "))
    assert facts["openssl"].startswith("OpenSSL ")
    assert isinstance(facts["cpu"], list)


def test_credentials_in_the_environment(sealwright, monkeypatch):
    """Variables that hold credentials are named; what they hold is not shown."""
    monkeypatch.setenv("SEALWRIGHT_UBLOX_API_KEY", "marker")
    monkeypatch.delenv("SEALWRIGHT_UBLOX_API_SECRET", raising=False)
    done = sealwright("doctor")
    assert b"ublox account  SEALWRIGHT_UBLOX_API_KEY\n" in done.out
    assert b"marker" not in done.out
    monkeypatch.delenv("SEALWRIGHT_UBLOX_API_KEY")
    assert b"ublox account  none\n" in sealwright("doctor").out


def test_an_engine_that_is_not_there(sealwright, monkeypatch):
    """An engine that cannot be had is told with the way out, and the rest is shown."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "nonsense")
    done = sealwright("doctor")
    assert done.code == 0
    assert b"SEALWRIGHT_ENGINE='nonsense': there is native and portable; unset it" in done.out


def test_a_library_that_is_missing():
    """Without numpy the doctor still speaks: that is what it is for."""
    code = "import sys; sys.modules['numpy'] = None; from sealwright.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "doctor"], capture_output=True, check=True)
    assert b"engine         import of numpy halted" in done.stdout
    assert b"cpu " in done.stdout


def test_a_package_that_is_not_installed(monkeypatch):
    """A missing library is told with the command that brings it."""
    monkeypatch.setattr(doctor_, "_LIBRARIES", ("no-such-library",))
    assert doctor_.examine()["no-such-library"] == "missing: pip install no-such-library"


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("processor: 0\nflags\t\t: fpu aes avx2 vaes\n", ["aes", "vaes", "avx2"]),
        ("Features\t: fp aes\n", ["aes"]),
        ("model name: none\n", []),
    ],
    ids=["x86", "arm", "neither"],
)
def test_cpu_features(tmp_path, text, features):
    """Linux tells the features of interest."""
    (tmp_path / "cpuinfo").write_text(text)
    assert doctor_.cpu_features(tmp_path / "cpuinfo") == features


def test_a_system_that_does_not_tell(tmp_path):
    """Where there is no such file nothing is claimed."""
    assert doctor_.cpu_features(tmp_path / "cpuinfo") == ["not known on this system"]
