"""`sealwright material combine`: custodians at a terminal."""

import pytest

from sealwright.provision import MaterialKind, read_hex_material

pytestmark = pytest.mark.usefixtures("quick_scrypt")
UNDER = ("--passphrase-command", "echo five words are enough here")
ONE, TWO = "11" * 16, "2233" * 8
COMBINED = "3322" * 8


def kcv(text):
    """Return the check values of an AES key in hex."""
    return read_hex_material(MaterialKind.AES, text.encode()).check_values


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def combined(sealwright, *arguments):
    """Combine to a file under a passphrase."""
    return sealwright("material", "combine", *arguments, "-o", "OUT", *UNDER)


def test_two_components(sealwright, terminal):
    """Either check value is taken; the key's own is shown at the end."""
    terminal(ONE, kcv(ONE).cmac, TWO, kcv(TWO).legacy.lower())
    done = combined(sealwright, "--components", "2")
    assert done.code == 0
    assert (
        f"  KCV {kcv(COMBINED).cmac}  (AES-CMAC, X9.24-1:2017)\n" in done.err.partition("written to OUT")[2]
    )
    for secret in (ONE, TWO, COMBINED):
        assert secret not in done.err


def test_what_is_written(sealwright, terminal):
    """The XOR of the components, under the passphrase."""
    terminal(ONE, kcv(ONE).cmac[:6], TWO, kcv(TWO).cmac)
    combined(sealwright, "--components", "2")
    done = sealwright("material", "new", "aes128", "--from", "OUT", "-o", "-", "--plaintext", *UNDER)
    assert done.out == f"{COMBINED}\n".encode()


def test_a_slip_is_noticed(sealwright, terminal):
    """The component and its check value are typed again."""
    terminal(TWO, kcv(ONE).cmac, "zz", ONE, kcv(ONE).cmac, TWO, kcv(TWO).cmac)
    done = combined(sealwright, "--components", "2")
    assert done.code == 0
    assert "component 1 does not agree with this KCV" in done.err
    assert "character 1 is no hex digit" in done.err


def test_three_slips(sealwright, terminal, tmp_path):
    """Then nothing is made."""
    terminal(ONE, kcv(ONE).cmac, *(TWO, "000000") * 3)
    done = combined(sealwright, "--components", "2")
    assert (done.code, "component 2 was not right 3 times: nothing was made" in done.err) == (2, True)
    assert not (tmp_path / "OUT").exists()


def test_what_has_no_check_value(sealwright, terminal):
    """HMAC keys' components are typed twice."""
    terminal("0102", "0102", "0304", "0304")
    done = combined(sealwright, "--components", "2", "--kind", "hmac")
    assert (done.code, done.err) == (0, "HMAC key of 2 bytes written to OUT, under the passphrase\n")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ((ONE, kcv(ONE).cmac, ONE, kcv(ONE).cmac), "component 2 was given before"),
        ((ONE, kcv(ONE).cmac, "22" * 32, kcv("22" * 32).cmac), "component 2 has 32 bytes"),
    ],
)
def test_components_that_do_not_fit(sealwright, terminal, tmp_path, answers, words):
    """Nothing is made of them."""
    terminal(*answers)
    done = combined(sealwright, "--components", "2")
    assert (done.code, words in done.err) == (2, True)
    assert not (tmp_path / "OUT").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--components", "2", "-o", "OUT"], "on a terminal, and there is none"),
        (["--components", "1", "-o", "OUT"], "1 is not in the range"),
    ],
)
def test_usage(sealwright, arguments, words):
    """Who is not there cannot type."""
    done = sealwright("material", "combine", *arguments)
    assert (done.code, words in done.err) == (2, True)


def test_json_has_a_place_of_its_own(sealwright, terminal):
    """It is not mixed with the key."""
    terminal()
    done = sealwright("material", "combine", "--components", "2", "-o", "-", "--plaintext", "--json")
    assert (done.code, "both would be on standard output" in done.err) == (2, True)


def test_in_the_clear_on_standard_output(sealwright, terminal):
    """Asked for in so many words."""
    terminal(ONE, kcv(ONE).cmac, TWO, kcv(TWO).cmac)
    done = sealwright("material", "combine", "--components", "2", "-o", "-", "--plaintext")
    assert done.out == f"{COMBINED}\n".encode()
