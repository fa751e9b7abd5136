"""A downlink set is spent once: whoever is killed, and however many seal at the same time."""

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import making
import stores
from crashing import Log, kill, start
from sealwright import KeyFile, KeyStore, open_messages
from sealwright.telemetry import Purpose, Sealer

LONG = os.environ.get("SEALWRIGHT_SCALE") == "long"
SETS, KILLS = (1_000_000, 1000) if LONG else (20_000, 100)
DEVICES, PROCESSES, THREADS, TOGETHER = 4, 2, 8, 25
LINE = 200
"""About how many bytes a line of the log has."""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


def _uid(device):
    return bytes.fromhex(f"00020000892822{device:02x}")


def _lines(device):
    for number in range(SETS // DEVICES):
        kiv = b"\x2a" + number.to_bytes(3) + _uid(device)[2:] + b"\1\0" + bytes(4)
        reply = making.reply_v2_downlink(kiv, iv=number.to_bytes(16))
        yield making.key_line(reply, Direction="downlink")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Return a key file of many sets for few devices."""
    path = tmp_path_factory.mktemp("sets") / "sets.jsonl"
    keys = KeyFile(making.write_key_file(path, *(line for each in range(DEVICES) for line in _lines(each))))
    assert len(keys.downlink_sets(_uid(0), Purpose.PROTECTION).kivs) == SETS // DEVICES
    return keys


def _text(process, thread, number):
    """Return what a thread has to seal, and for whom: nobody else has this text."""
    return _uid((thread + number) % DEVICES), b"%d/%d: text number %08d" % (process, thread, number)


COUNT = SETS // PROCESSES // THREADS
EXPECTED = {
    _text(process, thread, number)[1]
    for process in range(PROCESSES)
    for thread in range(THREADS)
    for number in range(COUNT)
}


def _seal(keys, where, log, process):
    """Seal with eight threads, each from where it had got to, and log what was given out."""
    reached = [0] * THREADS
    for line in log.lines():
        thread, number = map(int, line.split()[:2])
        reached[thread] = max(reached[thread], number)
    store = KeyStore(where, stores.SECRET)

    def work(thread):
        # What was logged last is sealed again: a run that was cut short is repeated.
        begin = max(0, reached[thread] - TOGETHER)
        sealer = Sealer(keys, store.spent)
        for at in range(begin, COUNT, TOGETHER):
            part = [_text(process, thread, number) for number in range(at, min(at + TOGETHER, COUNT))]
            for number, sealed in enumerate(sealer.seal(part), at):
                text = part[number - at][1].hex()
                log.write(f"{thread} {number} {text} {sealed.kiv.hex()} {sealed.require().hex()}")

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))


def test_no_set_is_used_for_two_texts(keys, quick_folder):
    """Two processes of eight threads, killed again and again: a set has one text, a text one message."""
    place = stores.file_place(quick_folder)
    logs = [Log(quick_folder / f"log {process}") for process in range(PROCESSES)]
    children = [start(_seal, keys, place.where, logs[each], each) for each in range(PROCESSES)]
    draw = random.Random(14)
    at_work = 0
    for number in range(KILLS):
        process = number % PROCESSES
        # So many messages more in each life, and then at any moment.
        wanted = logs[process].size() + draw.randrange(LINE * SETS // KILLS)
        while logs[process].size() < wanted and children[process].is_alive():
            time.sleep(0.001)
        time.sleep(draw.uniform(0, 0.01))
        at_work += kill(children[process])
        children[process] = start(_seal, keys, place.where, logs[process], process)
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * PROCESSES
    assert at_work > KILLS // 2
    _check(keys, [line.split()[2:] for log in logs for line in log.lines()])


def _check(keys, given_out):
    texts_of, messages_of = {}, {}
    for text, kiv, message in given_out:
        texts_of.setdefault(kiv, set()).add(text)
        messages_of.setdefault(bytes.fromhex(text), set()).add(message)
    assert [kiv for kiv, texts in texts_of.items() if len(texts) > 1] == []
    assert [text for text, messages in messages_of.items() if len(messages) > 1] == []
    assert set(messages_of) == EXPECTED
    assert len(given_out) > len(EXPECTED), "what was cut short has been sealed again"
    sealed = [bytes.fromhex(message) for [message] in messages_of.values()]
    assert open_messages(sealed, keys, direction="downlink").to_list() == list(messages_of)
