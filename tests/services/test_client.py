"""What all clients share: forms of answers, typed replies, and that a reply must answer its request."""

from datetime import UTC, datetime

import pytest

from asking import QUICK
from sealwright.errors import ReplyError, RequestError, ServiceError, UnavailableError
from sealwright.services._client import Client
from sealwright.services._each import Fate
from sealwright.services._http import Channel, Tally, Timing
from services.shop import SHOP
from services.tools import TOOLS
from serving import Server, answer


def _client(server):
    return Client(Channel(server.url, limits=QUICK), None)


def _make(name, /, **arguments):
    return SHOP.find("sold_things", name).make(**arguments)


def test_forms_of_answers():
    """JSON is read into its type, a text is the text, and where nothing is to come nothing is read."""
    script = {
        "/v1/shops/1/things": answer([{"thingId": 1}]),
        "/v1/label": answer("-----BEGIN é".encode(), Content_Type="text/plain"),
        "/v1/shops/1/delete": answer(b"", 204),
    }
    with Server(lambda heard: script[heard.path.partition("?")[0]]) as server, _client(server) as client:
        assert client.send(_make("list", shop_id="1", size=2))[0].thing_id == 1
        assert client.send(_make("label")) == "-----BEGIN é"
        assert client.send(_make("delete", shop_id="1", ids=[1, 2])) is None
        assert [(heard.method, heard.path, heard.body) for heard in server.heard] == [
            ("GET", "/v1/shops/1/things?size=2", b""),
            ("GET", "/v1/label", b""),
            ("DELETE", "/v1/shops/1/delete", b"[1,2]"),
        ]
        assert [heard.headers["accept"] for heard in server.heard] == [
            "application/json",
            "text/plain, */*",
            "*/*",
        ]


def test_a_text_that_is_none():
    """Bytes that are not UTF-8 are no text, and are not shown."""
    with Server(answer(b"\xffmarker")) as server, _client(server) as client:
        with pytest.raises(UnavailableError, match="a body that is not text in UTF-8") as caught:
            client.send(_make("label"))
        assert "marker" not in str(caught.value)


def test_a_reply_to_something_else():
    """A request looks at its reply before anybody else does."""
    with Server(answer({"thingId": 1, "name": "b"})) as server, _client(server) as client:
        tally = Tally()
        with pytest.raises(ReplyError, match="name: is another"):
            client.send(_make("echo", name="a"), tally=tally)
        assert tally == Tally(1, 1)


def test_closed():
    """After the block the client is closed, and says so."""
    with Server(answer({"thingId": 1})) as server:
        with _client(server) as client:
            client.send(_make("echo", name=None, thing_id=1))
        with pytest.raises(ServiceError, match="the client is closed"):
            client.send(_make("echo", thing_id=1))
        assert len(server.heard) == 1
        assert repr(client) == f"<Client of {server.url}>"


def test_a_list_in_a_query():
    """A list stands in the URL once for each item, and an answer is asked for in the form that it has."""
    with Server(lambda heard: answer([]) if "tools" in heard.path else answer(b"a;b")) as server:
        with _client(server) as client:
            assert client.send(TOOLS.find("tools", "list").make(tool_kinds=["SAW", "AXE"])) == []
            assert client.send(TOOLS.find("tools", "price_list").make()) == "a;b"
        assert server.heard[0].path == "/v1/tools?tool-kinds=SAW&tool-kinds=AXE"
        assert server.heard[1].headers["accept"] == "text/csv"


def test_an_answer_for_each():
    """A long list goes in parts, and each item has its answer."""

    def sell(heard):
        return answer({"soldIds": heard.json[:-1], "failedIds": heard.json[-1:]})

    call = TOOLS.find("tools", "sell")
    with Server(sell) as server, _client(server) as client:
        answers = list(client.each(call, {"shop_id": 3, "ids": list(range(7))}, size=3))
        assert [answer.item for answer in answers] == list(range(7))
        assert [answer.item for answer in answers if answer.fate is Fate.FAILED] == [2, 5, 6]
        assert [heard.json for heard in server.heard] == [[0, 1, 2], [3, 4, 5], [6]]
        with pytest.raises(RequestError, match=r"ids\[3\]"):
            client.each(call, {"shop_id": 3, "ids": [1, 2, 3, "x"]}, size=2)
        assert len(server.heard) == 3


def test_a_part_that_never_left():
    """What became of the first part says nothing of the second one: that was not sent at all."""
    call = TOOLS.find("tools", "sell")
    with Server(lambda heard: answer({"soldIds": heard.json})) as server:
        client = _client(server)
        answers = client.each(call, {"shop_id": 3, "ids": [1, 2]}, size=1, tally=Tally())
        assert next(answers).fate is Fate.DONE
        client._channel._pause.extend(1e6)
        assert next(answers).fate is Fate.NOT_ATTEMPTED
        client.close()


@pytest.mark.parametrize("way", [Client.each, Client.in_parts])
@pytest.mark.parametrize("form", [list, iter])
def test_how_often_parts_are_checked(monkeypatch, way, form):
    """A list is checked whole, and each part of it once, by the clock of the client."""
    call, checks = TOOLS.find("tools", "sell"), []

    class Watched:
        def faults(self, values, _name, now):
            checks.append((len(values["ids"]), now))
            return iter(())

    monkeypatch.setattr(call.request, "rules", (Watched(),))
    then = datetime(2020, 2, 29, tzinfo=UTC)
    with Server(lambda heard: answer({"soldIds": heard.json})) as server:
        with Client(Channel(server.url, limits=QUICK, timing=Timing(now=lambda: then)), None) as client:
            told = list(way(client, call, {"shop_id": 3, "ids": form([1, 2, 3])}, size=2))
    assert len(told) == (3 if way is Client.each else 2)
    whole = [(3, then)] if form is list else []
    assert checks == [*whole, (2, then), (1, then)]
