from fractions import Fraction
from pathlib import Path

import pytest

from installation.drawing.boxes import boxes, clock, dark_s, details, is_listed, seconds
from tests.show.probes import Shelf, flashes_of, probe_of


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Two clips of four seconds, the second with sound."""
    return Shelf(tmp_path.resolve(), a=probe_of(100), b=probe_of(100, name="b", sound=(Fraction(0), Fraction(4))))


def said(shelf: Shelf, cues: str) -> list[list[str]]:
    return [details(box) for box in boxes(shelf.plan(f"cues:\n{cues}"))]


def test_cues_follow_each_other_with_the_gap_between_them(shelf: Shelf) -> None:
    made = shelf.plan("gap: 0.5\ncues:\n- clip: a.mp4\n- black: 2\n- clip: b.mp4\n")
    assert [(box.start_s, box.end_s) for box in boxes(made)] == [(0, 4), (Fraction(9, 2), Fraction(13, 2)), (7, 11)]
    assert dark_s(made) == 2 + 3 * Fraction(1, 2)


def test_a_turn_has_a_number_of_its_own_where_the_order_is_not_the_files(shelf: Shelf) -> None:
    made = shelf.plan("order: reversed\ncues:\n- clip: a.mp4\n- black: 2\n- clip: b.mp4\n")
    assert [(box.number, box.place, box.cue.name) for box in boxes(made)] == [
        (1, 3, "b.mp4"),
        (2, 2, "black"),
        (3, 1, "a.mp4"),
    ]
    assert not is_listed(made)
    assert is_listed(shelf.plan("cues:\n- clip: a.mp4\n- black: 2\n"))


def test_nothing_is_said_of_a_clip_that_is_shown_from_end_to_end(shelf: Shelf) -> None:
    assert said(shelf, "- clip: a.mp4\n- black: 3\n") == [[], []]


def test_a_cue_is_told_in_the_words_of_the_file(shelf: Shelf) -> None:
    assert said(
        shelf,
        "- clip: a.mp4\n  in: 0:01\n  out: 0:03.2\n  times: 2\n  hold: 75\n"
        "- clip: b.mp4\n  fade_in: 0.5\n  fade_out: 1\n  sound: off\n",
    ) == [["in 0:01", "out 0:03.2", "2 times", "hold 1:15"], ["fade in 0.5 s", "fade out 1 s", "sound off"]]


def test_what_stays_within_a_clip_and_its_flashes_are_told(shelf: Shelf) -> None:
    shelf.put_flashes("a.mp4", flashes_of(probe_of(100), 20, 40))
    assert said(
        shelf,
        "- clip: a.mp4\n  in: flash 1 - 0.2s\n  times: 2\n  hold: on flash 2 for 1.5s\n"
        "- clip: a.mp4\n  hold: on flash 1\n"
        "- clip: b.mp4\n  hold: on 0:02 for 1s\n",
    ) == [
        ["in 0:00.6", "2 times", "hold 1.5 s on 0:01.6", "4 flashes, 0.41 a second"],
        ["out 0:00.84", "hold 3.16 s on 0:00.8", "1 flash, 0.25 a second"],
        ["hold 1 s on 0:02"],
    ]


def test_fades_that_a_crossfade_takes_the_place_of_are_not_told(shelf: Shelf) -> None:
    one = "- clip: a.mp4\n  fade_in: 0.5\n  fade_out: 0.5\n"
    assert said(shelf, f"{one}- clip: b.mp4\n  crossfade: 1\n  fade_in: 0.5\n  fade_out: 0.5\n") == [
        ["fade in 0.5 s"],
        ["fade out 0.5 s", "crossfade 1 s"],
    ]


@pytest.mark.parametrize(
    ("length", "written"),
    [("2", "2 s"), ("1/3", "0.33 s"), ("59.999", "60 s"), ("60", "1:00"), ("3723.5", "1:02:03.5")],
)
def test_lengths_are_written_in_seconds_below_a_minute(length: str, written: str) -> None:
    assert seconds(Fraction(length)) == written


def test_times_are_written_to_the_tenth_or_the_hundredth() -> None:
    assert (clock(Fraction("12.345"), 10), clock(Fraction("12.345"), 100)) == ("0:12.3", "0:12.34")
