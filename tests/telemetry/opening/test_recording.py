"""Recording: a source is asked once, and what it said is said again."""

import numpy as np
import pytest

from making import V1_HEADER, V2_HEADER, headers_of, reply_v1, reply_v2
from sealwright.telemetry import State
from sealwright.telemetry.format.headers import parse_headers
from sealwright.telemetry.format.messages import Messages
from sealwright.telemetry.keys.held import as_source
from sealwright.telemetry.opening.recording import Recorder
from telemetry.opening.opening_samples import Diary

OTHER = V1_HEADER[:15] + b"\7"
HELD = {V1_HEADER: reply_v1(), V2_HEADER: reply_v2()}


@pytest.fixture
def diary():
    """Return a source that is not in memory and writes down what it is asked."""
    return Diary(as_source(HELD))


def test_a_source_in_memory_needs_no_recorder():
    """It may be asked twice, and stays itself."""
    source = as_source(HELD)
    assert Recorder.of(source) == (source, source)


def test_what_was_asked_is_answered_again_in_any_order(diary):
    """Row, state and rule of each header are those of the first time, and nobody is asked again."""
    recorder = Recorder.of(diary)
    asked = headers_of(V1_HEADER, OTHER, V2_HEADER)
    first = recorder.source.resolve(asked)
    again = recorder.recorded.resolve(asked.take(np.array([2, 0, 1, 2])))
    assert again.state.tolist() == [State.EXACT, State.EXACT, State.CANDIDATE, State.EXACT]
    assert again.rows[again.row].tobytes() == first.rows[first.row[[2, 0, 1, 2]]].tobytes()
    assert again.shortcut.tolist() == first.shortcut[[2, 0, 1, 2]].tolist()
    assert len(diary.asked) == 1


def test_what_was_not_asked_is_unknown(diary):
    """A header of another batch, and one that was never asked for exactly, is not known."""
    recorder = Recorder.of(diary)
    recorder.source.resolve(headers_of(V1_HEADER))
    again = recorder.recorded.resolve(headers_of(V2_HEADER, V1_HEADER))
    assert again.state.tolist() == [State.UNKNOWN, State.EXACT]
    assert not again.shortcut[0]
    exactly = recorder.recorded.resolve(headers_of(OTHER), exact=True)
    assert exactly.state.tolist() == [State.UNKNOWN]
    recorder.source.resolve(headers_of(OTHER), exact=True)
    assert recorder.recorded.resolve(headers_of(OTHER, V1_HEADER), exact=True).state.tolist() == [0, 0]


def test_a_recording_of_nothing(diary):
    """A batch without a well-formed message asks for nothing, and gets nothing."""
    none = parse_headers(Messages.of([]))
    recorder = Recorder.of(diary)
    recorder.source.resolve(none)
    assert len(recorder.recorded.resolve(none)) == 0
