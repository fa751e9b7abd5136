"""A call of a service as a command: its fields are options, its words the help, its reply the output."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final, Protocol

import click
from msgspec import inspect

from sealwright.cli.options import open_input, say
from sealwright.cli.secret_options import SecretOption, find_secret
from sealwright.errors import InputError
from sealwright.secret import Secret
from sealwright.services._call import Form
from sealwright.services._describe import words_of
from sealwright.services._retry import Retry
from sealwright.services._shape import constant, note, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from sealwright.services._call import Call
    from sealwright.services._groups import Sends

_NAMES: Final = (
    "tag_name",
    "ca_name",
    "from_ca",
    "notification_url",
    "device_profile_uid",
    "claim_code_id",
    "secure_object_id",
    "intermediate_ca_id",
    "device_group_id",
)
"""Fields whose value is typed again before what cannot be undone; the first one that a call has counts."""


class Account(Protocol):
    """The credentials of a service, and the client that they make."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        """Take what the options of the command say."""

    @staticmethod
    def options() -> list[click.Option]:
        """Return the options."""
        ...

    def open(self) -> AbstractContextManager[Sends]:
        """Return a client, to be closed at the end."""
        ...

    def name_sources(self) -> None:
        """Say where the credentials come from."""
        ...


class CallCommand(click.Command):
    """The command of one call."""

    def __init__(self, call: Call, account: type[Account]) -> None:
        self.call = call
        self.account = account
        name = call.name.replace("_", "-")
        super().__init__(name, params=options_of(call, account), callback=self._run, help=_help(call))

    def _run(self, **options: Any) -> None:
        from sealwright.cli.answers import answer

        call, account = self.call, self.account(options)
        file = options.get("csv")
        arguments = {} if file else read_arguments(call, options)
        if not file:
            for hint in call.make(**arguments).hints():
                say(f"hint: {hint}")
        with account.open() as client:
            if call.paid:
                say(f"billed: {call.paid}")
            if call.retry is not Retry.READ:
                account.name_sources()
            if call.irreversible and not options["yes"]:
                _make_sure(call, arguments)
            answer(client, call, arguments, file, as_json=options["as_json"])


def options_of(call: Call, account: type[Account]) -> list[click.Parameter]:
    """Return the options of a call's command: its fields, what it has beyond them, and the account."""
    options = {option.name: option for option in [*_fields(call), *_others(call)]}
    for option in account.options():
        options.setdefault(option.name, option)
    return list(options.values())


def _help(call: Call) -> str:
    notes = [f"Billed: {call.paid}."] if call.paid else []
    notes += ["It cannot be undone."] if call.irreversible else []
    return "\n\n".join([call.words, *notes, f"Source: {call.source}."])


def given_fields(call: Call) -> list[inspect.Field]:
    """Return the fields that somebody has to give: all but those that have only one value."""
    return [field for field in call.fields if constant(field) is None]


def _fields(call: Call) -> Iterator[click.Option]:
    for field in given_fields(call):
        kind = plain(field.type)
        if isinstance(kind, inspect.CustomType) and kind.cls is Secret:
            yield from _secret(call, field).options
        else:
            yield _option(field, kind)


def _secret(call: Call, field: inspect.Field) -> SecretOption:
    variable = f"SEALWRIGHT_{call.service}_{field.name}".upper()
    words = words_of(field)
    return SecretOption(field.name.replace("_", "-"), words[0].lower() + words[1:].rstrip("."), (variable,))


def _option(field: inspect.Field, kind: inspect.Type) -> click.Option:
    name = field.name.replace("_", "-")
    about: dict[str, Any] = {"help": words_of(field), "required": field.required}
    match kind:
        case inspect.BoolType():
            return click.Option([f"--{name}/--no-{name}"], default=None, **about)
        case inspect.IntType():
            about["type"] = click.INT
        case inspect.LiteralType(values=values):
            about["type"] = click.Choice([str(value) for value in values])
        case inspect.ListType():
            about |= {"multiple": True, "metavar": "VALUE|@FILE|-"}
        case inspect.DictType():
            about["metavar"] = "JSON|@FILE|-"
        case inspect.StrType() if note(field.type, "file"):
            about["metavar"] = "@FILE|-|TEXT"
    return click.Option([f"--{name}"], **about)


def _others(call: Call) -> Iterator[click.Option]:
    if call.uploads:
        path = click.Path(exists=True, dir_okay=False, allow_dash=True)
        yield click.Option(["--csv"], type=path, metavar="FILE", help="Send this file instead of the fields.")
    if call.irreversible:
        yield click.Option(["--yes"], is_flag=True, help="Do not ask: it cannot be undone.")
    what = "the text as it came, not JSON," if call.form is Form.TEXT else "JSON"
    yield click.Option(["--json", "as_json"], is_flag=True, help=f"For programs: {what} on standard output.")


def read_arguments(call: Call, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call from the options of its command; what was not given is left out."""
    arguments = {}
    for field in given_fields(call):
        kind = plain(field.type)
        if isinstance(kind, inspect.CustomType):
            found = find_secret(_secret(call, field), options)
            value = found and found.secret
        else:
            value = _value(kind, options[field.name], note(field.type, "file") or "")
        if value is not None:
            arguments[field.name] = value
    return arguments


def _value(kind: inspect.Type, given: Any, file: str) -> Any:
    if given is None or given == ():
        return None
    if file and (given.startswith("@") or given == "-"):
        return _read(given) if file == "text" else _octets(given)
    match kind:
        case inspect.ListType():
            return [item for each in given for item in _items(each)]
        case inspect.DictType():
            return _object(given)
        case inspect.LiteralType(values=values):
            return {str(value): value for value in values}[given]
    return given


def _items(text: str) -> list[str]:
    """Return one value, or those of a file, one a line; empty lines and those with # in front are none."""
    if not text.startswith("@") and text != "-":
        return [text]
    lines = map(str.strip, _read(text).splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _object(text: str) -> Any:
    try:
        return json.loads(_read(text) if text.startswith("@") or text == "-" else text)
    except ValueError:
        raise InputError(
            "a JSON object was expected, in the option itself or in the file that it names"
        ) from None


def _read(name: str) -> str:
    try:
        return _octets(name).decode()
    except UnicodeDecodeError:
        raise InputError(f"{name.removeprefix('@')}: not text in UTF-8") from None


def _octets(name: str) -> bytes:
    with open_input(name.removeprefix("@")) as stream:
        return stream.read()


def _make_sure(call: Call, arguments: Mapping[str, Any]) -> None:
    """Let the user type the name of what is to go. Raises UsageError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise click.UsageError(f"{call.title} cannot be undone: give --yes")
    name = next(
        (str(arguments[field]) for field in _NAMES if field in arguments), call.name.replace("_", "-")
    )
    typed = click.prompt(
        f"This cannot be undone. Type {name} to go on", default="", show_default=False, err=True
    )
    if typed != name:
        raise InputError(f"nothing was sent: that was not {name}")
