"""`sealwright`, and `python -m sealwright`: runs a command and turns its end into an exit code.

0 all opened · 1 error · 2 usage · 3 finished, some messages failed · 4 credentials ·
5 finished, the budget was reached · 6 a service that does not answer · 130, 143 interrupted.
"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from sealwright.cli import cli
from sealwright.errors import (
    CredentialsError,
    InputError,
    RequestError,
    SealwrightError,
    UnavailableError,
)

if TYPE_CHECKING:
    from types import FrameType

ERROR = 1
USAGE = 2
CREDENTIALS = 4
UNAVAILABLE = 6
INTERRUPTED = 130
TERMINATED = 143


class _Terminated(BaseException):
    """SIGTERM on its way out: every output on the way removes what is not complete."""


def main() -> NoReturn:
    """Run the command line and exit. click itself ends quietly where nobody reads the output any more."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        sys.exit(cli.main(prog_name="sealwright", standalone_mode=False))
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _end("interrupted", INTERRUPTED)
    except _Terminated:
        _end("terminated", TERMINATED)
    except (InputError, RequestError) as problem:
        _end(str(problem), USAGE)
    except CredentialsError as problem:
        _end(str(problem), CREDENTIALS)
    except UnavailableError as problem:
        _end(str(problem), UNAVAILABLE)
    except SealwrightError as problem:
        _end(str(problem), ERROR)
    except OSError as problem:
        _end(f"{problem.strerror}: {problem.filename or 'while reading or writing'}", ERROR)


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise _Terminated


def _end(words: str, code: int) -> NoReturn:
    click.echo(f"sealwright: {words}", err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
