from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.errors import InstallationError
from installation.show import timeline
from installation.show.plan import LEAD_S, Copy, Plan, PlannedCue, Segment
from installation.show.timeline import LONGEST_S, MOST_BYTES, MOST_SEGMENTS, SILENCE_S, Timeline

TICK = Fraction(1, 15360)
MICROSECOND = Fraction(1, 1_000_000)
CONTAINERS_LIMIT = 1_000_000
"""libmpv 0.35 does not recognise a longer EDL."""


def name(source: Path | Copy) -> str:
    return source.name if isinstance(source, Path) else "copy.mp4"


def segment(
    file: str = "a.mp4", enters_s: Fraction = Fraction(0), length_s: Fraction = Fraction(1), tick: Fraction = TICK
) -> Segment:
    return Segment(Path(file), enters_s, length_s, tick, at_keyframe=enters_s == 0)


def cue(*picture: Segment, heard: bool = False, own: bool = False) -> PlannedCue:
    length_s = sum((part.length_s for part in picture), Fraction(0))
    sound: tuple[Segment | Fraction, ...] = (length_s,)
    if heard:
        sound = (Segment(Path("a.mp4"), picture[0].enters_s, length_s, Fraction(1, 48000)),)
    return PlannedCue("a.mp4", "clip", None, picture, sound, own or heard)


def write(plan: Plan, times: int = 1, orders: tuple[tuple[int, ...], ...] = ()) -> Timeline:
    return timeline.write(plan, orders or (tuple(range(len(plan.cues))),), times, name, "silence.flac")


def streams(text: str) -> list[list[tuple[str, Fraction, Fraction]]]:
    """The EDL's streams, each a list of (file, start, length)."""
    head, *parts = text.split("!new_stream\n")
    assert head.startswith("# mpv EDL v0\n!no_chapters\n")
    parts = parts or [head.removeprefix("# mpv EDL v0\n!no_chapters\n")]
    return [[_entry(line) for line in part.splitlines()] for part in parts]


def _entry(line: str) -> tuple[str, Fraction, Fraction]:
    file, start, length = line.split(",")
    return file, Fraction(start), Fraction(length)


def edges(entries: list[tuple[str, Fraction, Fraction]]) -> Iterator[Fraction]:
    return accumulate(length for _, _, length in entries)


def test_a_silent_loop_is_one_stream_and_no_sound_track() -> None:
    made = write(Plan([cue(segment()), cue(segment("b.mp4"))]), times=2)
    assert made.audio is None
    assert [file for file, _, _ in streams(made.text)[0]] == ["a.mp4", "b.mp4", "a.mp4", "b.mp4"]


@pytest.mark.parametrize(
    ("cues", "audio"),
    [
        ([cue(segment(), heard=True)], 2),
        ([cue(segment(), heard=True), cue(segment("b.mp4"))], 2),
        ([cue(segment()), cue(segment("b.mp4"), own=True)], None),
    ],
)
def test_the_sound_tracks_number_comes_after_the_tracks_of_the_pictures_files(
    cues: list[PlannedCue], audio: int | None
) -> None:
    assert write(Plan(cues)).audio == audio


def test_the_sound_of_a_copy_is_the_first_track_where_no_file_of_the_picture_has_any() -> None:
    copied = PlannedCue(
        "a.ts", "clip", None, (segment("copy.mp4"),), (segment("a.ts", tick=Fraction(1, 48000)),), has_own_sound=False
    )
    assert write(Plan([copied])).audio == 1


def test_cues_come_in_the_order_of_their_iteration() -> None:
    made = write(Plan([cue(segment("a")), cue(segment("b"))]), times=4, orders=((0, 1), (1, 0)))
    assert [file for file, _, _ in streams(made.text)[0]] == ["a", "b", "b", "a", "a", "b", "b", "a"]


def test_the_gap_comes_after_every_cue_in_picture_and_in_sound() -> None:
    plan = Plan([cue(segment(), heard=True), cue(segment("b.mp4"))], gap=(segment("gap.mp4", length_s=Fraction(1, 2)),))
    pictures, sounds = streams(write(plan).text)
    assert [file for file, _, _ in pictures] == ["a.mp4", "gap.mp4", "b.mp4", "gap.mp4"]
    assert [(file, length) for file, _, length in sounds] == [("a.mp4", Fraction(1)), ("silence.flac", Fraction(2))]


def test_a_segment_begins_a_lead_before_its_frames_but_at_a_keyframe_exactly_there() -> None:
    plan = Plan([cue(segment(enters_s=Fraction(2))), cue(Segment(Path("a.mp4"), Fraction(7, 3), Fraction(1), TICK))])
    (pictures,) = streams(write(plan).text)
    assert pictures[0][1] == 2 - LEAD_S
    assert 0 <= pictures[1][1] - Fraction(7, 3) < MICROSECOND


def test_an_edge_lies_just_before_a_tick_of_the_file_that_enters() -> None:
    ticks = [Fraction(1, 12800), Fraction(1, 1000), Fraction(1, 30000)]
    cues = [cue(segment(str(number), length_s=Fraction(10, 7), tick=tick)) for number, tick in enumerate(ticks)]
    (pictures,) = streams(write(Plan(cues), times=50).text)
    for number, edge in enumerate(edges(pictures)):
        before = ticks[(number + 1) % 3] - edge % ticks[(number + 1) % 3]
        assert Fraction(200, 10**9) <= before <= Fraction(300, 10**9)


LENGTHS = st.fractions(min_value=Fraction(1, 60), max_value=20, max_denominator=30_000)
TICKS = st.sampled_from(
    [Fraction(1, 12800), Fraction(1, 15360), Fraction(1, 30000), Fraction(1, 1000), Fraction(1, 90000)]
)


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(LENGTHS, TICKS), min_size=1, max_size=8))
def test_ten_thousand_lengths_as_written_never_drift_from_the_exact_ones(
    parts: list[tuple[Fraction, Fraction]],
) -> None:
    cues = [
        cue(segment(length_s=length_s, tick=tick), heard=number == 0) for number, (length_s, tick) in enumerate(parts)
    ]
    times = 10_000 // len(cues)
    pictures, sounds = streams(write(Plan(cues), times=times).text)
    exact = list(accumulate([length_s for length_s, _ in parts] * times))
    for number, (edge, nominal) in enumerate(zip(edges(pictures), exact, strict=True)):
        entering = parts[(number + 1) % len(parts)][1]
        assert -entering - MICROSECOND <= edge - nominal <= 0
    assert abs(sum(length for _, _, length in sounds) - exact[-1]) <= MICROSECOND


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(LENGTHS, TICKS), min_size=1, max_size=20))
def test_no_length_is_zero_or_less(parts: list[tuple[Fraction, Fraction]]) -> None:
    cues = [cue(segment(length_s=length_s, tick=tick), heard=True) for length_s, tick in parts]
    for stream in streams(write(Plan(cues), times=3).text):
        assert all(length > 0 for _, _, length in stream)


def test_silences_run_together_over_cues_and_iterations() -> None:
    plan = Plan([cue(segment("a.mp4"), heard=True), cue(segment("b.mp4")), cue(segment("c.mp4"))])
    _, sounds = streams(write(plan, times=2).text)
    assert [(file, length) for file, _, length in sounds] == [("a.mp4", Fraction(1)), ("silence.flac", Fraction(2))] * 2


def test_a_long_silence_is_made_of_pieces_no_longer_than_its_file() -> None:
    quiet = [cue(segment("b.mp4", length_s=Fraction(500))) for _ in range(5)]
    _, sounds = streams(write(Plan([cue(segment(), heard=True), *quiet])).text)
    assert [length for file, _, length in sounds if file == "silence.flac"] == [600, 600, 600, 600, 100]
    assert max(length for _, _, length in sounds) <= SILENCE_S


def test_a_loop_repeats_for_a_day_at_most() -> None:
    plan = Plan([cue(segment(length_s=Fraction(3600)))])
    assert timeline.iterations(plan, name, "silence.flac") == 24
    assert timeline.iterations(Plan([cue(segment(length_s=Fraction(LONGEST_S * 2)))]), name, "silence.flac") == 1


def test_a_loop_repeats_no_more_often_than_one_timeline_holds() -> None:
    plan = Plan([cue(segment()) for _ in range(30)])
    assert timeline.iterations(plan, name, "silence.flac") == MOST_SEGMENTS // 30


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 400), st.integers(1, 9), st.integers(1, 60))
def test_the_text_stays_below_what_libmpv_recognises(cues: int, gaps: int, letters: int) -> None:
    odd = Fraction(1_001_001, 1_000_003)
    plan = Plan(
        [cue(segment("x" * letters, enters_s=number + odd, length_s=odd), heard=True) for number in range(cues)],
        gap=(segment("y" * letters, length_s=odd),) * gaps,
    )
    times = timeline.iterations(plan, name, "silence.flac")
    text = write(plan, times=times).text
    assert len(text.encode()) <= MOST_BYTES + 1000 < CONTAINERS_LIMIT
    assert text.count("\n") <= MOST_SEGMENTS + 10 or times == 1


def test_a_loop_too_large_for_any_timeline_says_so() -> None:
    plan = Plan([cue(segment(enters_s=Fraction(number, 7))) for number in range(32_000)])
    with pytest.raises(InstallationError, match="Shorten it"):
        timeline.iterations(plan, name, "silence.flac")
