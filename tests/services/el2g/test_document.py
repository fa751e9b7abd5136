"""The table of the document's calls, walked: each is in the registry, client, commands and OpenAPI."""

import click
import pytest

from sealwright.cli import cli
from sealwright.services.el2g import EL2G
from sealwright.services.el2g.client import El2gClient
from sealwright.services.el2g.openapi import document
from services.el2g.document import IDS, SECTIONS, TABLE, plain_path

OPENAPI = document()


def test_the_table_is_whole():
    """Every numbered sub-section stands in the table, and the table has no call that is not ours."""
    told = {line.section for line in TABLE}
    assert [section for section in SECTIONS if section not in told] == ["4.1.3"]
    assert sum(section.startswith("4.1.3.") for section in told) == 7
    documented = {plain_path(line.line) for line in TABLE if line.section.startswith("4")}
    assert len(documented) == 57
    assert len(TABLE) == len(EL2G) == len({(line.group, line.name) for line in TABLE})
    assert {plain_path(line.line) for line in TABLE} == {(call.method, call.path) for call in EL2G}


@pytest.mark.parametrize("line", TABLE, ids=IDS)
def test_each_call_is_everywhere(line):
    """One call of the registry is a method, a command and an operation, under one name."""
    call = EL2G.find(line.group, line.name)
    method, path = plain_path(line.line)
    assert call in EL2G.at(method, call.path)
    assert (f"section {line.section}," in call.source) is bool(line.section)
    with El2gClient("token") as client:
        assert callable(getattr(getattr(client, line.group), line.name))
    command = cli
    for word in ("el2g", line.group.replace("_", "-"), line.name.replace("_", "-")):
        command = command.get_command(click.Context(command), word)
        assert command is not None, word
    operation = OPENAPI["paths"][path][method.lower()]
    assert line.group in operation["tags"]
    assert call.words.splitlines()[0] in f"{operation['summary']} {operation['description']}"
