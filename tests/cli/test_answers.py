"""Replies on the screen, where the calls of one service alone do not show it."""

import pytest

from sealwright.cli import answers
from sealwright.secret import Secret
from sealwright.services._reply import Reply
from sealwright.services.ublox import UBLOX


@pytest.mark.parametrize(("as_json", "shown"), [(True, "a\x1bb\n"), (False, "a\\x1bb\n")])
def test_texts(capsys, as_json, shown):
    """A text is the text; people see its control characters, programs get them."""
    answers.show("a\x1bb", as_json=as_json)
    assert capsys.readouterr().out == shown


def test_nothing_to_show(capsys):
    """A reply without fields, and a list without items, are no table."""
    answers.show(Reply(), as_json=False)
    answers.show([], as_json=False)
    assert capsys.readouterr().out == ""


def test_parts_that_are_interrupted(capsys):
    """Ctrl-C between parts tells how many were done, for nobody else can."""

    class Client:
        def in_parts(self, _call, _arguments):
            yield Reply()
            raise KeyboardInterrupt

    call = UBLOX.find("devices", "whitelist_add")
    with pytest.raises(KeyboardInterrupt):
        answers.answer(Client(), call, {"imeis": ["1"] * 501}, None, as_json=False)
    assert capsys.readouterr().err == "1 parts of 500 were done before this:\n"


def test_cells():
    """Absent, true, and nested values have a form in a table."""
    assert [answers._cell(value) for value in (None, True, 5, ["é\x07"], {"a": None})] == [
        "-",
        "true",
        "5",
        '["é\\u0007"]',
        '{"a":null}',
    ]


def test_secrets_in_cells():
    """However deep a secret is in a reply, a table has words in its place, and the rest as it is."""
    (hook,) = UBLOX.find("notifications", "webhook_get").read_reply(
        [{"NotificationURL": "https://a.example", "AuthorizationToken": "marker", "New": {"a": None}}]
    )
    hidden = "(secret: --json shows it)"
    assert answers._cell(Secret(b"marker")) == hidden
    assert answers._cell({"a": [Secret(b"marker"), 1]}) == f'{{"a":["{hidden}",1]}}'
    assert answers._cell([hook]) == (
        f'[{{"NotificationURL":"https://a.example","AuthorizationToken":"{hidden}","New":{{"a":null}}}}]'
    )
