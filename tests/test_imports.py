"""Importing is cheap: what a program does not use is not loaded."""

import subprocess
import sys

import pytest

HEAVY = ("numpy", "rich", "pyarrow", "httpx2", "pgpy", "cryptography", "msgspec")

_LOADED = f"""
import sys
print(*sorted({{name.partition('.')[0] for name in sys.modules}} & set({HEAVY})))
"""


@pytest.mark.parametrize(
    "code",
    [
        "import sealwright",
        "import sealwright; sealwright.InputError; sealwright.Outcome; dir(sealwright)",
        "from sealwright.cli import cli; cli.main(['--help'], standalone_mode=False)",
        "from sealwright.cli import cli; cli.main(['open', '--help'], standalone_mode=False)",
        "from sealwright.cli import cli; cli.main(['wrap', '--help'], standalone_mode=False)",
        "from sealwright.cli import cli; cli.main(['material', 'new', '--help'], standalone_mode=False)",
    ],
    ids=["import", "the errors", "--help", "open --help", "wrap --help", "material new --help"],
)
def test_heavy_libraries_are_loaded_when_they_are_used(code):
    """Neither the package nor the help of a command loads what only work needs."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{_LOADED}"], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == ""


def test_the_check_would_notice():
    """What is used is loaded, so the test above sees something."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sealwright; sealwright.open_messages\n{_LOADED}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"numpy", "cryptography"} <= set(done.stdout.split())
