"""A player that goes wrong from inside: it spins, dies as it starts, needs too much memory, grows."""

import os
import time
from pathlib import Path

import pytest

from tests.glass.analysis import cue, measured
from tests.glass.lever.sitecustomize import GROW, SPIN
from tests.glass.marked import UNREADABLE, strip_on
from tests.glass.reader import GlassReader
from tests.glass.stage import ENOUGH_S, Stage
from tests.glass.test_faults import events, is_picture
from tests.glass.xserver import XServer

STRIP = strip_on((640, 360))
LOOP = cue(0, 1, range(45)) + cue(1, 2, range(60)) + cue(2, 3, range(90))


@pytest.fixture
def lever(stage: Stage) -> Path:
    """The folder whose files, and the signals, that the players of the stage heed: see the lever."""
    folder = stage.config.parent / "lever"
    folder.mkdir()
    ways = [str(Path(__file__).with_name("lever")), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    stage.session = {"LEVER": str(folder), "PYTHONPATH": os.pathsep.join(filter(None, ways))}
    return folder


@pytest.mark.usefixtures("lever")
def test_a_player_that_spins_without_a_word_is_replaced(stage: Stage, glass: XServer) -> None:
    stage.kiosk("watchdog: {patience: 1}\n")
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        told = running.playing()
        time.sleep(1)
        at = time.monotonic()
        os.kill(told["player"], SPIN)
        fixed = running.wait_for_line("FIXED")
        assert reader.wait_for(is_picture, ENOUGH_S, since=at + 1.2)
        time.sleep(0.2)
        assert (
            measured("player spins, patience 1 s", reader.readings, LOOP, at) < 5
        )  # libmpv's own threads play on until then
        assert running.status()["player"] != told["player"]
    assert "The player stopped answering" in fixed
    assert len(events(stage, "fixed")) == 1


def test_a_player_that_dies_as_it_starts_is_started_until_it_does_not_and_that_is_told_once(
    stage: Stage, glass: XServer, lever: Path
) -> None:
    stage.kiosk("sound: off\n")
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        time.sleep(1)
        (lever / "deaths").write_text("2")
        at, player = time.monotonic(), running.player()
        assert player
        player.kill()  # another starts at once, the next ones after 1 and 2 seconds
        fixed = running.wait_for_line("FIXED")
        assert reader.wait_for(is_picture, ENOUGH_S, since=at + 0.2)
        time.sleep(0.2)
        assert (lever / "deaths").read_text() == "0"
        assert 2.5 < measured("player killed, and two more as they start", reader.readings, LOOP, at) < 10
        told = running.status()
    assert "The player ended in clip-" in fixed
    assert (told["restarts"], told["output"]) == (1, "x11")
    # the plain output was there before: to have climbed to it would be no news
    assert [told["event"] for told in stage.journal() if told["word"] in ("FIXED", "ACTION")] == ["fixed"]
    assert not [run for run in reader.readings if run.seen is UNREADABLE]


def test_a_player_that_needs_much_memory_has_it_and_one_that_grows_is_replaced(
    stage: Stage, glass: XServer, lever: Path
) -> None:
    stage.kiosk("watchdog: {memory: 256MiB}\n")
    (lever / "needs").write_text("200")
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        told = running.playing()
        assert "kiosk.yaml allows 256 MiB" in running.wait_for_line("ACTION")
        time.sleep(11)
        assert running.status()["player"] == told["player"]
        at = time.monotonic()
        os.kill(told["player"], GROW)
        fixed = running.wait_for_line("FIXED")
        assert reader.wait_for(is_picture, ENOUGH_S, since=at + 0.2)
        time.sleep(2.5)  # the next is heavy from its start on too, and may be
        assert measured("player grows over its limit", reader.readings, LOOP, at) < 5
    assert "The player used too much memory" in fixed
    assert [told["event"] for told in stage.journal() if told["word"] in ("FIXED", "ACTION")] == [
        "needs_memory",
        "fixed",
    ]


DRIRC = """<driconf><device><application name="all">
<option name="force_gl_renderer" value="A card"/>
</application></device></driconf>"""
"""By this Mesa, which draws by itself on Xvfb, gives itself out as a card: libmpv refuses it otherwise."""


def test_a_graphics_processor_that_is_refused_is_done_without_and_that_is_told(stage: Stage, glass: XServer) -> None:
    card = stage.config.parent / ".drirc"
    card.write_text(DRIRC)
    stage.session = {"HOME": str(card.parent)}
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        if running.playing()["output"] != "gpu":
            pytest.skip("Mesa does not draw here")
        time.sleep(1)
        card.unlink()
        at, player = time.monotonic(), running.player()
        assert player
        player.kill()  # the next one is refused what worked before, the one after it looks for what does
        running.wait_for_status(lambda told: told["output"] == "x11")
        assert reader.wait_for(is_picture, ENOUGH_S, since=at + 0.2)
        time.sleep(0.2)
        assert measured("player killed, and the graphics processor refused", reader.readings, LOOP, at) < 8
    assert [told["event"] for told in stage.journal() if told["word"] in ("FIXED", "ACTION")] == ["fixed", "drawn"]
    assert not [run for run in reader.readings if run.seen is UNREADABLE]
