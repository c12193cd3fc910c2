from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from installation.show.plan import Plan
from installation.show.segments import LEAD_S, Copy, Segment, SoundCopy
from tests.show.probes import Shelf, loops, probe_of, probes

FAR = probe_of(2000, size=(1920, 1080), keyint=500, name="far")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Clips of four seconds, one of them with sound, and one in which every in point is far."""
    heard = probe_of(100, sound=(Fraction(0), Fraction(4)), name="heard")
    return Shelf(tmp_path.resolve(), a=probe_of(100, name="a"), b=probe_of(100, name="b"), heard=heard, far=FAR)


def path(shelf: Shelf, name: str) -> Path:
    return shelf.archive.folder / name


def pairs(made: Plan, iterations: int) -> list[tuple[int, int]]:
    return list(made.played(iterations))


def test_a_master_that_plays_straight_is_proved_at_its_ends(shelf: Shelf) -> None:
    made = shelf.plan("cues:\n- clip: a.mp4\n- clip: a.mp4\n  in: 1\n  out: 2\n")
    assert made.points == {path(shelf, "a.mp4"): {0, 99, 25, 49}}
    assert made.copies == []
    assert made.masters == {path(shelf, "a.mp4"): shelf.probe(path(shelf, "a.mp4")).sha256}


def test_where_a_copy_plays_its_master_need_not_be_entered(shelf: Shelf) -> None:
    made = shelf.plan("cues:\n- clip: far.mp4\n  in: '00:00:00:12'\n  out: 0:30\n")
    assert made.points == {path(shelf, "far.mp4"): {500, 749}}
    faded = shelf.plan("cues:\n- clip: a.mp4\n  fade_in: 1\n  fade_out: 3\n")
    assert faded.points == {}
    assert len(faded.copies) == 2
    assert list(faded.masters) == [path(shelf, "a.mp4")]


def test_sound_that_plays_straight_is_not_proved_like_a_picture(shelf: Shelf) -> None:
    made = shelf.plan("cues:\n- clip: heard.mp4\n  in: 1\n")
    assert made.points == {path(shelf, "heard.mp4"): {25, 99}}


def test_the_copies_of_picture_and_sound_are_needed_once_each(shelf: Shelf) -> None:
    made = shelf.plan("cues:\n" + "- clip: heard.mp4\n  fade_in: 1\n" * 3)
    assert sorted(type(copy).__name__ for copy in made.copies) == ["Copy", "SoundCopy"]


def test_the_gap_is_black_after_every_cue(shelf: Shelf) -> None:
    made = shelf.plan("gap: 0.5\ncues:\n- clip: a.mp4\n- clip: b.mp4\n")
    assert made.gap_s == Fraction(1, 2)
    assert [copy.runs[0].kind for copy in made.copies if isinstance(copy, Copy)] == ["black"]
    assert made.loop_s == 9


def test_equal_stills_share_one_copy(shelf: Shelf) -> None:
    made = shelf.plan("gap: 3\ncues:\n- black: 3\n- clip: a.mp4\n- black: 10\n- black: 30\n")
    assert len(made.copies) == 2


def test_the_last_cue_meets_the_first_again(shelf: Shelf) -> None:
    text = "order: {}\ncues:\n- clip: a.mp4\n- clip: b.mp4\n- black: 1\n"
    assert pairs(shelf.plan(text.format("listed")), 2) == [(0, 1), (1, 2), (2, 0)] * 2
    assert pairs(shelf.plan(text.format("reversed")), 1) == [(2, 1), (1, 0), (0, 2)]
    assert pairs(shelf.plan("cues:\n- black: 1\n"), 2) == [(0, 0), (0, 0)]


def test_a_cue_has_a_turn_for_each_cue_that_it_blends_into_and_one_for_all_others(shelf: Shelf) -> None:
    made = shelf.plan("cues:\n- clip: a.mp4\n- clip: b.mp4\n  crossfade: 1\n- black: 3\n  crossfade: 1\n- black: 5\n")
    assert made.turn(0, 1) is made.turn(0, 1)
    assert made.turn(0, 1) is not made.turn(0, 2)
    assert made.turn(0, 3) is made.turn(0, 0)
    assert made.turn(0, 1).length_s == made.turn(0, 2).length_s == made.turn(0, 3).length_s == made.length_s(0)


def test_each_pair_of_cues_that_meets_in_a_shuffled_loop_has_its_crossfade(shelf: Shelf) -> None:
    made = shelf.plan(
        "order: shuffled\ncrossfade: 1\ncues:\n- clip: a.mp4\n- clip: b.mp4\n- black: 5\n- clip: heard.mp4\n"
    )
    blends = {copy for copy in made.copies if isinstance(copy, Copy) and copy.under}
    assert len(blends) == len(set(pairs(made, made.iterations))) == 12


def test_a_plan_without_cues_plays_nothing() -> None:
    made = Plan()
    assert made.loop_s == 0
    assert pairs(made, made.iterations) == []
    assert not any((made.copies, made.points, made.masters))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_all_that_any_loop_plays_lies_within_its_files(tmp_path: Path, data: st.DataObject) -> None:
    clips = data.draw(st.lists(probes(), min_size=1, max_size=3))
    shelf = Shelf(tmp_path.resolve(), **{str(number): probe for number, probe in enumerate(clips)})
    text = data.draw(loops(clips))
    made = shelf.plan(text)
    assert len(made.cues) + len(made.problems) == text.count("\n- ")
    assert made.loop_s == sum(made.length_s(cue) + made.gap_s for cue in range(len(made.cues)))
    if made.cues:
        assert made.iterations % len(made.orders) == 0
        assert min(map(made.length_s, range(len(made.cues)))) > 0
    for segment in made.segments:
        within(shelf, segment)
    for master, points in made.points.items():
        assert all(0 <= point < shelf.probe(master).frames for point in points)
    for copy in made.copies:
        assert copy.masters == [] or set(map(Path, copy.masters)) <= set(made.masters)
        if isinstance(copy, Copy):
            assert copy.frames > 0
            for run in (*copy.runs, *copy.under):
                assert not run.master or run.first + run.count <= shelf.probe(Path(run.master)).frames


def within(shelf: Shelf, segment: Segment) -> None:
    source = segment.source
    if isinstance(source, Copy):
        assert segment.length_s <= source.frames / source.rate + LEAD_S
    elif isinstance(source, SoundCopy):
        assert segment.enters_s + segment.length_s <= sum(part.length_s for part in source.heard)
    elif segment.last >= 0:
        probe = shelf.probe(source)
        assert segment.enters_s + segment.length_s <= probe.start - probe.origin + probe.duration
        assert segment.enters_s >= (0 if segment.at_keyframe else LEAD_S)
