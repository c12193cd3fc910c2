from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.drawing.sheet import BOTTOM, LEFT, RIGHT, TOP, Bands, Sheet, Shot, Span, coming, turn_of
from installation.footage.probe import Probe
from tests.show.probes import Shelf, flashes_of, loops, probe_of, probes

WIDTH = RIGHT - LEFT


def sheet_of(text: str, **clips: Probe) -> Sheet:
    with TemporaryDirectory() as folder:
        return Sheet(Shelf(Path(folder).resolve(), **clips).plan(text))


def blacks(count: int, seconds: float) -> str:
    return "cues:\n" + f"- black: {round(seconds * 1000)}ms\n" * count


@st.composite
def sheets(draw: st.DrawFn) -> Sheet | None:
    clips = draw(st.lists(probes(), min_size=1, max_size=3))
    with TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder).resolve())
        for number, clip in enumerate(clips):
            shelf.put(f"{number}.mp4", clip)
        plan = shelf.plan(draw(loops(clips)))
    return Sheet(plan) if plan.cues else None


def in_rows(spans: Iterable[Span]) -> dict[int, list[Span]]:
    rows: dict[int, list[Span]] = {}
    for span in spans:
        rows.setdefault(span.row, []).append(span)
    return rows


@settings(max_examples=100)
@given(sheets())
def test_boxes_and_gaps_cover_the_loop_and_never_each_other(sheet: Sheet | None) -> None:
    if sheet is None:
        return
    gap_s = sheet.plan.gap_s
    times = [(box.start_s, box.end_s + gap_s) for box in sheet.boxes]
    rows = in_rows(span for start_s, end_s in times for span in sheet.spans(start_s, end_s))
    for row, spans in rows.items():
        assert spans[0].left == LEFT
        assert all(one.right == other.left for one, other in pairwise(spans))
        assert spans[-1].right == (RIGHT if row < sheet.rows - 1 else sheet.across(row, sheet.loop_s))
    assert list(rows) == list(range(sheet.rows))


@settings(max_examples=100)
@given(sheets())
def test_a_boxs_pictures_fill_it_and_are_frames_of_its_cue(sheet: Sheet | None) -> None:
    if sheet is None:
        return
    for box in sheet.boxes:
        parts = list(turn_of(box))
        assert (parts[0].start_s, parts[-1].end_s) == (box.start_s, box.end_s)
        assert all(one.end_s == other.start_s for one, other in pairwise(parts))
        for part in (*parts, *coming(box)):
            for cell in sheet.cells(part):
                assert cell.span.width <= max(part.cue.strip.shape, Fraction(1, 4)) * sheet.bands.strip + 1
                if part.run.kind == "frames":
                    assert part.run.first <= cell.shot.first <= cell.shot.frame <= cell.shot.last
                    assert cell.shot.last < part.run.first + part.run.count


@settings(max_examples=60)
@given(st.integers(1, 400), st.integers(40, 200_000))
def test_any_loop_fits_on_the_sheet_at_one_scale(count: int, cue_ms: int) -> None:
    sheet = sheet_of(blacks(count, cue_ms / 1000))
    assert 1 <= sheet.rows <= 14
    assert sheet.tops[0] == TOP
    assert sheet.tops[-1] + (sheet.tops[1] - sheet.tops[0] if sheet.rows > 1 else 0) <= BOTTOM
    assert sheet.bands.strip >= 80
    assert (sheet.rows - 1) * sheet.row_s < sheet.loop_s <= sheet.rows * sheet.row_s
    assert sheet.row_s % sheet.tick_s == 0
    assert sheet.scale * sheet.row_s == WIDTH


@pytest.mark.parametrize(("count", "seconds", "rows", "row_s"), [(3, 20, 4, 16), (60, 6, 9, 40), (300, 4, 14, 90)])
def test_more_cues_have_more_rows(count: int, seconds: int, rows: int, row_s: int) -> None:
    sheet = sheet_of(blacks(count, seconds))
    assert sheet.rows == rows
    assert sheet.row_s == row_s


def test_a_long_loop_has_more_rows_than_a_short_one() -> None:
    assert [sheet_of(blacks(3, seconds)).rows for seconds in (10, 60, 400, 4000)] == [3, 6, 9, 9]


def test_a_place_is_as_far_from_the_left_as_its_time() -> None:
    sheet = sheet_of(blacks(3, 20))
    assert list(sheet.spans(Fraction(10), Fraction(35))) == [
        Span(0, LEFT + round(WIDTH * 10 / 16), RIGHT),
        Span(1, LEFT, RIGHT),
        Span(2, LEFT, LEFT + round(WIDTH * 3 / 16)),
    ]
    assert list(sheet.spans(Fraction(10), Fraction(10))) == []
    assert sheet.time_at(2, LEFT) == 32


def test_a_cell_tells_the_frames_that_are_seen_in_its_time() -> None:
    sheet = sheet_of("cues:\n- clip: a.mp4\n  in: 0:01\n  out: 0:02\n  times: 2\n  hold: 1\n", a=probe_of(100))
    shown, held = turn_of(sheet.boxes[0])
    for start, end, first, last in (("0", "0.2", 25, 29), ("0.5", "1", 37, 48), ("1", "1.08", 25, 26)):
        found = shown.shot(Fraction(start), Fraction(end))
        assert found
        assert (found.frame, found.last, found.first) == (first, last, 25)
    assert held.shot(Fraction(2), Fraction(3)) == Shot(held.run.master, 49, 49, 49)


def test_a_clip_that_is_shown_again_is_marked_where_the_marks_can_be_told_apart() -> None:
    text = "cues:\n- clip: a.mp4\n  out: 1\n  times: 3\n"
    sheet = sheet_of(text, a=probe_of(100))
    assert list(sheet.repeats(sheet.boxes[0])) == [1, 2]
    sheet = sheet_of(f"{text}- black: 9:00:00\n", a=probe_of(100))
    assert list(sheet.repeats(sheet.boxes[0])) == []


@given(st.integers(206, 930), st.booleans(), st.booleans())
def test_the_bands_of_a_row_fit_into_it(height: int, heard: bool, captions: bool) -> None:
    bands = Bands.of(height, is_heard=heard, has_captions=captions)
    assert (
        0
        < bands.letter
        < bands.label
        <= bands.heard
        <= bands.worded
        <= bands.axis
        < height - bands.small * bands.written
    )


def test_a_clip_that_is_held_within_is_marked_where_it_begins_again_and_where_it_flashes() -> None:
    with TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder).resolve(), a=probe_of(100), b=probe_of(100, name="b"))
        shelf.put_flashes("a.mp4", flashes_of(probe_of(100), 25, 50))
        sheet = Sheet(
            shelf.plan(
                "cues:\n- clip: b.mp4\n- clip: a.mp4\n  crossfade: 1\n  out: 3\n  times: 2\n  hold: on flash 2 for 2s\n"
            )
        )
    box = sheet.boxes[1]
    assert box.start_s == 4
    assert list(sheet.repeats(box)) == [8]
    assert list(sheet.flashes(box)) == [4, 5, 9, 10]
