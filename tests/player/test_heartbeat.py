import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.player.heartbeat import IDLE, PLAYING, Heartbeat, decode

TIMES = st.integers(-10_000, 10**10).map(lambda number: number / 10_000)
LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"))
BEATS = st.builds(
    Heartbeat,
    intent=st.sampled_from([PLAYING, IDLE]),
    iteration=st.integers(0, 10**6),
    cue=st.integers(-1, 10**4),
    position_s=TIMES,
    time_s=TIMES,
    dropped=st.integers(0, 10**6),
    output=st.sampled_from(["gpu", "x11", "null", ""]),
    show=LINE,
    ready=st.booleans(),
    sound=LINE,
)


@given(BEATS)
def test_what_is_written_is_read(beat: Heartbeat) -> None:
    assert decode(beat.encode()) == beat


def test_it_speaks_the_notify_protocol() -> None:
    written = Heartbeat(PLAYING, 2, 3, 1.5, 61.5, 0, "gpu", "/show/5f", ready=True).encode()
    assert written.decode().splitlines() == [
        "READY=1",
        "WATCHDOG=1",
        "STATUS=playing cue 3 at 1.50 s",
        "X_INTENT=playing",
        "X_ITERATION=2",
        "X_CUE=3",
        "X_POSITION=1.5000",
        "X_TIME=61.5000",
        "X_DROPPED=0",
        "X_OUTPUT=gpu",
        "X_SHOW=/show/5f",
    ]
    assert b"READY" not in Heartbeat(PLAYING).encode()


@pytest.mark.parametrize("datagram", [b"", b"READY=1", b"WATCHDOG=0", b"WATCHDOG", b"STATUS=WATCHDOG=1", b"\xff"])
def test_what_is_no_heartbeat_is_none(datagram: bytes) -> None:
    assert decode(datagram) is None


@pytest.mark.parametrize("value", ["", "x", "1e999", "nan", "-inf", "1_000.5.5", "9" * 5000])
def test_a_figure_that_makes_no_sense_keeps_its_default(value: str) -> None:
    fields = "\n".join(f"X_{name}={value}" for name in ("ITERATION", "CUE", "POSITION", "TIME", "DROPPED"))
    beat = decode(f"WATCHDOG=1\n{fields}".encode())
    assert beat == Heartbeat(IDLE)


@given(st.one_of(st.binary(), st.binary().map(lambda rest: b"WATCHDOG=1\nX_TIME=" + rest), LINE.map(str.encode)))
def test_any_datagram_is_a_heartbeat_or_none(datagram: bytes) -> None:
    beat = decode(datagram)
    if beat:
        assert math.isfinite(beat.position_s)
        assert math.isfinite(beat.time_s)
