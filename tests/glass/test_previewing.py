"""The preview as a person sees it: `installation preview` in a window on a real screen."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest

from tests.glass.marked import Area, Reading, make_clip, strip_on
from tests.glass.reader import GlassReader
from tests.glass.stage import ENOUGH_S, Stage, heed_ctrl_c
from tests.glass.xserver import XServer

SCREEN = (1280, 720)
WINDOW = (896, 504)
"""Seven tenths of the screen, in its middle."""


@pytest.fixture
def glass() -> Iterator[XServer]:
    with XServer(SCREEN) as server:
        yield server


@contextmanager
def preview(stage: Stage, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """Start a preview; Ctrl-C ends it, where it has not ended, with exit code 0 and without a traceback."""
    command = [sys.executable, "-m", "installation", "preview", *options]
    command += ["--config", str(stage.config), "--state", str(stage.state)]
    process = subprocess.Popen(command, env=stage.environ(), stderr=subprocess.PIPE, text=True, preexec_fn=heed_ctrl_c)
    try:
        yield process
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=ENOUGH_S)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, "Traceback" in said) == (0, False), said


def strip() -> Area:
    """Where the strip is in the window."""
    inside = strip_on(WINDOW)
    return inside._replace(
        left=inside.left + (SCREEN[0] - WINDOW[0]) // 2, top=inside.top + (SCREEN[1] - WINDOW[1]) // 2
    )


def test_a_join_is_seen_with_three_seconds_either_side_again_and_again(stage: Stage) -> None:
    make_clip(stage.footage / "long-4.mp4", 4, 120)
    make_clip(stage.footage / "long-5.mp4", 5, 120)
    stage.loop("cues:\n  - clip: long-4.mp4\n  - clip: long-5.mp4\n")
    around = [Reading(4, frame) for frame in range(30, 120)] + [Reading(5, frame) for frame in range(90)]
    assert stage.display
    with GlassReader(stage.display, strip()) as reader, preview(stage, "--join", "2"):
        for _ in range(2):
            since = reader.readings[-1].first if reader.readings else 0.0
            assert reader.wait_for(lambda seen: seen == around[-1], ENOUGH_S, since)
            assert reader.wait_for(lambda seen: seen == around[0], ENOUGH_S, reader.readings[-1].first)
    seen = [run.seen for run in reader.readings if isinstance(run.seen, Reading)]
    assert set(seen) == set(around)
    back = [(before, after) for before, after in pairwise(seen) if after < before]
    assert len(back) >= 2
    assert all(before in around[-3:] and after in around[:3] for before, after in back)  # a busy machine drops frames
    assert [path.name for path in stage.state.iterdir()] == ["preview"]


def test_a_preview_begins_with_the_cue_that_was_asked_for(stage: Stage) -> None:
    assert stage.display
    with GlassReader(stage.display, strip()) as reader, preview(stage, "--from", "clip-3"):
        assert reader.wait_for(lambda seen: isinstance(seen, Reading), ENOUGH_S)
    seen = [run.seen for run in reader.readings if isinstance(run.seen, Reading)]
    assert seen[0] == Reading(3, 0)
