"""The store on a Redis server: what is its own, beside the contract that every store keeps."""

import subprocess
import sys

import pytest
import redis

import making
import stores
from sealwright import KeyStore, StoreError
from sealwright.secret import Secret
from sealwright.telemetry import State
from sealwright.telemetry.keys.keeping.tables import Claim, NotWritableError, Record
from sealwright.telemetry.keys.shared_store import DURABLE, RedisTables
from sealwright.telemetry.keys.spending import Spending

SPENDING = Spending(making.DOWNLINK_KIV, making.UID, b"text", b"message")


@pytest.fixture
def client(server_place):
    """Return what a server's administrator has."""
    with redis.Redis.from_url(server_place.where) as client:
        yield client
        client.config_set("maxmemory", 0)


def state(store, raw=making.V1_HEADER):
    """Return the state that a store answers for one header."""
    return State(store.resolve(making.headers_of(raw)).state[0]).name


def test_there_is_a_store_already(server_place):
    """A store is never made over another one."""
    with pytest.raises(StoreError, match="has one already: use it"):
        KeyStore.create(server_place.where, stores.SECRET)


def test_there_is_no_store(client, server_place):
    """An empty server is no store, and the text says how to make one."""
    client.flushall()
    with pytest.raises(StoreError, match=r"there is none at .*: make one with `sealwright keys init`"):
        server_place.open()


@pytest.mark.parametrize(
    "url",
    ["redis://user:hush@127.0.0.1:1/0", "redis://127.0.0.1:1/0?password=hush", "unix:///nowhere?db=0"],
)
def test_a_server_that_is_not_there(url):
    """The error names the place and shows no password."""
    with pytest.raises(StoreError, match="cannot be used: ConnectionError") as caught:
        KeyStore(url, stores.SECRET)
    assert "hush" not in str(caught.value)


def test_a_url_that_is_none():
    """A number that is none is an error of ours."""
    with pytest.raises(StoreError, match="cannot be used"):
        KeyStore("redis://127.0.0.1:port/0", stores.SECRET)


def test_a_password(client, server_place):
    """A server that wants one says so; with it in the URL the store opens, and its repr does not show it."""
    client.config_set("requirepass", "hush")
    try:
        with pytest.raises(StoreError, match="look at user and password"):
            server_place.open()
        server_place.where = server_place.where.replace("//", "//:hush@")
        store = server_place.open()
        assert state(store) == "UNKNOWN"
        assert "hush" not in repr(store) + repr(store._tables) + store.where
    finally:
        client.config_set("requirepass", "")


def test_a_user_who_may_not(client, server_place):
    """What the server forbids to this user is an error, and no reason to go on in memory."""
    client.acl_setuser("reader", enabled=True, nopass=True, keys=["*"], commands=["+@read", "+@connection"])
    server_place.where = server_place.where.replace("//", "//reader:any@")
    store = server_place.open()
    with pytest.raises(StoreError, match="look at user and password") as caught:
        store.keep([stores.parameters()])
    assert not isinstance(caught.value, NotWritableError)


def test_a_server_without_memory(client, server_place):
    """It takes nothing more: what is new is kept in memory, one warning says so, what was there stays."""
    store = server_place.open()
    store.keep([stores.parameters(stores.header())])
    client.config_set("maxmemory", 1)
    store.keep([stores.parameters(stores.header(1))])
    store.keep([stores.parameters(stores.header(2))])
    assert [state(store, stores.header(each)) for each in range(4)] == ["EXACT"] * 3 + ["UNKNOWN"]
    [said] = server_place.said
    assert "takes nothing: OutOfMemoryError" in said
    client.config_set("maxmemory", 0)
    assert len(list(server_place.open().entries())) == 1


def test_a_server_that_is_a_copy(client, server_place):
    """A replica cannot be written: the same."""
    store = server_place.open()
    client.replicaof("127.0.0.1", str(stores.free_port()))
    try:
        store.keep([stores.parameters()])
    finally:
        client.replicaof("NO", "ONE")
    assert "takes nothing: ReadOnlyError" in server_place.said[0]
    assert state(store) == "EXACT"


def test_a_server_that_goes_away(tmp_path):
    """Answers go to memory and are not lost; what is held cannot be looked up, and no call is paid for it."""
    said = []
    with stores.redis_server(tmp_path) as url:
        KeyStore.create(url, stores.SECRET)
        store = KeyStore(url, stores.SECRET, tell=said.append)
    store.keep([stores.parameters()])
    assert "takes nothing: ConnectionError" in said[0]
    assert len(list(store._spill.scan())) == 1
    with pytest.raises(StoreError, match="cannot be used: ConnectionError"):
        state(store)


def test_what_was_acknowledged_survives_the_server(tmp_path):
    """After kill -9 a server with these settings has all rows and claims."""
    count = 20
    with stores.redis_server(tmp_path) as url:
        KeyStore.create(url, stores.SECRET)
        with KeyStore(url, stores.SECRET) as store, redis.Redis.from_url(url) as client:
            store.keep([stores.parameters(stores.header(each)) for each in range(count)])
            store.spent.spend([SPENDING])
            pid = client.info()["process_id"]
        subprocess.run(["kill", "-9", str(pid)], check=True)
    with stores.redis_server(tmp_path) as url, KeyStore(url, stores.SECRET) as store:
        assert len(list(store.entries())) == count
        assert store.spent.spent([SPENDING.kiv]) == {SPENDING.kiv}


@pytest.mark.parametrize(
    ("setting", "value"),
    [("appendfsync", "everysec"), ("appendonly", "no"), ("maxmemory-policy", "allkeys-lru")],
)
def test_spending_needs_a_server_that_does_not_forget(client, server_place, setting, value):
    """Where an acknowledged claim could be lost no set is spent, and the text names the setting."""
    client.config_set(setting, value)
    store = server_place.open()
    with pytest.raises(StoreError, match=f"it has {setting} {value}, and sealing needs {DURABLE[setting]}"):
        store.spent.spend([SPENDING])
    assert store.spent.spent([SPENDING.kiv]) == set()


def test_another_secret(server_place):
    """After rekeying the new secret opens the store and the old one does not."""
    new = Secret(bytes(range(128, 160)))
    store = server_place.open()
    store.keep([stores.parameters()])
    store.rekey(new)
    with pytest.raises(StoreError, match="not the secret"):
        server_place.open()
    with KeyStore(server_place.where, new) as again:
        assert state(again) == "EXACT"


def test_a_server_does_not_list_the_fleet(client, server_place):
    """No UID, header, key, origin or label is in anything that the server has."""
    store = server_place.open(origin="https://service.example", account="a customer of ours")
    store.keep([stores.parameters()])
    store.lease([b"name"], 60)
    store.spent.spend([SPENDING])
    content = b"".join(key + (client.dump(key) or b"") for key in client.keys(b"*"))
    secrets = [making.V1_HEADER[2:8], making.V1_HEADER[8:14], making.KEY, b"service.example", b"a customer"]
    for secret in [*secrets, making.DOWNLINK_KIV[:12], b"message", b"name"]:
        assert secret not in content
        assert secret.hex().encode() not in content


def test_rows_that_are_not_as_they_were_sealed(client, server_place):
    """They count as absent; the others are found."""
    store = server_place.open()
    store.keep([stores.parameters(stores.header(each)) for each in range(4)])
    rows = {store._vault.open(record).header[13]: record for record in store._tables.scan()}
    harm = {0: b"not msgpack \xc1", 1: b"\x90", 2: b"\x95\x00\x00\xa0\xa0\xa0"}
    for number, value in harm.items():
        client.hset(b"{sealwright}:1:row:" + rows[number].name, rows[number].owner, value)
    assert [state(store, stores.header(each)) for each in range(4)] == ["UNKNOWN"] * 3 + ["EXACT"]
    assert store.damaged >= 3
    assert len(server_place.said) == 1


def test_a_damaged_ledger_of_spent_sets(client, server_place):
    """No set is taken for unspent because its row cannot be read."""
    store = server_place.open()
    store.spent.spend([SPENDING])
    [key] = client.keys(b"{sealwright}:1:spent:*")
    client.set(key, b"nonsense")
    with pytest.raises(StoreError, match="the ledger of spent sets is damaged"):
        store.spent.spend([SPENDING._replace(text=b"another")])
    [text] = client.keys(b"{sealwright}:1:text:*")
    client.delete(key)
    assert client.exists(text)
    with pytest.raises(StoreError, match="the ledger of spent sets is damaged"):
        store.spent.earlier([(SPENDING.uid, SPENDING.text)])


def test_a_damaged_ledger_of_calls(client, server_place):
    """What cannot be read is left out."""
    store = server_place.open()
    client.hset(b"{sealwright}:1:calls:" + bytes(16), "box", b"nonsense")
    assert list(store.calls()) == []


def test_a_leader_that_is_gone(client, server_place):
    """A family that points to a row that is not there is led by none."""
    store = server_place.open()
    store.keep([stores.parameters(stores.header())])
    [row] = client.keys(b"{sealwright}:1:row:*")
    client.delete(row)
    assert state(store, stores.header(counter=1)) == "UNKNOWN"


def test_an_owner_whose_row_is_gone(client, server_place):
    """A name may have rows of some owners only."""
    store = server_place.open()
    for origin in ("https://a.example", "https://b.example"):
        server_place.open(origin=origin).keep([stores.parameters(stores.header())])
    [record, _] = store._tables.scan()
    client.hdel(b"{sealwright}:1:row:" + record.name, record.owner)
    assert state(store, stores.header(counter=1)) in {"CANDIDATE", "UNKNOWN"}
    assert state(store, stores.header()) == "EXACT"


def test_many_rows_are_scanned(server_place):
    """More rows than the server tells at once come out, each once."""
    store = server_place.open()
    store.keep([stores.parameters(stores.header(each)) for each in range(3000)])
    assert len({entry.header for entry in store.entries()}) == 3000
    assert len(list(store.entries())) == 3000


def test_an_unknown_claim_is_empty(server_place):
    """A claim that is not there has no contents."""
    tables = RedisTables(server_place.where)
    assert tables.claims_of([b"text"]) == []
    assert tables.claimed([]) == set()
    assert isinstance(Record(*[b""] * 9), tuple)
    assert Claim(*[b""] * 5).name == b""
    tables.close()


def test_the_library_is_imported_for_a_server_only():
    """Who keeps keys in a file needs no redis."""
    code = "import sys, sealwright; sealwright.KeyStore(None, None); assert 'redis' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
