from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from installation.show.segments import LEAD_S, Copy, Light, Segment, SoundCopy
from installation.show.strips import BLACK, FRAMES, HOLD, Run, total
from installation.show.turns import LAG_S, Turn, blended_turn, turn
from tests.show.probes import SLOW, Shelf, loops, probe_of, probes

SOUND = (Fraction(0), Fraction(4))
HEARD = probe_of(100, sound=SOUND, name="heard")
Part = Segment | Fraction


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Clips of four seconds: a and b are silent, one has 25 fps and the other 30; c is slow; heard has sound."""
    return Shelf(
        tmp_path.resolve(),
        a=probe_of(100, name="a"),
        b=probe_of(120, Fraction(30), name="b"),
        c=probe_of(50, SLOW, name="c"),
        heard=HEARD,
    )


def length(parts: tuple[Part, ...]) -> Fraction:
    return sum((part.length_s if isinstance(part, Segment) else part for part in parts), Fraction(0))


def copied(segment: Segment) -> Copy:
    assert isinstance(segment.source, Copy)
    return segment.source


def shown(segment: Segment) -> tuple[int, int]:
    """The frames [first, last) of the one clip that a segment shows."""
    if isinstance(segment.source, Path):
        return segment.first, segment.last + 1
    (run,) = copied(segment).runs
    return run.first, run.first + run.count


def follow(shelf: Shelf, text: str) -> Turn:
    """The turn of the first of two cues, before the second."""
    cue, after = shelf.cues(text)
    return blended_turn(cue, after, turn(cue).length_s)


def sound_copy(part: Part) -> SoundCopy:
    assert isinstance(part, Segment)
    assert isinstance(part.source, SoundCopy)
    return part.source


def test_a_cue_without_fades_plays_its_strip(shelf: Shelf) -> None:
    (cue,) = shelf.cues("- clip: a.mp4\n  times: 3\n  hold: 1.5\n  out: 2\n")
    made = turn(cue)
    assert len(set(made.picture[:3])) == 1
    assert [shown(segment) for segment in made.picture] == [(0, 50)] * 3 + [(49, 50)]
    assert made.length_s == 3 * (2 - LEAD_S) + Fraction(3, 2)
    assert made.sound == (made.length_s,)


def test_a_fade_in_is_a_copy_and_the_frame_after_it_comes_straight_from_the_master(shelf: Shelf) -> None:
    (cue,) = shelf.cues("- clip: a.mp4\n  in: 1\n  fade_in: 0.5\n")
    rising, rest = turn(cue).picture
    assert shown(rising) == (25, 38)  # half a second is twelve frames and a half: the thirteenth still fades
    assert copied(rising).light == Light(Fraction(0), Fraction(2))
    assert rest.source == shelf.archive.folder / "a.mp4"
    assert shown(rest) == (38, 100)
    assert turn(cue).length_s == 3


def test_a_fade_out_is_as_dark_at_its_first_frame_as_is_due_and_black_at_its_end(shelf: Shelf) -> None:
    (cue,) = shelf.cues("- clip: a.mp4\n  in: 0.04\n  fade_out: 0.5\n")
    rest, falling = turn(cue).picture
    assert shown(rest) == (1, 88)
    assert shown(falling) == (88, 100)
    light = copied(falling).light
    assert light == Light(Fraction(48, 50), Fraction(-2))
    assert light.first + light.change * falling.length_s == 0


def test_fades_that_meet_leave_nothing_to_play_straight(shelf: Shelf) -> None:
    (cue,) = shelf.cues("- clip: a.mp4\n  fade_in: 2\n  fade_out: 2\n")
    assert [(shown(segment), segment.why) for segment in turn(cue).picture] == [
        ((0, 50), "a fade"),
        ((50, 100), "a fade"),
    ]


def test_a_fade_goes_over_the_times_of_a_clip_and_over_its_hold(shelf: Shelf) -> None:
    (cue,) = shelf.cues("- clip: a.mp4\n  out: 0.2\n  times: 5\n  fade_in: 0.5\n  fade_out: 0.5\n  hold: 0.3\n")
    rising, *plain, falling = turn(cue).picture
    assert [(run.kind, run.first, run.count) for run in copied(rising).runs] == [
        (FRAMES, 0, 5),
        (FRAMES, 0, 5),
        (FRAMES, 0, 3),
    ]
    assert [shown(segment) for segment in plain] == [(3, 5), (0, 5)]
    assert [(run.kind, run.first, run.count) for run in copied(falling).runs] == [(FRAMES, 0, 5), (HOLD, 4, 1)]
    assert (copied(falling).frames, falling.length_s) == (13, Fraction(1, 2))


def test_a_fade_shorter_than_a_frame_makes_the_first_frame_black_and_leaves_the_last(shelf: Shelf) -> None:
    (cue,) = shelf.cues("- clip: a.mp4\n  fade_in: 0.001\n  fade_out: 0.001\n")
    rising, rest = turn(cue).picture
    assert shown(rising) == (0, 1)
    assert shown(rest) == (1, 100)


@pytest.mark.parametrize("cue", ["title: Safe City\n  for: 3\n  fade_in: 1\n  fade_out: 1", "black: 3"])
def test_what_is_black_has_no_copies_of_its_fades(shelf: Shelf, cue: str) -> None:
    (planned,) = shelf.cues(f"- {cue}\n")
    (segment,) = turn(planned).picture
    assert copied(segment).light == Light()
    assert copied(segment).runs == (Run(BLACK, Fraction(3)),)
    assert turn(planned).sound == (Fraction(3),)


def test_a_crossfade_takes_the_end_of_one_cue_and_the_beginning_of_the_next(shelf: Shelf) -> None:
    made = follow(shelf, "- clip: a.mp4\n- clip: b.mp4\n  crossfade: 1\n")
    plain, blend = made.picture
    assert shown(plain) == (0, 75)
    copy = copied(blend)
    assert [(run.first, run.count) for run in copy.under] == [(75, 25)]
    assert [(run.first, run.count) for run in copy.runs] == [(0, 30)]
    assert (copy.rate, copy.seen_s) == (Fraction(30), Fraction(0))
    assert copy.frames == 30
    assert blend.why == "a crossfade"
    assert made.length_s == 4


def test_the_next_cue_goes_on_where_the_crossfade_into_it_ends(shelf: Shelf) -> None:
    _, cue = shelf.cues("- clip: a.mp4\n- clip: b.mp4\n  crossfade: 1.01\n")
    (segment,) = turn(cue).picture
    assert shown(segment) == (31, 120)  # a crossfade is whole frames of the cue that comes
    assert cue.blend_s == Fraction(31, 30)


def test_a_crossfade_may_begin_inside_a_frame_of_the_cue_before(shelf: Shelf) -> None:
    made = follow(shelf, "- clip: c.mp4\n- clip: b.mp4\n  crossfade: 0.5\n")
    plain, blend = made.picture
    assert shown(plain) == (0, 44)  # the last of them begins at 3.44
    assert abs(plain.length_s - Fraction(7, 2)) <= LEAD_S
    copy = copied(blend)
    assert [(run.first, run.count) for run in copy.under] == [(43, 1), (44, 6)]
    assert copy.seen_s == Fraction(6, 100)
    assert abs(blend.length_s - Fraction(1, 2)) <= LEAD_S
    assert made.length_s == 4


def test_a_crossfade_that_begins_with_a_frame_but_for_a_moment_leaves_no_frame_of_a_moment(shelf: Shelf) -> None:
    made = follow(shelf, "- clip: c.mp4\n  in: 3.439\n- clip: b.mp4\n  crossfade: 0.4766\n")
    plain, blend = made.picture
    assert plain.length_s > LEAD_S
    assert made.length_s == plain.length_s + blend.length_s == Fraction(56, 100)


def test_crossfades_take_the_place_of_the_fades_where_two_cues_meet(shelf: Shelf) -> None:
    text = "- clip: a.mp4\n  fade_in: 1\n  fade_out: 1\n- clip: b.mp4\n  fade_in: 1\n  crossfade: 1\n  fade_out: 1\n"
    cue, after = shelf.cues(text)
    assert [segment.why for segment in turn(cue).picture] == ["a fade", "", "a fade"]
    assert [segment.why for segment in blended_turn(cue, after, Fraction(4)).picture] == ["a fade", "", "a crossfade"]
    assert [segment.why for segment in turn(after).picture] == ["", "a fade"]


def test_a_fade_that_a_crossfade_always_takes_the_place_of_changes_no_length(shelf: Shelf) -> None:
    made = shelf.plan("cues:\n- clip: a.mp4\n  crossfade: 2\n  fade_out: 3\n")
    assert made.length_s(0) == made.turn(0, 0).length_s == 2
    assert not made.problems


def test_a_title_and_a_clip_blend_through_black(shelf: Shelf) -> None:
    into = follow(shelf, "- title: Safe City\n  for: 3\n- clip: a.mp4\n  crossfade: 1\n")
    assert [run.kind for run in copied(into.picture[-1]).under] == [BLACK]
    out = follow(shelf, "- clip: a.mp4\n- title: Safe City\n  for: 3\n  crossfade: 1\n")
    assert [run.kind for run in copied(out.picture[-1]).runs] == [BLACK]


def test_sound_that_does_not_fade_runs_beside_the_picture_straight_from_its_master(shelf: Shelf) -> None:
    (cue,) = shelf.cues("- clip: heard.mp4\n  in: 1\n  out: 3\n  times: 2\n  hold: 1\n")
    made = turn(cue)
    assert [part.enters_s for part in made.sound if isinstance(part, Segment)] == [1, 1]
    assert [part.source for part in made.sound if isinstance(part, Segment)] == [shelf.archive.folder / "heard.mp4"] * 2
    assert made.sound[-1] == 1
    assert length(made.sound) == made.length_s


def test_sound_that_fades_comes_from_one_copy_without_a_seam(shelf: Shelf) -> None:
    (cue,) = shelf.cues("- clip: heard.mp4\n  out: 3\n  fade_in: 1\n  fade_out: 0.5\n")
    (part,) = turn(cue).sound
    copy = sound_copy(part)
    assert (copy.fade_in_s, copy.fade_out_s) == (Fraction(1), Fraction(1, 2))
    assert copy.heard == cue.sound
    assert isinstance(part, Segment)
    assert (part.enters_s, part.length_s) == (Fraction(0), turn(cue).length_s)


def test_sound_that_fades_is_brought_in_step_with_its_picture_before_it_is_late(shelf: Shelf) -> None:
    (cue,) = shelf.cues("- clip: heard.mp4\n  out: 0.2\n  times: 20\n  fade_in: 0.2\n")
    made = turn(cue)
    assert len(made.sound) > 1  # each time gives the next one two milliseconds
    at_s = Fraction(0)
    for part in made.sound:
        assert isinstance(part, Segment)
        late_s = part.enters_s - at_s
        assert late_s % LEAD_S == 0
        at_s += part.length_s
    for before, part in pairwise(made.sound):
        assert isinstance(before, Segment)
        assert isinstance(part, Segment)
        assert 0 <= part.enters_s - before.enters_s - before.length_s <= LAG_S


def test_a_crossfade_blends_the_sounds_and_leaves_no_seam(shelf: Shelf) -> None:
    text = "- clip: heard.mp4\n- clip: heard.mp4\n  in: 1\n  crossfade: 1\n"
    cue, after = shelf.cues(text)
    body, mixed = blended_turn(cue, after, Fraction(4)).sound
    copy = sound_copy(mixed)
    assert isinstance(body, Segment)
    assert isinstance(mixed, Segment)
    assert (body.enters_s, sound_copy(body).heard) == (Fraction(0), cue.sound)
    assert mixed.enters_s == 0
    # the sound goes on where the body's leaves off, and ends where the next cue's enters
    (under,) = copy.under
    assert under.enters_s == body.length_s
    assert total(copy.heard) == mixed.length_s == 4 - body.length_s
    rising = copy.heard[-1]
    assert rising.enters_s + rising.length_s == 2
    (next_body,) = turn(after).sound
    assert isinstance(next_body, Segment)
    assert next_body.enters_s == 1
    assert sound_copy(next_body).heard[0].enters_s == 1


@pytest.mark.parametrize(
    ("text", "masters"),
    [
        ("- clip: heard.mp4\n- clip: a.mp4\n  crossfade: 1\n", (1, 0)),
        ("- clip: a.mp4\n- clip: heard.mp4\n  crossfade: 1\n", (0, 1)),
        ("- clip: heard.mp4\n- black: 3\n  crossfade: 1\n", (1, 0)),
    ],
)
def test_a_crossfade_with_silence_is_a_fade_of_the_sound(shelf: Shelf, text: str, masters: tuple[int, int]) -> None:
    made = follow(shelf, text)
    copy = sound_copy(made.sound[-1])
    assert (sum(bool(part.master) for part in copy.under), sum(bool(part.master) for part in copy.heard)) == masters
    assert length(made.sound) == made.length_s == 4


def test_a_crossfade_of_silent_cues_is_silent(shelf: Shelf) -> None:
    made = follow(shelf, "- clip: a.mp4\n- clip: b.mp4\n  crossfade: 1\n")
    assert not any(isinstance(part, Segment) for part in made.sound)


def check(made: Turn) -> None:
    """What must hold of any turn."""
    assert length(made.sound) == made.length_s > 0
    assert all(length((part,)) > 0 for part in made.sound)
    for segment in made.picture:
        assert segment.length_s > 0
        if isinstance(segment.source, Copy):
            assert segment.length_s <= segment.source.frames / segment.source.rate + LEAD_S
            assert segment.source.frames == -(-total(segment.source.runs) * segment.source.rate // 1)
        else:
            assert segment.enters_s >= (0 if segment.at_keyframe else LEAD_S)
    for part in made.sound:
        if isinstance(part, Segment) and isinstance(part.source, SoundCopy):
            assert 0 <= part.enters_s < part.enters_s + part.length_s <= total(part.source.heard)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_a_turn_is_as_long_whatever_comes_after_it(tmp_path: Path, data: st.DataObject) -> None:
    clips = data.draw(st.lists(probes(), min_size=1, max_size=3))
    shelf = Shelf(tmp_path.resolve(), **{str(number): probe for number, probe in enumerate(clips)})
    made = shelf.plan(data.draw(loops(clips)))
    for cue, after in sorted(set(made.played(made.iterations))):
        turned = made.turn(cue, after)
        check(turned)
        assert turned.length_s == made.length_s(cue)
        blends = made.cues[after].blend_s > 0
        assert (turned.picture[-1].why == "a crossfade") == blends
        if blends:
            assert abs(turned.picture[-1].length_s - made.cues[after].blend_s) <= 2 * LEAD_S


def test_the_strip_of_a_cue_is_all_played(shelf: Shelf) -> None:
    cues = shelf.cues("- clip: a.mp4\n  in: 0.4\n  fade_in: 1\n- clip: b.mp4\n  crossfade: 0.7\n  fade_out: 1\n")
    cue, after = cues
    played = [*blended_turn(cue, after, turn(cue).length_s).picture[:-1]]
    assert [shown(segment) for segment in played] == [(10, 35), (35, 83)]
    assert [shown(segment) for segment in turn(after).picture] == [(21, 90), (90, 120)]
