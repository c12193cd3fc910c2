from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from installation.config.loop import Loop, read_loop_text
from installation.errors import FootageError
from installation.footage.probe import Probe
from installation.show import plan as planning
from installation.show.plan import LEAD_S, Copy, Plan, PlannedCue, Segment
from tests.show.probes import Shelf, probe_of

SLOW = Fraction(25, 2)
NTSC = Fraction(30000, 1001)
FAR = probe_of(2000, size=(1920, 1080), keyint=500, name="far")
"""At this size 11 frames past a keyframe are near and 12 are far."""
RAGGED = probe_of(times=(0, 40, 90, 130, 160, 220), name="ragged")

Put = Callable[..., Shelf]


@pytest.fixture
def shelf(tmp_path: Path) -> Put:
    return lambda **probes: Shelf(tmp_path.resolve(), **probes)


def loop_of(text: str) -> Loop:
    return read_loop_text(text.encode(), "loop.yaml")


def plan(shelf: Shelf, text: str, *, sound: bool = True) -> Plan:
    return planning.plan(loop_of(text), shelf.archive, shelf.probe, sound=sound)


def only(made: Plan) -> PlannedCue:
    assert not made.problems, made.problems
    (cue,) = made.cues
    return cue


def shown(segment: Segment, probe: Probe) -> tuple[int, int]:
    """The frames [first, last) that a segment of a master shows."""
    first = segment.enters_s * probe.rate
    last = (segment.enters_s + segment.length_s + (LEAD_S if segment.at_keyframe else 0)) * probe.rate
    assert first.denominator == 1
    return int(first), min(probe.frames, int(last))


def length(parts: tuple[Segment | Fraction, ...]) -> Fraction:
    return sum((part.length_s if isinstance(part, Segment) else part for part in parts), Fraction(0))


def test_a_clip_without_points_plays_whole_from_its_master(shelf: Put) -> None:
    made = plan(shelf(a=probe_of(100)), "cues:\n- clip: a.mp4\n")
    (segment,) = only(made).picture
    assert segment == Segment(made.masters[0], Fraction(0), Fraction(4), Fraction(1, 12800))
    assert made.copies == []
    assert made.points == {made.masters[0]: {0, 99}}


@pytest.mark.parametrize(
    ("rate", "points", "frames"),
    [
        (Fraction(25), "in: 0.4\n  out: 0.8", (10, 20)),
        (Fraction(25), "in: 0.39\n  out: 0.79", (10, 20)),
        (Fraction(25), "in: 0.41\n  out: 0.81", (11, 21)),
        (Fraction(25), "in: '00:00:01:10'\n  out: '00:00:01:11'", (35, 36)),
        (SLOW, "in: 0.08\n  out: 0.16", (1, 2)),
        (SLOW, "in: 0.1\n  out: 0.2", (2, 3)),
        (SLOW, "in: '00:00:01:00'\n  out: '00:00:02:12'", (13, 37)),
        (NTSC, "in: 1\n  out: 2", (30, 60)),
        (NTSC, "in: '00:00:01:00'\n  out: '00:00:02;00'", (30, 60)),
        (NTSC, "in: 0.033\n  out: 0.034", (1, 2)),
        (NTSC, "out: 3.337", (0, 100)),
        (NTSC, "out: 3.34", (0, 100)),
    ],
)
def test_points_mean_the_first_frame_shown_at_them_or_after(
    shelf: Put, rate: Fraction, points: str, frames: tuple[int, int]
) -> None:
    probe = probe_of(100, rate, keyint=1)
    made = plan(shelf(a=probe), f"cues:\n- clip: a.mp4\n  {points}\n")
    (segment,) = only(made).picture
    assert shown(segment, probe) == frames
    assert made.points == {made.masters[0]: {frames[0], frames[1] - 1}}


def test_a_cue_that_ends_before_the_end_gives_the_next_one_its_lead(shelf: Put) -> None:
    whole, part = plan(shelf(a=probe_of(100)), "cues:\n- clip: a.mp4\n- clip: a.mp4\n  out: 2\n").cues
    assert whole.length_s == 4
    assert part.length_s == 2 - LEAD_S


def test_a_cue_between_keyframes_takes_its_lead_from_before_and_is_as_long_as_it_says(shelf: Put) -> None:
    (segment,) = only(plan(shelf(a=probe_of(100)), "cues:\n- clip: a.mp4\n  in: 0.28\n  out: 2\n")).picture
    assert not segment.at_keyframe
    assert segment.enters_s == Fraction(28, 100)
    assert segment.length_s == Fraction(172, 100)


def test_an_in_point_on_a_keyframe_is_entered_there(shelf: Put) -> None:
    (segment,) = only(plan(shelf(a=probe_of(100)), "cues:\n- clip: a.mp4\n  in: 0.6\n")).picture
    assert segment.at_keyframe
    assert segment.length_s == Fraction(34, 10)


def test_times_are_those_of_the_containers_clock(shelf: Put) -> None:
    late = replace(probe_of(100, start=Fraction(3, 2)), origin=Fraction(1))
    (segment,) = only(plan(shelf(a=late), "cues:\n- clip: a.mp4\n  in: 1\n")).picture
    assert segment.enters_s == Fraction(3, 2)


def test_an_in_point_near_its_keyframe_needs_no_copy(shelf: Put) -> None:
    made = plan(shelf(far=FAR), "cues:\n- clip: far.mp4\n  in: '00:00:00:11'\n")
    assert made.copies == []


def test_an_in_point_far_from_its_keyframe_has_a_copy_up_to_the_next_one(shelf: Put) -> None:
    made = plan(shelf(far=FAR), "cues:\n- clip: far.mp4\n  in: '00:00:00:12'\n  out: 0:30\n")
    head, rest = only(made).picture
    (copy,) = made.copies
    assert (copy.kind, copy.first, copy.count, copy.frames) == ("excerpt", 12, 488, 488)
    assert head == Segment(copy, Fraction(0), Fraction(488, 25), copy.tick, why="the in point lies far from a keyframe")
    assert shown(rest, FAR) == (500, 750)
    assert rest.at_keyframe
    assert made.points == {made.masters[0]: {12, 749}}


def test_a_far_cue_that_meets_no_keyframe_is_all_copy(shelf: Put) -> None:
    made = plan(shelf(far=FAR), "cues:\n- clip: far.mp4\n  in: 0:10\n  out: 0:20\n")
    (segment,) = only(made).picture
    assert isinstance(segment.source, Copy)
    assert (segment.source.first, segment.source.count) == (250, 250)


def test_a_clip_whose_rate_varies_plays_from_a_copy_on_the_beat(shelf: Put) -> None:
    made = plan(shelf(ragged=RAGGED), "cues:\n- clip: ragged.mp4\n  in: 0.04\n  out: 0.16\n")
    (segment,) = only(made).picture
    assert isinstance(segment.source, Copy)
    assert (segment.source.first, segment.source.count, segment.source.frames) == (1, 3, 3)
    assert segment.length_s == Fraction(12, 100)
    assert segment.why == "its frame rate varies"


@pytest.mark.parametrize("container", ["mpegts", "mpeg"])
def test_a_container_that_cannot_be_entered_at_a_frame_plays_from_a_copy(shelf: Put, container: str) -> None:
    made = plan(shelf(a=probe_of(100, container=container)), "cues:\n- clip: a.mp4\n")
    (segment,) = only(made).picture
    assert isinstance(segment.source, Copy)
    assert segment.source.frames == 100
    assert segment.length_s == 4
    assert "cannot be entered" in segment.why


def test_times_repeat_picture_and_sound_and_the_hold_comes_once_at_the_end(shelf: Put) -> None:
    made = plan(
        shelf(a=probe_of(100, sound=(Fraction(0), Fraction(4)))),
        "cues:\n- clip: a.mp4\n  times: 3\n  hold: 1.5\n  out: 2\n",
    )
    cue = only(made)
    assert len(set(cue.picture[:3])) == 1
    assert len(cue.picture) == 4
    hold = cue.picture[3].source
    assert isinstance(hold, Copy)
    assert (hold.kind, hold.first, hold.count, hold.frames) == ("hold", 49, 1, 38)
    assert len([part for part in cue.sound if isinstance(part, Segment)]) == 3
    assert cue.sound[-1] == cue.picture[3].length_s


def test_a_long_hold_repeats_a_short_copy(shelf: Put) -> None:
    cue = only(plan(shelf(a=probe_of(100)), "cues:\n- clip: a.mp4\n  hold: 25\n"))
    lengths = [segment.length_s for segment in cue.picture]
    assert lengths == [4, 10, 10, 5]
    assert cue.picture[1] == cue.picture[2]


def test_a_black_has_the_rate_and_size_of_most_clips(shelf: Put) -> None:
    one, other = probe_of(rate=SLOW, size=(319, 181), name="a"), probe_of(name="b")
    made = plan(shelf(a=one, b=other), "cues:\n- clip: a.mp4\n- clip: b.mp4\n- clip: a.mp4\n- black: 3\n")
    (black,) = made.copies
    assert (black.kind, black.rate, black.width, black.height, black.frames) == ("black", SLOW, 320, 182, 38)


def test_a_loop_of_black_alone_needs_no_clip(shelf: Put) -> None:
    cue = only(plan(shelf(), "cues:\n- black: 70\n"))
    assert [segment.length_s for segment in cue.picture] == [10] * 7
    assert cue.sound == (Fraction(70),)


@pytest.mark.parametrize("still", ["black: 0.001", "clip: a.mp4\n  hold: 0.001"])
def test_a_still_is_one_frame_long_at_least(shelf: Put, still: str) -> None:
    cue = only(plan(shelf(a=probe_of()), f"cues:\n- {still}\n"))
    assert cue.picture[-1].length_s == Fraction(1, 25)


def test_the_gap_is_black_after_every_cue(shelf: Put) -> None:
    made = plan(shelf(a=probe_of()), "gap: 0.5\ncues:\n- clip: a.mp4\n")
    assert made.gap_s == Fraction(1, 2)
    assert [copy.kind for copy in made.copies] == ["black"]


def test_equal_stills_share_one_copy(shelf: Put) -> None:
    made = plan(shelf(a=probe_of()), "gap: 3\ncues:\n- black: 3\n- clip: a.mp4\n- black: 10\n- black: 30\n")
    assert len(made.copies) == 2


def test_a_copy_is_known_by_the_masters_content_not_by_its_path() -> None:
    copy = Copy("hold", Fraction(25), 5, 640, 360, "/here/a.mp4", "abc", 3, 1)
    assert copy.key == replace(copy, master="/elsewhere/b.mp4").key
    for other in (replace(copy, sha256="abd"), replace(copy, first=4), replace(copy, rate=SLOW)):
        assert other.key != copy.key


@pytest.mark.parametrize("rate", [Fraction(1), SLOW, Fraction(25), NTSC, Fraction(60), Fraction(60000, 1001)])
def test_a_frame_is_a_whole_number_of_fine_ticks(rate: Fraction) -> None:
    tick = Copy("black", rate, 1, 2, 2).tick
    assert tick.numerator == 1
    assert tick <= Fraction(1, 10_000)
    assert (1 / rate / tick).denominator == 1


SOUND = probe_of(100, sound=(Fraction(0), Fraction(4)))


def test_sound_runs_beside_the_picture(shelf: Put) -> None:
    cue = only(plan(shelf(a=SOUND), "cues:\n- clip: a.mp4\n  in: 1\n  out: 3\n"))
    (heard,) = cue.sound
    assert isinstance(heard, Segment)
    assert heard.enters_s == 1
    assert heard.length_s == cue.length_s
    assert cue.sounds
    assert cue.has_own_sound


@pytest.mark.parametrize(
    ("clip", "sound"), [(probe_of(), True), (SOUND, False)], ids=["the clip is silent", "the machine is"]
)
def test_a_cue_without_sound_is_silence(shelf: Put, clip: Probe, sound: bool) -> None:
    cue = only(plan(shelf(a=clip), "cues:\n- clip: a.mp4\n", sound=sound))
    assert cue.sound == (Fraction(4),)
    assert not cue.sounds
    assert cue.has_own_sound == (clip is SOUND)


def test_a_cue_whose_sound_is_off_is_silence(shelf: Put) -> None:
    cue = only(plan(shelf(a=SOUND), "cues:\n- clip: a.mp4\n  sound: off\n"))
    assert cue.sound == (Fraction(4),)
    assert cue.has_own_sound


def test_a_sound_shorter_than_its_picture_has_silence_before_and_after(shelf: Put) -> None:
    clip = probe_of(100, sound=(Fraction(1), Fraction(2)))
    cue = only(plan(shelf(a=clip), "cues:\n- clip: a.mp4\n"))
    before, heard, after = cue.sound
    assert isinstance(heard, Segment)
    assert before == heard.enters_s == after == 1
    assert heard.length_s == 2


def test_a_cue_that_lies_after_the_end_of_the_sound_is_silence(shelf: Put) -> None:
    clip = probe_of(100, sound=(Fraction(0), Fraction(1)))
    assert not only(plan(shelf(a=clip), "cues:\n- clip: a.mp4\n  in: 2\n")).sounds


def test_a_sound_a_little_too_short_is_not_filled_up(shelf: Put) -> None:
    clip = probe_of(100, sound=(Fraction(1, 100), Fraction(398, 100)))
    (heard,) = only(plan(shelf(a=clip), "cues:\n- clip: a.mp4\n")).sound
    assert isinstance(heard, Segment)
    assert heard.length_s == 4


@pytest.mark.parametrize(
    ("cue", "told"),
    [
        ("clip: a.mp4\n  out: 0:16.5", "loop.yaml:3:8: out point 0:16.5 lies after the end of a.mp4 (0:04)."),
        ("clip: a.mp4\n  in: 4", "loop.yaml:3:7: in point 0:04 lies after the end of a.mp4 (0:04)."),
        (
            "clip: a.mp4\n  in: 3\n  out: 2",
            "loop.yaml:4:8: out point 0:02 does not lie after the in point 0:03; swap them.",
        ),
        (
            "clip: a.mp4\n  in: 3\n  out: 3",
            "loop.yaml:4:8: out point 0:03 does not lie after the in point 0:03; swap them.",
        ),
        (
            "clip: a.mp4\n  in: 1.001\n  out: 1.002",
            "loop.yaml:4:8: no frame of a.mp4 lies between its in and out point (0:01.001 to 0:01.002); "
            "move them apart.",
        ),
        (
            "clip: a.mp4\n  in: 00:00:01:25",
            "loop.yaml:3:7: frame 25 does not exist at 25 fps (0 to 24).",
        ),
        ("clip: A.mp4", "loop.yaml:2:9: A.mp4 is not in the footage folder. Did you mean 'a.mp4'?"),
        ("clip: 雨.mkv", "loop.yaml:2:9: 雨.mkv is not in the footage folder."),
        ("clip: bad.mp4", "loop.yaml:2:9: bad.mp4 is empty (0 bytes)."),
    ],
)
def test_a_cue_with_a_mistake_is_left_out_with_one_sentence_at_its_place(shelf: Put, cue: str, told: str) -> None:
    made = plan(shelf(a=probe_of(), bad=FootageError("bad.mp4 is empty (0 bytes).")), f"cues:\n- {cue}\n- black: 1\n")
    assert [str(problem) for problem in made.problems] == [told]
    assert [planned.kind for planned in made.cues] == ["black"]


RATES = st.sampled_from([Fraction(10), SLOW, Fraction(24), Fraction(25), NTSC, Fraction(30), Fraction(60)])


@st.composite
def probes(draw: st.DrawFn) -> Probe:
    rate = draw(RATES)
    frames = draw(st.integers(1, 4000))
    sound = draw(st.none() | st.tuples(st.fractions(0, 3, max_denominator=48000), st.fractions(0, 200)))
    times: tuple[int, ...] = ()
    if draw(st.integers(0, 4)) == 0:
        steps = draw(st.lists(st.integers(1, 300), min_size=1, max_size=60))
        times = tuple(sum(steps[:number]) for number in range(len(steps)))
    return probe_of(
        frames,
        rate,
        name=str(draw(st.integers())),
        keyint=draw(st.integers(1, 600)),
        size=draw(st.sampled_from([(320, 180), (1921, 1081), (3840, 2160)])),
        container=draw(st.sampled_from(["mov", "matroska", "avi", "mpegts"])),
        times=times,
        sound=sound,
        start=draw(st.sampled_from([Fraction(0), Fraction(7, 5)])),
        rotation=draw(st.sampled_from([0, 90])),
    )


@st.composite
def loops(draw: st.DrawFn, clips: list[Probe]) -> str:
    lines = [f"gap: {draw(st.sampled_from(['0', '0.001', '0.5', '12.345']))}", "cues:"]
    for _ in range(draw(st.integers(1, 8))):
        if draw(st.integers(0, 5)) == 0:
            lines.append(f"- black: {draw(st.integers(1, 30_000))}ms")
            continue
        number = draw(st.integers(0, len(clips) - 1))
        lines.append(f"- clip: {number}.mp4")
        end_ms = int(clips[number].duration * 1000)
        points = sorted(draw(st.lists(st.integers(0, end_ms), min_size=2, max_size=2)))
        kept = draw(st.lists(st.sampled_from(["in", "out"]), unique=True))
        lines += [f"  {key}: {point}ms" for key, point in zip(("in", "out"), points, strict=True) if key in kept]
        lines += [f"  times: {draw(st.integers(1, 3))}", f"  hold: {draw(st.integers(0, 22_000))}ms"]
    return "\n".join(lines) + "\n"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_picture_and_sound_of_any_loop_are_equally_long_and_within_their_files(
    tmp_path: Path, data: st.DataObject
) -> None:
    clips = data.draw(st.lists(probes(), min_size=1, max_size=3))
    shelf = Shelf(tmp_path.resolve(), **{str(number): probe for number, probe in enumerate(clips)})
    text = data.draw(loops(clips))
    made = plan(shelf, text)
    assert len(made.cues) + len(made.problems) == text.count("\n- ")
    for cue in made.cues:
        assert length(cue.sound) == length(cue.picture) == cue.length_s > 0
        for segment in cue.picture:
            assert segment.length_s > 0
            if isinstance(segment.source, Copy):
                assert segment.length_s <= segment.source.frames / segment.source.rate
            else:
                probe = shelf.probe(segment.source)
                assert segment.enters_s + segment.length_s <= probe.start - probe.origin + probe.duration
                assert segment.enters_s >= (0 if segment.at_keyframe else LEAD_S)
        for part in cue.sound:
            assert part if not isinstance(part, Segment) else part.length_s > 0
    for path, points in made.points.items():
        assert all(0 <= point < shelf.probe(path).frames for point in points)
    for copy in made.copies:
        assert copy.frames > 0
        if copy.master:
            assert copy.first + copy.count <= shelf.probe(Path(copy.master)).frames
