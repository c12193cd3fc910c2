import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from installation.hours import Hours
from installation.journal import status
from installation.journal.events import Event
from installation.journal.repeating import QUIET_S
from installation.journal.reporting import Reporting
from installation.places import Places
from installation.player.heartbeat import IDLE, PLAYING, Heartbeat
from tests.disks import AtOnce
from tests.player.fakes import make_show


class Desk:
    """A reporting, and what staff and programs see of it."""

    def __init__(self, folder: Path) -> None:
        self.places = Places.under(folder)
        self.places.make()
        self.said: list[str] = []
        self.reporting = Reporting(self.places, self.said.append, AtOnce())

    def lines(self) -> list[str]:
        """What was said, without its date."""
        return [line[21:] for line in self.said]

    def words(self) -> list[str]:
        return [line.split()[0] for line in self.lines()]

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.places.journal.read_text().splitlines()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def beat(cue: int = 0, iteration: int = 1, position_s: float = 0.0) -> Heartbeat:
    return Heartbeat(PLAYING, iteration, cue, position_s, show="/s", output="null", dropped=2, ready=True)


SHOW = make_show((72, 1, 3))


def test_the_day_begins_with_the_loop_and_then_the_picture(desk: Desk) -> None:
    desk.reporting.take(SHOW)
    desk.reporting.hear(Heartbeat(PLAYING, show="/s"))
    desk.reporting.hear(Heartbeat(IDLE, ready=True))
    assert desk.words() == []  # what is not on the wall yet may never come there
    desk.reporting.hear(beat())
    desk.reporting.hear(beat())
    assert desk.words()[0] == "OPEN"
    assert desk.lines()[0].endswith("The loop has 3 cues and lasts 1 min 16 s.")
    assert desk.lines()[1:] == ["PLAYING  The picture is on the screen."]


def test_another_show_is_told_when_it_is_on_the_wall_and_not_before(desk: Desk) -> None:
    desk.reporting.take(SHOW)
    desk.reporting.hear(beat())
    desk.reporting.take(make_show((1,), name="edited"))
    assert desk.words() == ["OPEN", "PLAYING"]
    desk.reporting.hear(beat())
    assert desk.lines()[2] == "CHANGED  The new loop is on screen (1 cue, 1 s)."


def test_a_show_that_another_replaces_before_it_was_seen_is_never_told(desk: Desk) -> None:
    desk.reporting.take(make_show((5, 5), name="before", left_out=("a.mp4 was gone then.",)))
    desk.reporting.take(SHOW)
    desk.reporting.hear(beat())
    assert desk.words() == ["OPEN", "PLAYING"]
    assert "3 cues" in desk.lines()[0]


def test_every_cue_that_is_left_out_has_its_line(desk: Desk) -> None:
    desk.reporting.take(make_show(left_out=("a.mp4 is gone.", "b.mp4 is cut off.")))
    desk.reporting.hear(beat())
    assert desk.lines()[2:] == [
        "MISSING  Left out of the loop: a.mp4 is gone.",
        "MISSING  Left out of the loop: b.mp4 is cut off.",
    ]


def test_a_fault_is_told_with_its_clip_and_its_place(desk: Desk) -> None:
    desk.reporting.take(SHOW)
    fields = {"fault": "still", "show": "/shows/a-show", "cue": 0, "position": 62.9, "dark": 0.84}
    desk.reporting.tell(Event("fixed", fields), "exit -9; error vo: gone")
    assert desk.lines()[-1] == (
        "FIXED    The picture stopped in clip-0.mp4 at 1:02. The player was restarted; "
        "the picture was back after 0.8 s. Nothing to do."
    )
    assert desk.records()[-1]["detail"] == "exit -9; error vo: gone"


def test_a_fault_is_placed_at_the_time_in_the_file_not_in_the_cue(desk: Desk) -> None:
    cue, *rest = SHOW.cues
    desk.reporting.take(replace(SHOW, cues=(replace(cue, in_s=Fraction(60), once_s=Fraction(72)), *rest)))
    fields = {"fault": "still", "show": "/shows/a-show", "cue": 0, "position": 62.9, "dark": 0.84}
    desk.reporting.tell(Event("fixed", fields), "")
    assert " in clip-0.mp4 at 2:02. " in desk.lines()[-1]


def test_a_fault_is_not_placed_in_a_show_that_has_come_since(desk: Desk) -> None:
    desk.reporting.take(make_show(name="edited"))
    fields = {"fault": "ended", "show": "/shows/a-show", "cue": 0, "position": 62.9, "dark": 0.2}
    desk.reporting.tell(Event("fixed", fields), "")
    assert desk.lines()[-1].startswith("FIXED    The player ended. The player was restarted")


@pytest.mark.parametrize("cue", [-1, 3, 99])
def test_a_fault_in_no_known_cue_is_told_without_a_place(desk: Desk, cue: int) -> None:
    desk.reporting.take(SHOW)
    desk.reporting.tell(
        Event("fixed", {"fault": "unready", "show": "/shows/a-show", "cue": cue, "position": 0.0, "dark": 20.0}), ""
    )
    assert desk.lines()[-1].startswith("FIXED    The player did not start. The player was restarted")


def test_what_was_only_counted_has_no_line_and_every_restart_is_counted_once(desk: Desk) -> None:
    desk.reporting.take(SHOW)
    desk.reporting.hear(beat())
    fault = {"fault": "ended", "show": "/shows/a-show", "cue": 0, "position": 1.0}
    desk.reporting.tell(Event("fixed", {**fault, "dark": 1.0}), "")
    for _ in range(2):
        desk.reporting.tell(Event("fixed", {**fault, "dark": 2.0}), "")
    desk.reporting.watch("playing", time.monotonic() + QUIET_S)
    desk.reporting.tell(Event("screen_back", {"away": 5.0, "dark": 5.0}), "")
    desk.reporting.close()
    assert desk.words() == ["OPEN", "PLAYING", "FIXED", "FIXED", "FIXED", "CLOSED"]
    assert f"2 times more, the last time at {time.strftime('%H:')}" in desk.lines()[3]
    assert desk.lines()[-1].endswith(", 4 restarts, 10 s dark.")


def test_the_day_ends_with_its_figures(desk: Desk) -> None:
    desk.reporting.take(SHOW)
    for iteration in (4, 4, 5, 6, 6, 9, 10):
        desk.reporting.hear(beat(iteration=iteration))
    assert desk.reporting.watch("playing", 100.0)
    assert not desk.reporting.watch("playing", 2800.0)
    assert desk.reporting.watch("resting", 3700.25)
    desk.reporting.watch("playing", 9000.0)
    desk.reporting.close(dark_s=61.0)
    assert desk.lines()[-1].endswith(". 3 loops today, 1 h on screen, 0 restarts, 1 min 01 s dark.")
    assert desk.lines()[-1].startswith("CLOSED   Good ")


def test_a_run_without_any_show_has_nothing_to_close(desk: Desk) -> None:
    desk.reporting.take(None)
    desk.reporting.close()
    assert desk.said == []


def test_the_same_problem_is_told_once_until_it_reads_otherwise(desk: Desk) -> None:
    for edited in ("15:10", "15:10", "15:12", "15:12"):
        desk.reporting.tell_once("kept", problem="loop.yaml:1:1: a typo.", more=0, edited=edited)
    assert [line[:27] for line in desk.lines()] == ["KEPT     The edit of 15:10 ", "KEPT     The edit of 15:12 "]


def test_a_mistake_is_told_after_each_save_and_once_between(desk: Desk) -> None:
    mistake = ["loop.yaml:1:1: a typo.", "another"]
    for saved in (True, False, False, True, False):
        desk.reporting.tell_problem("kept", mistake, "15:10", saved=saved)
    said = "KEPT     The edit of 15:10 has a mistake in loop.yaml:1:1: a typo. And 1 more mistake"
    assert [line.startswith(said) for line in desk.lines()] == [True, True]


def test_an_edit_that_says_what_is_on_the_wall_is_told(desk: Desk) -> None:
    desk.reporting.tell_same()
    assert desk.lines() == ["CHANGED  The files say what is on the wall already. Nothing changes."]


def test_a_wall_that_turns_black_again_is_told_again_and_its_picture_too(desk: Desk) -> None:
    for _ in range(2):
        desk.reporting.take(SHOW)
        desk.reporting.hear(beat())
        desk.reporting.take(None)
        for _ in range(3):
            desk.reporting.tell_once("nothing_to_play", problem="all clips are gone.", more=0)
    assert desk.words() == ["OPEN", "PLAYING", "ACTION", "PLAYING", "ACTION"]


def present(desk: Desk, beat: Heartbeat | None) -> status.Status:
    desk.reporting.write_status({}, beat)
    written = status.read(desk.places.status)
    assert written
    return written


def test_the_status_says_what_is_on_the_wall(desk: Desk) -> None:
    desk.reporting.take(SHOW)
    desk.reporting.tell(Event("screen_back", {"away": 2.5, "dark": 2.5}), "")
    written = present(desk, beat(1, 7, 0.456))
    assert (written.name, written.cue, written.cues, written.iteration) == ("clip-1.mp4", 1, 3, 7)
    assert (written.position, written.loop, written.output, written.dropped) == (0.46, 76.0, "null", 2)
    assert (written.restarts, written.dark) == (1, 2.5)
    second = replace(SHOW.cues[1], in_s=Fraction(8), once_s=Fraction(3))
    desk.reporting.take(replace(SHOW, cues=(SHOW.cues[0], second, *SHOW.cues[2:])))
    assert (present(desk, beat(1, 7, 0.456)).position, present(desk, beat(1, 7, 0.456)).at) == (0.46, 8.46)


def test_the_status_says_when_a_show_that_waits_comes(desk: Desk) -> None:
    desk.reporting.take(SHOW)
    told = replace(beat(), time_s=2 * 76 + 70.0)
    assert desk.reporting.watch("playing", 1.0, waits=True)
    assert not desk.reporting.watch("playing", 2.0, waits=True)
    desk.reporting.write_status({}, told)
    written = status.read(desk.places.status)
    assert written
    assert written.turn_in == 6.0
    assert "A new loop is ready and comes at the next turn, in about 6 s." in status.paragraph(written, written.written)
    assert desk.reporting.watch("playing", 3.0)
    assert present(desk, told).turn_in is None


def test_the_status_without_a_show_or_a_beat_says_so(desk: Desk) -> None:
    assert (present(desk, None).show, present(desk, None).name) == ("", "")
    desk.reporting.take(SHOW)
    assert (present(desk, None).show, present(desk, beat(99)).name) == ("a-show", "")


def test_a_disk_that_takes_nothing_stops_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "state")
    desk.places.status.mkdir()
    desk.places.journal.mkdir()
    desk.places.staff_log.mkdir()
    desk.reporting.take(SHOW)
    desk.reporting.hear(beat())
    desk.reporting.write_status({}, None)
    assert desk.words() == ["OPEN", "PLAYING"]


def test_a_sound_device_that_is_given_up_is_told_once_and_when_it_is_back(desk: Desk) -> None:
    desk.reporting.take(SHOW)
    for sound in ("", "stalled", "stalled", "gone", "", ""):
        desk.reporting.hear(replace(beat(), sound=sound))
    assert [line.partition("  ")[2].strip()[:9] for line in desk.lines()[2:]] == ["The sound", "The sound"]
    assert desk.words()[2:] == ["WAITING", "FIXED"]


def closed_today() -> Hours:
    """Open every day but this one, by the clock of Greenwich."""
    return Hours(closed_on=(datetime.now(UTC).strftime("%Y-%m-%d"),), timezone="UTC")


def test_a_wall_that_is_started_outside_its_hours_says_until_when_it_stays_closed(desk: Desk) -> None:
    desk.reporting.take(replace(SHOW, settings=replace(SHOW.settings, hours=closed_today())))
    desk.reporting.watch("preparing", 0.0)
    desk.reporting.watch("closed", 1.0)
    desk.reporting.watch("black", 2.0)
    desk.reporting.watch("closed", 3.0)
    assert desk.lines() == ["CLOSED   The wall is closed until tomorrow 00:00."]


def test_a_wall_that_has_said_good_night_says_no_more(desk: Desk) -> None:
    desk.reporting.take(replace(SHOW, settings=replace(SHOW.settings, hours=closed_today())))
    desk.reporting.hear(beat())
    desk.reporting.close()
    desk.reporting.watch("closed", 1.0)
    assert desk.words() == ["OPEN", "PLAYING", "CLOSED"]


def test_everything_is_told_by_the_clock_of_the_hours(desk: Desk) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # never the same day
        now = datetime.now(ZoneInfo(zone))
        show = replace(SHOW, id=zone, settings=replace(SHOW.settings, hours=Hours(timezone=zone)))
        desk.reporting.take(show)
        desk.reporting.hear(beat())
        assert desk.said[-1].startswith(f"{now:%Y-%m-%d}")
        desk.reporting.write_status({}, beat())
        told = status.read(desk.places.status)
        assert told
        assert told.timezone == zone


def test_a_graphics_processor_that_goes_and_comes_is_told_once_each_time(desk: Desk) -> None:
    desk.reporting.take(SHOW)
    for output in ("gpu", "gpu", "x11", "", "x11", "gpu", "null"):
        desk.reporting.hear(replace(beat(), output=output))
    assert [record.get("drawn") for record in desk.records()[2:]] == ["plain", "gpu"]
    desk.reporting.tell(Event("rung", {"rung": 2}), "")
    desk.reporting.hear(replace(beat(), output="x11"))
    assert desk.records()[-1]["event"] == "rung"
