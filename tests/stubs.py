"""The stubs of the clients' groups, made from their calls.

`python tests/stubs.py && ruff format` writes them anew.
"""

from __future__ import annotations

import re
import types
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec

import sealwright
from sealwright.services import _groups
from sealwright.services.el2g.calls import EL2G
from sealwright.services.ublox.calls import UBLOX

ROOT: Final = Path(sealwright.__file__).parent


def stub(registry: Any) -> str:
    """Return the text of a client's `groups.pyi`."""
    seen: dict[str, set[str]] = {"sealwright.services._groups": {"CallGroup"}}
    classes = "\n\n".join(_class(group, seen) for group in registry.groups.values())
    builtins = ""
    if any(call.name == "list" for call in registry):
        # A method of this name stands in front of the type where its class is read.
        classes, builtins = re.sub(r"\blist\[", "builtins.list[", classes), "import builtins\n"
    ours = "\n".join(
        f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(seen.items())
    )
    return f"""# Written by tests/stubs.py from the calls, and compared with them by a test.

{builtins}import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

{ours}

{classes}
"""


def _class(group: Any, seen: dict[str, set[str]]) -> str:
    methods = "\n".join(_method(call, way, seen) for call in group for way in _groups.ways(call))
    return f'class {_groups.class_name(group)}(CallGroup):\n    """{group.title}"""\n\n{methods}'


def _method(call: Any, way: Any, seen: dict[str, set[str]]) -> str:
    reply = _reply(call.reply, seen)
    if way is _groups.UPLOAD:
        arguments = ["body: bytes"]
    else:
        hints = {field.name: field.type for field in msgspec.structs.fields(call.request)}
        arguments = [
            _argument(field, hints[field.name], way, call, seen) for field in _groups.arguments_of(call, way)
        ]
    if way is _groups.ALL:
        items = {field.name: field.type for field in msgspec.structs.fields(call.reply)}[call.pages]
        reply = f"Iterator[{_reply(get_args(get_args(items)[0])[0], seen)}]"
    if way is _groups.IN_PARTS:
        reply = f"Iterator[{reply}]"
    if way is _groups.EACH:
        seen.setdefault("sealwright.services._each", set()).add("ItemAnswer")
        reply = "Iterator[ItemAnswer]"
    lines = "".join(f"        {argument},\n" for argument in arguments)
    told = f"    def {call.name + way.suffix}(\n        self,\n        *,\n{lines}    ) -> {reply}:\n"
    if not arguments:
        told = f"    def {call.name + way.suffix}(self) -> {reply}:\n"
    first, *rest = _doc(call, way).splitlines()
    words = "\n".join(
        [first, *(f"        {line}".rstrip() for line in rest), *(["        "] if rest else [])]
    )
    return f'{told}        """{words}"""\n'


def _doc(call: Any, way: Any) -> str:
    return f"{way.words}\n\n{call.words}".strip()


def _argument(field: Any, hint: Any, way: Any, call: Any, seen: dict[str, set[str]]) -> str:
    takes = _takes(hint, seen)
    if way in {_groups.IN_PARTS, _groups.EACH} and field.name in call.splits:
        takes = takes.replace("Sequence[", "Iterable[")
    return f"{field.name}: {takes}" + ("" if field.required else " = ...")


def _takes(hint: Any, seen: dict[str, set[str]]) -> str:
    """Return the type of an argument: what its reader takes, where that is more than its type."""
    if get_origin(hint) is Annotated:
        extras = [meta.extra or {} for meta in hint.__metadata__ if isinstance(meta, msgspec.Meta)]
        takes = next((extra["takes"] for extra in extras if "takes" in extra), None)
        if takes and "Secret" in takes:
            seen.setdefault("sealwright.secret", set()).add("Secret")
        return takes or _takes(hint.__origin__, seen)
    arguments = get_args(hint)
    if get_origin(hint) in {types.UnionType, Union}:
        return " | ".join(_takes(each, seen) for each in arguments)
    if get_origin(hint) is list:
        return f"Sequence[{_takes(arguments[0], seen)}]"
    if get_origin(hint) is dict:
        return f"Mapping[{', '.join(_takes(each, seen) for each in arguments)}]"
    return _plain(hint)


def _reply(hint: Any, seen: dict[str, set[str]]) -> str:
    if get_origin(hint) is Annotated:
        return _reply(hint.__origin__, seen)
    if get_origin(hint) in {types.UnionType, Union}:
        return " | ".join(_reply(each, seen) for each in get_args(hint))
    if get_origin(hint) in {list, dict}:
        inside = ", ".join(_reply(each, seen) for each in get_args(hint))
        return f"{get_origin(hint).__name__}[{inside}]"
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        seen.setdefault(hint.__module__, set()).add(hint.__name__)
        return hint.__name__
    return _plain(hint)


def _plain(hint: Any) -> str:
    if hint is type(None):
        return "None"
    if hint is Any:
        return "Any"
    if get_origin(hint) is Literal:
        return f"Literal[{', '.join(json_like(value) for value in get_args(hint))}]"
    return hint.__name__


def json_like(value: Any) -> str:
    """Return a constant as the formatter would write it."""
    return f'"{value}"' if isinstance(value, str) else repr(value)


TARGETS: Final = {
    ROOT / "services" / service / "groups.pyi": registry
    for service, registry in (("ublox", UBLOX), ("el2g", EL2G))
}

if __name__ == "__main__":
    for path, registry in TARGETS.items():
        path.write_text(stub(registry))
