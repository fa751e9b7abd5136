"""KeyStore over a file: whose it is, what opens it, what it does when its disk gives up, what it shows."""

import copy
import multiprocessing
import os
import pickle
import sqlite3
import stat
import sys
import threading
import warnings
from pathlib import Path

import pytest

import making
import stores
from sealwright import KeyStore, StoreError
from sealwright.errors import InputError
from sealwright.secret import Secret
from sealwright.telemetry import State, StoreWarning
from sealwright.telemetry.keys import store as store_module
from sealwright.telemetry.keys.keeping import schema
from sealwright.telemetry.keys.keeping.calls import Calls
from sealwright.telemetry.keys.keeping.sqlite_tables import SqliteTables
from sealwright.telemetry.keys.keeping.tables import NotWritableError
from sealwright.telemetry.keys.spending import Spending

SPENDING = Spending(making.DOWNLINK_KIV, making.UID, b"text", b"message")


def state(store, raw=making.V1_HEADER):
    """Return the state that a store answers for one header."""
    return State(store.resolve(making.headers_of(raw)).state[0]).name


def change(path, *statements):
    """Change what stands in a file with nothing of ours."""
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(*((statement,) if isinstance(statement, str) else statement))
    connection.commit()
    connection.close()


# Whose it is


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o277, 0o777], ids=oct)
def test_only_the_owner_can_read_under_any_umask(tmp_path, umask):
    """The new folders have 0700, the file and what SQLite puts beside it 0600."""
    path = tmp_path / "new" / "folders" / "keys.sqlite"
    before = os.umask(umask)
    try:
        KeyStore.create(path, stores.SECRET)
        with KeyStore(path, stores.SECRET) as store:
            store.keep([stores.parameters()])
            modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"keys.sqlite": 0o600, "keys.sqlite-wal": 0o600, "keys.sqlite-shm": 0o600}
    for folder in (path.parent, path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(file_place):
    """A restored backup often has other permissions: they are taken away."""
    Path(file_place.where).chmod(0o644)
    file_place.open()
    assert stat.S_IMODE(Path(file_place.where).stat().st_mode) == 0o600


def _symlink(path):
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def _fifo(path):
    path.unlink()
    os.mkfifo(path)


def _folder(path):
    path.unlink()
    path.mkdir()


def _linked_log(path):
    path.with_name(path.name + "-wal").symlink_to("elsewhere")


def _open_folder(path):
    path.parent.chmod(0o777)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_symlink, "is a symbolic link, which is refused"),
        (_fifo, "is no regular file"),
        (_folder, "is no regular file"),
        (_linked_log, "keys.sqlite-wal is a symbolic link"),
        (_open_folder, "others may write to its folder"),
        (Path.unlink, "there is none at .*: make one with `sealwright keys init`"),
        (lambda path: path.write_bytes(b"text" * 1000), "is damaged"),
        (lambda path: path.write_bytes(b""), "is a database, but not a key store"),
    ],
    ids=["symlink", "fifo", "folder", "linked log", "open folder", "missing", "text", "empty"],
)
def test_what_is_no_store_of_this_user(file_place, harm, words):
    """Each is refused with a text that says what is wrong, and left as it is."""
    path = Path(file_place.where)
    harm(path)
    with pytest.raises(StoreError, match=words):
        file_place.open()


def test_another_users_file(file_place, monkeypatch):
    """Whoever owns the file chooses what we read: refused."""
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(StoreError, match="belongs to another user"):
        file_place.open()


def test_another_users_folder(file_place, monkeypatch):
    """Whoever owns the folder can put another file there: refused."""
    folder = Path(file_place.where).parent
    real = Path.stat

    def stat_of(path, **options):
        found = real(path, **options)
        if path != folder:
            return found
        return os.stat_result([*found[:4], 12345, *found[5:]])

    monkeypatch.setattr(Path, "stat", stat_of)
    with pytest.raises(StoreError, match="others may write to its folder"):
        file_place.open()


def test_a_file_that_cannot_be_opened(file_place, monkeypatch):
    """The system's word is passed on."""
    real = os.open

    def refuse(path, *args, **options):
        if str(path).endswith("keys.sqlite"):
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **options)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StoreError, match="cannot be opened: Permission denied"):
        file_place.open()


def test_there_is_a_store_already(file_place):
    """A store is never made over another one."""
    with pytest.raises(StoreError, match="exists already"):
        KeyStore.create(file_place.where, stores.SECRET)
    assert state(file_place.open()) == "UNKNOWN"


def test_a_place_that_cannot_be(tmp_path):
    """A file stands where a folder is needed."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot be made: .*file is no folder"):
        KeyStore.create(tmp_path / "file" / "keys.sqlite", stores.SECRET)


def test_a_folder_that_cannot_be_made(tmp_path, monkeypatch):
    """The system's word is passed on."""

    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreError, match=r"cannot be made: Permission denied"):
        KeyStore.create(tmp_path / "new" / "keys.sqlite", stores.SECRET)


def test_a_shared_folder_with_the_sticky_bit_will_do(tmp_path):
    """As in /tmp, nobody can replace another user's file there."""
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o1777)
    KeyStore.create(folder / "keys.sqlite", stores.SECRET)
    with KeyStore(folder / "keys.sqlite", stores.SECRET) as store:
        assert state(store) == "UNKNOWN"


# What opens it


def test_a_wrong_secret(file_place):
    """A clean error, and nothing of the secret in it."""
    for secret in (Secret(b"another secret that is no key"), Secret(bytes(range(200, 232)))):
        with pytest.raises(StoreError, match="this is not the secret with which it was made") as caught:
            KeyStore(file_place.where, secret)
        assert "another" not in str(caught.value)


@pytest.mark.parametrize(
    ("secret", "kdf"),
    [
        (b"five words are a passphrase", b"scrypt"),
        (b"thirty-two characters, all typed", b"scrypt"),
        (bytes(range(128, 160)), b"hkdf"),
        (b"0123456789abcdef" * 4, b"hkdf"),
        (b"gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIA=", b"hkdf"),
        (b"gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIA", b"hkdf"),
        (b"zz23456789abcdef" * 4, b"scrypt"),
        (b"g" * 42 + b" IA", b"scrypt"),
    ],
    ids=["passphrase", "32 typed", "32 raw", "hex", "base64", "no padding", "64 not hex", "45 not base64"],
)
@pytest.mark.usefixtures("quick_scrypt")
def test_secrets(tmp_path, secret, kdf):
    """32 bytes, raw or in hex or base64, are a key; what could be typed is strengthened by scrypt."""
    path = tmp_path / "keys.sqlite"
    KeyStore.create(path, Secret(secret))
    with KeyStore(path, Secret(secret)) as store:
        assert kdf in store._tables.wrapping()
        store.keep([stores.parameters()])
    with KeyStore(path, Secret(secret)) as store:
        assert state(store) == "EXACT"


def test_a_passphrase_that_is_too_short(tmp_path):
    """Seven characters are refused, and no file is made."""
    with pytest.raises(InputError, match="a passphrase needs 8 bytes or more"):
        KeyStore.create(tmp_path / "keys.sqlite", Secret(b"seven77"))
    assert not list(tmp_path.iterdir())


def test_another_secret(file_place):
    """After rekeying the new secret opens everything and the old one nothing; the file holds no trace."""
    store = file_place.open()
    store.keep([stores.parameters()])
    old = store._tables.wrapping()
    new = Secret(bytes(range(128, 160)))
    store.rekey(new)
    store.close()
    with pytest.raises(StoreError, match="not the secret"):
        KeyStore(file_place.where, stores.SECRET)
    with KeyStore(file_place.where, new) as again:
        assert state(again) == "EXACT"
    for path in Path(file_place.where).parent.iterdir():
        assert old not in path.read_bytes()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("PRAGMA user_version = 2", "has format 2, and this version of sealwright reads 1"),
        ("PRAGMA application_id = 7", "is a database, but not a key store"),
        ("DROP TABLE keys", "is damaged"),
        ("DELETE FROM vault", "the record of its wrapped key is damaged"),
        ("UPDATE vault SET wrapping = 7", "the record of its wrapped key is damaged"),
        ("UPDATE vault SET wrapping = x'7b7d'", "the record of its wrapped key is damaged"),
    ],
)
def test_other_versions_and_damage(file_place, statement, words):
    """What cannot be read is said, not guessed."""
    change(file_place.where, statement)
    with pytest.raises(StoreError, match=words):
        state(file_place.open())


def test_scrypt_that_asks_for_too_much(file_place):
    """A record that would make scrypt take terabytes is refused before it does."""
    with file_place.open() as store:
        record = store._tables.wrapping()
    greedy = record.replace(b'"hkdf","log_n":0', b'"scrypt","log_n":40')
    assert greedy != record
    change(file_place.where, ("UPDATE vault SET wrapping = ?", (greedy,)))
    with pytest.raises(StoreError, match="damaged, or of a newer version"):
        file_place.open()


# In memory only


def test_without_a_secret_it_lives_in_memory_and_says_so(tmp_path):
    """Nothing is written, and one sentence tells it."""
    with pytest.warns(StoreWarning, match="what is kept is in memory only, then forgotten"):
        store = KeyStore(tmp_path / "keys.sqlite", None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        store.keep([stores.parameters()])
        store.flush()
        assert state(store) == "EXACT"
    assert (store.where, store.memory_only) == ("memory", True)
    assert not list(tmp_path.iterdir())


def test_a_store_that_was_meant_to_be_in_memory_says_nothing():
    """Nobody asked for a file."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert state(KeyStore(None, None)) == "UNKNOWN"


# When its disk gives up


def test_a_full_disk_at_every_write(file_place):
    """Whichever page cannot be written: what was kept stays, what is new is in memory, one warning."""
    survived = set()
    for room in range(1, 40, 2):
        file_place.said.clear()
        store = file_place.open()
        pages = store._tables._ask("PRAGMA page_count")[0][0]
        store._tables._ask(f"PRAGMA max_page_count = {pages + room // 8}")
        held = [stores.header(each) for each in range(120)]
        for raw in held:
            store.keep([stores.parameters(raw)])
        store.flush()
        assert all(state(store, raw) == "EXACT" for raw in held)
        assert len(list(store.entries())) >= 120
        assert len(file_place.said) <= 1
        survived.add(len(file_place.said))
        store.close()
        with file_place.open() as again:
            assert again.damaged == 0
            assert again.purge(lambda _: True) <= 120
    assert survived == {0, 1}


def test_a_store_that_cannot_be_written(file_place):
    """Read-only: what is held is found, what is new goes to memory, and one warning says so."""
    with file_place.open() as store:
        store.keep([stores.parameters(stores.header())])
    store = file_place.open()
    store._tables._ask("PRAGMA query_only = ON")
    store.keep([stores.irregular(stores.header(1))])
    store.keep([stores.parameters(stores.header(2))])
    assert [state(store, stores.header(each)) for each in range(4)] == ["EXACT", "EXACT", "EXACT", "UNKNOWN"]
    assert state(store, stores.header(counter=1)) == "UNKNOWN", "the shortcut is off, as memory knows"
    assert store.lease([b"name"], 5) == [True]
    [said] = file_place.said
    assert "readonly" in said
    assert "kept in memory only; what was kept before is safe" in said
    assert len(list(file_place.open().entries())) == 1


def test_a_file_system_without_room_for_an_index(file_place, monkeypatch):
    """Where WAL mode finds no place for its index the file is read as it is, if no log is left to read."""
    with file_place.open() as store:
        store.keep([stores.parameters()])
    whole = SqliteTables._open

    def refuse(self, place):
        if place.endswith("mode=rw"):
            raise NotWritableError("store: unable to open database file")
        return whole(self, place)

    monkeypatch.setattr(SqliteTables, "_open", refuse)
    with file_place.open() as store:
        assert state(store) == "EXACT"
    Path(file_place.where + "-wal").write_bytes(b"what was written last")
    with pytest.raises(StoreError, match="unable to open"):
        file_place.open()


def test_what_must_be_on_disk_is_refused_without_one(file_place):
    """Purging and spending do not happen in memory: they are errors."""
    store = file_place.open()
    store.keep([stores.parameters()])
    store._tables._ask("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="readonly"):
        store.purge(lambda _: True)
    with pytest.raises(StoreError, match="readonly"):
        store.spent.spend([SPENDING])
    with pytest.raises(StoreError, match="readonly"):
        store.rekey(Secret(bytes(range(128, 160))))


def test_a_memory_that_replaces_what_the_file_says(file_place):
    """What memory holds for a header counts more than what stood in the file before it was full."""
    store = file_place.open()
    store.keep([stores.parameters()])
    store._tables._ask("PRAGMA query_only = ON")
    store.keep([stores.parameters(key=b"another test key")])
    table = store.resolve(making.headers_of(making.V1_HEADER))
    assert bytes(table.key[0, :16]) == b"another test key"


def test_another_process_that_holds_the_file(file_place, monkeypatch):
    """A writer that never ends is waited for, and then memory takes what is new."""
    monkeypatch.setattr("sealwright.telemetry.keys.keeping.sqlite_tables._PATIENCE", 0.05)
    store = file_place.open()
    other = sqlite3.connect(file_place.where, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store.keep([stores.parameters()])
    assert "locked" in file_place.said[0]
    assert state(store) == "EXACT"
    other.close()


def test_threads_that_meet_a_full_disk_together(file_place):
    """One of them says it."""
    store = file_place.open()
    store._tables._ask("PRAGMA query_only = ON")
    threads = [
        threading.Thread(target=store.keep, args=([stores.parameters(stores.header(each))],))
        for each in range(8)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(file_place.said) == 1
    assert all(state(store, stores.header(each)) == "EXACT" for each in range(8))


# Damage


def test_rows_that_are_not_as_they_were_sealed(file_place):
    """They count as absent and are told once; the others are found."""
    with file_place.open() as store:
        store.keep([stores.parameters(stores.header(each)) for each in range(10)])
    wrong = {
        1: "sealed = zeroblob(10)",
        2: "label = x'00'",
        3: "learned = learned + 1",
        4: "suite = 1",
        5: "salt = 'text'",
        6: "learned = 9223372036854775807",
        7: "mark = zeroblob(16)",
        8: "owner = zeroblob(16)",
    }
    change(file_place.where, *(f"UPDATE keys SET {what} WHERE id = {at + 1}" for at, what in wrong.items()))
    store = file_place.open()
    found = [state(store, stores.header(each)) for each in range(10)]
    assert found == ["EXACT", *["UNKNOWN"] * 8, "EXACT"]
    assert store.damaged >= 8
    assert file_place.said == [f"store: {file_place.where} has damaged rows, which count as absent"]
    assert len(list(store.entries())) == 2
    assert store.purge(lambda _: True) == 2


def test_rows_do_not_change_places(file_place):
    """A row under another one's name does not open: its names are authenticated beside it."""
    with file_place.open() as store:
        store.keep([stores.parameters(stores.header(each), bytes([each]) * 16) for each in range(2)])
        rows = [record[-3:] for record in store._tables.scan()]
    swap = "UPDATE keys SET salt = ?, label = ?, sealed = ? WHERE id = ?"
    change(file_place.where, (swap, (*rows[0], 2)), (swap, (*rows[1], 1)))
    store = file_place.open()
    assert [state(store, stores.header(each)) for each in range(2)] == ["UNKNOWN", "UNKNOWN"]


def test_a_write_that_fails_half_way(file_place):
    """Nothing of it stays."""
    store = file_place.open()
    store.keep([stores.parameters()])
    [record] = store._tables.scan()
    broken = record._replace(owner=bytes(16), salt=None)
    with pytest.raises(StoreError, match="is damaged"):
        store._tables.put([record._replace(name=bytes(16)), broken], [])
    assert len(list(store._tables.scan())) == 1
    store.keep([stores.parameters(stores.header())])
    assert len(list(store._tables.scan())) == 2


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM spent",
        "UPDATE spent SET name = zeroblob(16)",
        "UPDATE spent SET name = 'text'",
        "UPDATE tally SET spent = 2",
        "DELETE FROM tally",
    ],
)
def test_a_ledger_of_spent_sets_that_has_lost_one(file_place, harm):
    """A set whose name is gone would be used again: nothing is sealed any more."""
    with file_place.open() as store:
        store.spent.spend([SPENDING])
    change(file_place.where, harm)
    store = file_place.open()
    for use in (lambda: store.spent.spend([SPENDING]), lambda: store.spent.spent([SPENDING.kiv])):
        with pytest.raises(StoreError, match="the ledger of spent sets is damaged: seal with new sets"):
            use()
    with pytest.raises(StoreError, match="the ledger of spent sets is damaged"), store.spent.turn():
        pass


def test_a_claim_that_cannot_be_found_again(file_place, monkeypatch):
    """A tree that does not give back what was put into it is damaged, and nothing is given out."""
    store = file_place.open()
    monkeypatch.setattr(schema, "CLAIMED", schema.CLAIMED + " AND 0")
    with pytest.raises(StoreError, match="the ledger of spent sets is damaged"):
        store.spent.spend([SPENDING])
    monkeypatch.undo()
    assert store.spent.spent([SPENDING.kiv]) == set()


@pytest.mark.parametrize("harm", ["message = 1", "sealed = zeroblob(40)", "text = zeroblob(16)"])
def test_a_row_of_the_ledger_that_is_damaged(file_place, harm):
    """What it has sealed cannot be told: an error."""
    with file_place.open() as store:
        store.spent.spend([SPENDING])
    change(file_place.where, f"UPDATE spent SET {harm.replace('message', 'label')}")
    with pytest.raises(StoreError, match="the ledger of spent sets is damaged"):
        file_place.open().spent.spend([SPENDING])


def test_rows_of_the_ledger_of_calls_that_are_damaged(file_place):
    """They are left out."""
    calls = [Calls("2026-01-15", bytes(6), path, sent=1) for path in ("/a", "/b", "/c", "/d")]
    with file_place.open() as store:
        store.count_calls(calls)
        names = [count.name for count in store._tables.counts()]
    wrong = ("label = zeroblob(60)", "sent = 'many'", "label = x'00'")
    pairs = zip(wrong, names[:3], strict=True)
    change(file_place.where, *((f"UPDATE calls SET {what} WHERE name = ?", (name,)) for what, name in pairs))
    assert len(list(file_place.open().calls())) == 1


def test_going_on_in_memory_is_told_once(file_place):
    """Whichever thread comes second finds the memory there."""
    store = file_place.open()
    for _ in range(2):
        store._go_on_in_memory(NotWritableError("store: full"))
    assert len(file_place.said) == 1


# What it shows


def test_a_stolen_store_does_not_list_the_fleet(file_place):
    """No UID, header, key, origin or label is in the files."""
    account = "a customer of ours"
    with file_place.open(origin="https://service.example", account=account) as store:
        store.keep([stores.parameters()])
        store.spent.spend([SPENDING])
        content = b"".join(each.read_bytes() for each in Path(file_place.where).parent.iterdir())
    secrets = [making.V1_HEADER[2:8], making.V1_HEADER[8:14], making.KEY, making.UID, b"service.example"]
    secrets += [account.encode(), making.DOWNLINK_KIV[:12], stores.SECRET.reveal(), b"message"]
    for secret in secrets:
        assert secret not in content
        assert secret.hex().encode() not in content


def test_what_is_purged_is_not_in_the_file(file_place):
    """The row's bytes are overwritten, in the log too."""
    store = file_place.open()
    store.keep([stores.parameters()])
    [record] = store._tables.scan()
    content = lambda: b"".join(each.read_bytes() for each in Path(file_place.where).parent.iterdir())  # noqa: E731
    assert record.sealed in content()
    store.purge(lambda _: True)
    assert record.sealed not in content()


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_store_is_not_copied(file_place, how):
    """Its key does not travel by accident."""
    with pytest.raises(TypeError, match="neither pickled nor copied"):
        how(file_place.open())


def test_its_repr_is_its_place(file_place):
    """And no more."""
    store = file_place.open()
    assert repr(store) == f"<KeyStore at {file_place.where}>"
    assert repr(store._tables) == f"<SqliteTables at {file_place.where}>"


def test_reading_and_writing_at_once(file_place):
    """Who walks through the entries may keep, spend and purge on the way."""
    store = file_place.open()
    store.keep([stores.parameters(stores.header(each)) for each in range(1500)])
    walk = store.entries()
    next(walk)
    store.keep([stores.parameters()])
    store.spent.spend([SPENDING])
    assert store.purge(lambda entry: entry.header == making.V1_HEADER) == 1
    assert len(list(walk)) >= 1499


def test_a_store_that_cannot_be_made_whole(tmp_path, monkeypatch):
    """Nothing of it is left, so that it can be made another time."""
    path = tmp_path / "keys.sqlite"
    monkeypatch.setattr(schema, "TABLES", "CREATE TABLE vault (id);\nCREATE TABLE vault (id);\n")
    with pytest.raises(StoreError, match="is damaged"):
        KeyStore.create(path, stores.SECRET)
    assert not list(tmp_path.iterdir())
    monkeypatch.undo()
    KeyStore.create(path, stores.SECRET)


def test_leases_that_have_ended_leave_no_rows(file_place):
    """What killed processes have left is swept by the next who takes a lease."""
    store = file_place.open()
    store.lease([bytes((each,)) for each in range(100)], 15)
    file_place.clock.now += 20
    store.lease([b"name"], 15)
    assert store._tables._ask("SELECT count(*) FROM leases") == [(1,)]


def test_a_closed_store(file_place):
    """Whoever goes on with it is told."""
    with file_place.open() as store:
        pass
    with pytest.raises(StoreError, match="has been closed"):
        state(store)


def test_a_store_across_a_fork(file_place):
    """Parent and child both go on with the file; the child is another holder of leases."""
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("this system does not fork")
    store = file_place.open()
    assert store.lease([b"name"], 60) == [True]
    store._tables._lock.acquire()
    child = os.fork()
    if child == 0:
        store.keep([stores.parameters()])
        os._exit(0 if store.lease([b"name"], 60) == [False] else 1)
    assert os.waitpid(child, 0)[1] == 0
    store._tables._lock.release()
    assert state(store) == "EXACT"
    assert store.lease([b"name"], 60) == [True]


@pytest.mark.parametrize("sort", ["file", "memory"])
def test_a_fork_as_the_child_sees_it(file_place, sort):
    """It takes a new lock, and for a file a new connection; the parent's goes on."""
    store = file_place.open() if sort == "file" else KeyStore(None, None)
    store.keep([stores.parameters()])
    parents = store._tables._connection
    store._tables._lock.acquire()
    store._tables.renew()
    assert state(store) == "EXACT"
    assert (store._tables._connection is parents) is (sort == "memory")
    parents.execute("SELECT 1")


def test_a_store_in_memory_across_a_fork():
    """The child has a copy, whatever lock a thread of the parent held."""
    store = KeyStore(None, None)
    store.keep([stores.parameters()])
    store._tables._lock.acquire()
    child = os.fork()
    if child == 0:
        os._exit(0 if state(store) == "EXACT" else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_clock_that_was_set_back(file_place):
    """A lease from the future does not block for ever."""
    one, two = file_place.open(), file_place.open()
    file_place.clock.now += 10_000
    one.lease([b"name"], 15)
    file_place.clock.now -= 10_000
    assert two.lease([b"name"], 15) == [True]


def test_servers_by_their_urls():
    """A URL names a server, a path a file."""
    servers, files = ("redis://h", "rediss://h", "unix:///s"), ("/a/b", Path("redis"))
    assert all(map(store_module.is_server, servers))
    assert not any(map(store_module.is_server, files))


def test_without_the_library_a_server_is_an_error(monkeypatch):
    """The text says what to install."""
    monkeypatch.setitem(sys.modules, "redis", None)
    monkeypatch.delitem(sys.modules, "sealwright.telemetry.keys.shared_store")
    with pytest.raises(StoreError, match=r"pip install 'sealwright\[redis\]'"):
        KeyStore("redis://127.0.0.1:1", stores.SECRET)


def test_errors_of_writing_are_store_errors():
    """Whoever catches StoreError catches them."""
    assert issubclass(NotWritableError, StoreError)


def test_a_question_fits_into_sqlite():
    """Names, families, devices and owners of one question stay below SQLite's limit of parameters."""
    assert schema.fetch(*[schema.MOST_AT_ONCE] * 3, 2).count("?") <= 32_766
