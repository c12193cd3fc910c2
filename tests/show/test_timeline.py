from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.errors import InstallationError
from installation.show import timeline
from installation.show.plan import Plan
from installation.show.segments import LEAD_S, AnyCopy, Copy, Segment
from installation.show.strips import BLACK, Heard, Run, Strip
from installation.show.timeline import LONGEST_S, MOST_BLENDS, MOST_BYTES, MOST_SEGMENTS, SILENCE_S, Timeline
from installation.show.turns import PlannedCue, Turn
from tests.show.probes import Shelf, loops, probe_of, probes

TICK = Fraction(1, 15360)
MICROSECOND = Fraction(1, 1_000_000)
CONTAINERS_LIMIT = 1_000_000
"""libmpv 0.35 does not recognise a longer EDL."""


def name(source: Path | AnyCopy) -> str:
    return source.name if isinstance(source, Path) else "copy.mp4"


def segment(
    file: str = "a.mp4", enters_s: Fraction = Fraction(0), length_s: Fraction = Fraction(1), tick: Fraction = TICK
) -> Segment:
    return Segment(Path(file), enters_s, length_s, tick, at_keyframe=enters_s == 0)


def turn(*picture: Segment, heard: bool = False) -> Turn:
    length_s = sum((part.length_s for part in picture), Fraction(0))
    if not heard:
        return Turn(picture, (length_s,))
    return Turn(picture, (Segment(Path("a.mp4"), picture[0].enters_s, length_s, Fraction(1, 48000)),))


class Written(Plan):
    """A plan whose turns are given, whatever its cues are."""

    def __init__(self, turns: list[Turn], gap: tuple[Segment, ...] = ()) -> None:
        super().__init__([_cue(turn) for turn in turns], gap, (tuple(range(len(turns))),), 1)
        self._given = turns

    def turn(self, cue: int, after: int) -> Turn:  # noqa: ARG002
        return self._given[cue]

    def length_s(self, cue: int) -> Fraction:
        return self._given[cue].length_s


def _cue(turn: Turn) -> PlannedCue:
    heard = any(isinstance(part, Segment) for part in turn.sound)
    sound = (Heard(turn.length_s, "a.mp4" if heard else ""),)
    return PlannedCue("a.mp4", "clip", None, Strip((Run(BLACK, turn.length_s),), Fraction(25), 640, 360), sound)


def write(
    turns: list[Turn], times: int = 1, orders: tuple[tuple[int, ...], ...] = (), gap: tuple[Segment, ...] = ()
) -> Timeline:
    plan = Written(turns, gap)
    plan.orders = orders or plan.orders
    plan.iterations = times
    return timeline.write(plan, name, "silence.flac")


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
    made = write([turn(segment()), turn(segment("b.mp4"))], times=2)
    assert made.audio is None
    assert [file for file, _, _ in streams(made.text)[0]] == ["a.mp4", "b.mp4", "a.mp4", "b.mp4"]


OWN = Segment(Path("b.mp4"), Fraction(0), Fraction(1), TICK, has_sound=True)


@pytest.mark.parametrize(
    ("turns", "audio"),
    [
        ([turn(OWN, heard=True)], 2),
        ([turn(OWN, heard=True), turn(segment("c.mp4"))], 2),
        ([turn(segment("c.mp4"), heard=True), turn(OWN)], 2),
        ([turn(segment("c.mp4"), heard=True)], 1),
        ([turn(segment()), turn(OWN)], None),
    ],
)
def test_the_sound_tracks_number_comes_after_the_tracks_of_the_pictures_files(
    turns: list[Turn], audio: int | None
) -> None:
    assert write(turns).audio == audio


def test_cues_come_in_the_order_of_their_iteration() -> None:
    made = write([turn(segment("a")), turn(segment("b"))], times=4, orders=((0, 1), (1, 0)))
    assert [file for file, _, _ in streams(made.text)[0]] == ["a", "b", "b", "a", "a", "b", "b", "a"]


def test_the_gap_comes_after_every_cue_in_picture_and_in_sound() -> None:
    gap = (segment("gap.mp4", length_s=Fraction(1, 2)),)
    pictures, sounds = streams(write([turn(segment(), heard=True), turn(segment("b.mp4"))], gap=gap).text)
    assert [file for file, _, _ in pictures] == ["a.mp4", "gap.mp4", "b.mp4", "gap.mp4"]
    assert [(file, length) for file, _, length in sounds] == [("a.mp4", Fraction(1)), ("silence.flac", Fraction(2))]


def test_a_segment_begins_a_lead_before_its_frames_but_at_a_keyframe_exactly_there() -> None:
    keyframe = Segment(Path("a.mp4"), Fraction(7, 3), Fraction(1), TICK)
    (pictures,) = streams(write([turn(segment(enters_s=Fraction(2))), turn(keyframe)]).text)
    assert pictures[0][1] == 2 - LEAD_S
    assert 0 <= pictures[1][1] - Fraction(7, 3) < MICROSECOND


def test_an_edge_lies_just_before_a_tick_of_the_file_that_enters() -> None:
    ticks = [Fraction(1, 12800), Fraction(1, 1000), Fraction(1, 30000)]
    turns = [turn(segment(str(number), length_s=Fraction(10, 7), tick=tick)) for number, tick in enumerate(ticks)]
    (pictures,) = streams(write(turns, times=50).text)
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
    turns = [
        turn(segment(length_s=length_s, tick=tick), heard=number == 0) for number, (length_s, tick) in enumerate(parts)
    ]
    times = 10_000 // len(turns)
    pictures, sounds = streams(write(turns, times=times).text)
    exact = list(accumulate([length_s for length_s, _ in parts] * times))
    for number, (edge, nominal) in enumerate(zip(edges(pictures), exact, strict=True)):
        entering = parts[(number + 1) % len(parts)][1]
        assert -entering - MICROSECOND <= edge - nominal <= 0
    assert abs(sum(length for _, _, length in sounds) - exact[-1]) <= MICROSECOND


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(LENGTHS, TICKS), min_size=1, max_size=20))
def test_no_length_is_zero_or_less(parts: list[tuple[Fraction, Fraction]]) -> None:
    turns = [turn(segment(length_s=length_s, tick=tick), heard=True) for length_s, tick in parts]
    for stream in streams(write(turns, times=3).text):
        assert all(length > 0 for _, _, length in stream)


def test_silences_run_together_over_cues_and_iterations() -> None:
    turns = [turn(segment("a.mp4"), heard=True), turn(segment("b.mp4")), turn(segment("c.mp4"))]
    _, sounds = streams(write(turns, times=2).text)
    assert [(file, length) for file, _, length in sounds] == [("a.mp4", Fraction(1)), ("silence.flac", Fraction(2))] * 2


def test_a_long_silence_is_made_of_pieces_no_longer_than_its_file() -> None:
    quiet = [turn(segment("b.mp4", length_s=Fraction(500))) for _ in range(5)]
    _, sounds = streams(write([turn(segment(), heard=True), *quiet]).text)
    assert [length for file, _, length in sounds if file == "silence.flac"] == [600, 600, 600, 600, 100]
    assert max(length for _, _, length in sounds) <= SILENCE_S


def test_a_crossfade_has_a_line_of_its_own_in_picture_and_sound(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path.resolve(), a=probe_of(sound=(Fraction(0), Fraction(4))))
    made = shelf.plan("cues:\n- clip: a.mp4\n- black: 3\n  crossfade: 1\n")
    made.iterations = 1
    pictures, sounds = streams(timeline.write(made, name, "silence.flac").text)
    assert [file for file, _, _ in pictures] == ["a.mp4", "copy.mp4", "copy.mp4"]
    assert [file for file, _, _ in sounds] == ["copy.mp4", "copy.mp4", "silence.flac"]
    assert [abs(length - exact) < Fraction(1, 100) for (_, _, length), exact in zip(pictures, (3, 1, 2), strict=True)]


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_picture_and_sound_of_any_loop_are_equally_long_and_every_iteration_as_long_as_the_loop(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    clips = data.draw(st.lists(probes(), min_size=1, max_size=3))
    folder = tmp_path_factory.mktemp("shelf").resolve()
    shelf = Shelf(folder, **{str(number): probe for number, probe in enumerate(clips)})
    made = shelf.plan(data.draw(loops(clips)))
    if not made.cues:
        return
    made.orders = made.orders[:3]
    made.iterations = len(made.orders)
    pictures, *heard = streams(timeline.write(made, name, "silence.flac").text)
    exact_s = made.loop_s * made.iterations
    assert abs(sum(length for _, _, length in pictures) - exact_s) < Fraction(1, 100)
    for sounds in heard:
        assert abs(sum(length for _, _, length in sounds) - exact_s) <= MICROSECOND
    for _, start, length in [*pictures, *(entry for sounds in heard for entry in sounds)]:
        assert start >= 0
        assert length > 0


def arranged(turns: list[Turn], order: str = "listed", gap: tuple[Segment, ...] = ()) -> Plan:
    plan = Written(turns, gap)
    timeline.arrange(plan, order, 2017)
    return plan


def test_a_loop_repeats_for_a_day_at_most() -> None:
    assert arranged([turn(segment(length_s=Fraction(3600)))]).iterations == 24
    assert arranged([turn(segment(length_s=Fraction(LONGEST_S * 2)))]).iterations == 1


def test_a_loop_repeats_no_more_often_than_one_timeline_holds() -> None:
    assert arranged([turn(segment()) for _ in range(30)]).iterations == MOST_SEGMENTS // 30
    assert arranged([turn(segment(), heard=True) for _ in range(30)]).iterations == MOST_SEGMENTS // 60
    assert arranged([turn(segment()) for _ in range(30)], gap=(segment(),)).iterations == MOST_SEGMENTS // 60


def test_a_loop_of_nothing_is_left_as_it_is() -> None:
    made = arranged([])
    assert (made.orders, made.iterations) == (((),), 1)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 400), st.integers(1, 9), st.integers(1, 8))
def test_the_text_stays_below_what_libmpv_recognises(cues: int, gaps: int, letters: int) -> None:
    odd = Fraction(1_001_001, 1_000_003)
    plan = arranged(
        [turn(segment("x" * letters, enters_s=number + odd, length_s=odd), heard=True) for number in range(cues)],
        gap=(segment("y" * letters, length_s=odd),) * gaps,
    )
    text = timeline.write(plan, name, "silence.flac").text
    assert len(text.encode()) <= MOST_BYTES < CONTAINERS_LIMIT
    assert text.count("\n") <= MOST_SEGMENTS + 10 or plan.iterations == 1


def test_a_loop_too_large_for_any_timeline_says_so() -> None:
    plan = arranged([turn(segment("x" * 70, enters_s=Fraction(number))) for number in range(11_000)])
    assert plan.iterations == 1
    with pytest.raises(InstallationError, match="Shorten it"):
        timeline.write(plan, name, "silence.flac")


def blending(folder: Path, clips: int, crossfades: int) -> Plan:
    """A shuffled loop of so many clips, into some of which the cue before crossfades."""
    shelf = Shelf(folder.resolve(), **{str(number): probe_of(name=str(number)) for number in range(clips)})
    cues = "".join(f"- clip: {number}.mp4\n  crossfade: {number < crossfades:d}\n" for number in range(clips))
    return shelf.plan(f"order: shuffled\ncues:\n{cues}")


@pytest.mark.parametrize(
    ("clips", "crossfades", "orders"), [(10, 10, 250), (14, 14, 178), (15, 15, 13), (40, 40, 5), (40, 5, 80)]
)
def test_a_shuffled_loop_has_no_more_crossfades_than_can_be_copied(
    tmp_path: Path, clips: int, crossfades: int, orders: int
) -> None:
    made = blending(tmp_path, clips, crossfades)
    blends = {pair for pair in made.played(made.iterations) if made.cues[pair[1]].blend_s}
    assert len(blends) <= MOST_BLENDS
    assert len(made.orders) == orders
    copies = [copy for copy in made.copies if isinstance(copy, Copy) and copy.under]
    assert len(copies) == len(blends)


def test_a_shuffled_loop_with_more_crossfades_than_that_has_one_order(tmp_path: Path) -> None:
    made = blending(tmp_path, MOST_BLENDS + 1, MOST_BLENDS + 1)
    assert len(made.orders) == 1
    assert made.iterations > 1


def test_orders_are_repeated_whole_so_that_no_clip_meets_itself_where_the_timeline_ends(tmp_path: Path) -> None:
    made = blending(tmp_path, 40, 40)
    assert made.iterations % len(made.orders) == 0
    played = [cue for cue, _ in made.played(made.iterations)]
    assert all(cue != after for cue, after in pairwise([*played, played[0]]))
    timed = [made.orders[number % len(made.orders)] for number in range(made.iterations)]
    assert played == [cue for order in timed for cue in order]


def test_a_shuffled_loop_without_crossfades_is_shuffled_for_every_iteration(tmp_path: Path) -> None:
    made = blending(tmp_path, 40, 0)
    assert len(made.orders) == made.iterations == MOST_SEGMENTS // 40
