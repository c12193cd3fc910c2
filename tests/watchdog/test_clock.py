"""The real installation by a clock that is set, jumps, falls back and is wrong: open exactly when the hours say so."""

from fractions import Fraction
from pathlib import Path

import pytest

from tests.glass.marked import make_clip
from tests.glass.stage import Running
from tests.watchdog.clock import ClockedStage

KIOSK = """
screen: {kind: none}
sound: off
watchdog: {patience: 30}
hours:
  timezone: Europe/Berlin
  open: {monday-sunday: 2:30-5:00}
  closed_on: [2026-10-26]
"""


@pytest.fixture
def stage(tmp_path: Path) -> ClockedStage:
    stage = ClockedStage(tmp_path, "Europe/Berlin")
    make_clip(stage.footage / "a.mp4", 1, frames=250, size=(160, 90), rate=Fraction(25))
    stage.loop("cues:\n  - clip: a.mp4\n")
    stage.kiosk(KIOSK)
    return stage


def phase(running: Running, wanted: str) -> None:
    running.wait_for_status(lambda told: told["phase"] == wanted)


def test_the_wall_follows_the_clock_wherever_it_is_set_and_over_both_ends_of_summer_time(stage: ClockedStage) -> None:
    stage.set_clock("2019-07-01T03:00:00+02:00")  # no battery, and no time server yet
    with stage.start() as running:
        phase(running, "playing")
        stage.set_clock("2026-03-29T01:00:00+01:00")
        phase(running, "closed")
        stage.set_clock("2026-03-29T01:59:58+01:00")  # two seconds before 03:00
        phase(running, "playing")
        stage.set_clock("2026-03-29T12:00:00+02:00")
        phase(running, "closed")
        stage.set_clock("2026-03-29T04:00:00+02:00")
        phase(running, "playing")
        stage.set_clock("2026-10-25T02:59:58+02:00")  # two seconds before 02:00 comes again
        phase(running, "closed")
        stage.set_clock("2026-10-25T02:29:58+01:00")
        phase(running, "playing")
        player = running.status()["player"]
        stage.set_clock("2026-10-26T03:00:00+01:00")  # a closed date
        phase(running, "closed")
        stage.set_clock("2026-10-27T03:00:00+01:00")
        phase(running, "playing")
        assert running.status()["player"] == player, stage.told()  # a clock that is set harms nobody
    lines = [line for line in stage.told() if "PREPARE" not in line]
    of_the_clock = [line[10:] for line in lines if "The clock was set" in line]
    assert len(of_the_clock) == 8
    assert of_the_clock[0].startswith("CHANGED  The clock was set forward by 2463 days.")
    assert of_the_clock[3].startswith("CHANGED  The clock was set back by 8 h")
    told = [(line[10:].split()[0], line[:2]) for line in lines if "The clock was set" not in line]
    assert [word for word, _ in told] == ["OPEN", "PLAYING", "CLOSED"] * 5
    assert [clock for word, clock in told if word == "OPEN"] == ["03", "03", "04", "02", "03"]
    assert [clock for word, clock in told if word == "CLOSED"] == ["01", "12", "02", "03", "03"]
