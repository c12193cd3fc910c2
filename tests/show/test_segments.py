from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.footage.probe import Probe
from installation.show.segments import (
    LEAD_S,
    STILL_S,
    Copy,
    Light,
    Segment,
    SoundCopy,
    blended,
    faded,
    of_sound,
    straight,
)
from installation.show.strips import BLACK, FRAMES, HOLD, STILL, Heard, Run, Strip, frames, total
from tests.show.probes import NTSC, RATES, SLOW, probe_of

FAR = probe_of(2000, size=(1920, 1080), keyint=500, name="far")
"""At this size 11 frames past a keyframe are near and 12 are far."""
RAGGED = probe_of(times=(0, 40, 90, 130, 160, 220), name="ragged")
MASTER = Path("/footage/a.mp4")
BRIGHT = Light()


def strip_of(probe: Probe, first: int = 0, last: int | None = None) -> Strip:
    run = frames(MASTER, probe, first, probe.frames if last is None else last)
    turned = probe.rotation in (90, 270)
    size = (probe.height, probe.width) if turned else (probe.width, probe.height)
    return Strip((run,), probe.rate, *size, probe)


def standing(kind: str, length_s: Fraction, rate: Fraction = Fraction(25)) -> Strip:
    return Strip((Run(kind, length_s),), rate, 640, 360)


def play(strip: Strip) -> tuple[Segment, ...]:
    return straight(strip, strip.runs[0])


def copied(segment: Segment) -> Copy:
    assert isinstance(segment.source, Copy)
    return segment.source


def shown(segment: Segment, probe: Probe) -> tuple[int, int]:
    """The frames [first, last) that a segment of a master shows."""
    first = segment.enters_s * probe.rate
    last = (segment.enters_s + segment.length_s + (LEAD_S if segment.at_keyframe else 0)) * probe.rate
    assert first.denominator == 1
    assert (segment.first, segment.last) == (int(first), min(probe.frames, int(last)) - 1)
    return int(first), min(probe.frames, int(last))


def test_a_whole_clip_plays_from_its_master() -> None:
    (segment,) = play(strip_of(probe_of(100)))
    assert segment == Segment(MASTER, Fraction(0), Fraction(4), Fraction(1, 12800), first=0, last=99)


def test_frames_that_end_before_the_end_give_the_next_ones_their_lead() -> None:
    (segment,) = play(strip_of(probe_of(100), 0, 50))
    assert segment.length_s == 2 - LEAD_S
    assert shown(segment, probe_of(100)) == (0, 50)


def test_frames_between_keyframes_take_their_lead_from_before_and_are_as_long_as_they_are() -> None:
    (segment,) = play(strip_of(probe_of(100), 7, 50))
    assert not segment.at_keyframe
    assert segment.enters_s == Fraction(28, 100)
    assert segment.length_s == Fraction(172, 100)
    assert shown(segment, probe_of(100)) == (7, 50)


def test_a_keyframe_is_entered_where_it_is() -> None:
    (segment,) = play(strip_of(probe_of(100), 15))
    assert segment.at_keyframe
    assert segment.length_s == Fraction(34, 10)


def test_times_are_those_of_the_containers_clock() -> None:
    late = replace(probe_of(100, start=Fraction(3, 2)), origin=Fraction(1))
    (segment,) = play(strip_of(late, 25))
    assert segment.enters_s == Fraction(3, 2)


@pytest.mark.parametrize("base", [Fraction(1, 25), Fraction(1, 90_000), Fraction(1001, 30_000)])
def test_a_coarse_time_base_is_divided_evenly_to_a_millisecond_at_most(base: Fraction) -> None:
    (segment,) = play(strip_of(replace(probe_of(100), time_base=base)))
    assert segment.tick <= Fraction(1, 1000)
    assert (base / segment.tick).denominator == 1


@pytest.mark.parametrize("sounds", [True, False])
def test_a_master_brings_its_sound_track_along(sounds: bool) -> None:
    probe = probe_of(sound=(Fraction(0), Fraction(4)) if sounds else None)
    (segment,) = play(strip_of(probe))
    assert segment.has_sound == sounds


def test_a_first_frame_near_its_keyframe_needs_no_copy() -> None:
    (segment,) = play(strip_of(FAR, 11))
    assert segment.source == MASTER


def test_a_first_frame_far_from_its_keyframe_has_a_copy_up_to_the_next_one() -> None:
    head, rest = play(strip_of(FAR, 12, 750))
    copy = copied(head)
    assert copy.runs == (frames(MASTER, FAR, 12, 500),)
    assert (copy.frames, copy.light, copy.under) == (488, BRIGHT, ())
    assert head == Segment(copy, Fraction(0), Fraction(488, 25), copy.tick, why="the in point lies far from a keyframe")
    assert shown(rest, FAR) == (500, 750)
    assert rest.at_keyframe


def test_far_frames_that_meet_no_keyframe_are_all_copy() -> None:
    (segment,) = play(strip_of(FAR, 250, 500))
    assert copied(segment).runs == (frames(MASTER, FAR, 250, 500),)


def test_a_clip_whose_rate_varies_plays_from_a_copy_on_the_beat() -> None:
    (segment,) = play(strip_of(RAGGED, 1, 4))
    (run,) = copied(segment).runs
    assert (run.first, run.count, copied(segment).frames) == (1, 3, 3)
    assert segment.length_s == Fraction(12, 100)
    assert segment.why == "its frame rate varies"
    assert not segment.has_sound


@pytest.mark.parametrize("container", ["mpegts", "mpeg"])
def test_a_container_that_cannot_be_entered_at_a_frame_plays_from_a_copy(container: str) -> None:
    (segment,) = play(strip_of(probe_of(100, container=container)))
    assert copied(segment).frames == 100
    assert segment.length_s == 4
    assert "cannot be entered" in segment.why


@pytest.mark.parametrize(
    ("codec", "container", "is_known"),
    [
        ("h264", "matroska", True),
        ("dnxhd", "mov", True),
        ("dnxhd", "matroska", False),
        ("ffv1", "avi", True),
        ("ffv1", "matroska", False),
        ("vvc", "mov", False),
    ],
)
def test_a_clip_whose_codec_the_player_does_not_know_plays_from_a_copy(
    codec: str, container: str, is_known: bool
) -> None:
    clip = replace(probe_of(100, container=container), codec=codec)
    (segment,) = play(strip_of(clip))
    assert segment.why == ("" if is_known else "the player does not know its codec")
    assert isinstance(segment.source, Path) == is_known


def test_a_copy_of_a_turned_clip_stands_upright() -> None:
    (segment,) = play(strip_of(probe_of(size=(640, 360), rotation=90, container="mpegts")))
    assert (copied(segment).width, copied(segment).height) == (360, 640)


@pytest.mark.parametrize(("kind", "why"), [(HOLD, "a hold"), (STILL, "a still"), (BLACK, "a black")])
def test_what_stands_still_is_a_copy_of_whole_frames(kind: str, why: str) -> None:
    (segment,) = play(standing(kind, Fraction(3, 2)))
    copy = copied(segment)
    assert (copy.frames, copy.runs, segment.length_s) == (38, (Run(kind, Fraction(38, 25)),), Fraction(3, 2))
    assert segment.why == why


def test_a_long_still_repeats_a_short_copy() -> None:
    segments = play(standing(STILL, Fraction(25)))
    assert [segment.length_s for segment in segments] == [10, 10, 5]
    assert segments[0] == segments[1]


def test_a_rest_of_less_than_a_frame_is_not_shown_by_itself() -> None:
    segments = play(standing(BLACK, Fraction(2001, 100)))
    assert [segment.length_s for segment in segments] == [10, Fraction(1001, 100)]
    assert copied(segments[1]).frames == 251


@given(st.fractions(0, 60, max_denominator=10_000), st.sampled_from(RATES))
def test_what_stands_still_lasts_as_long_as_it_should(longer_s: Fraction, rate: Fraction) -> None:
    length_s = 1 / rate + longer_s
    segments = play(standing(BLACK, length_s, rate))
    assert sum(segment.length_s for segment in segments) == length_s
    for segment in segments:
        assert 1 / rate <= segment.length_s <= copied(segment).frames / rate < segment.length_s + 1 / rate
        assert segment.length_s < STILL_S + 2 / rate


def test_a_fade_is_one_copy_of_all_that_it_covers() -> None:
    strip = strip_of(probe_of(100))
    runs = (*strip.cut(Fraction(3), Fraction(4)), Run(HOLD, Fraction(1), str(MASTER), "abc", 99, 1))
    light = Light(Fraction(1), Fraction(-1, 2))
    (segment,) = faded(strip, runs, light)
    assert segment.length_s == 2
    assert (copied(segment).frames, copied(segment).light, copied(segment).runs) == (50, light, runs)
    assert segment.why == "a fade"


Size = tuple[int, int]


def sized(size: Size, aspect: Fraction = Fraction(1), rotation: int = 0) -> Strip:
    return strip_of(replace(probe_of(size=size, rotation=rotation), sample_aspect=aspect))


def blend_of(before: Strip, strip: Strip, length_s: Fraction = Fraction(1)) -> Copy:
    start_s = before.length_s - length_s
    return copied(blended(before, start_s, strip, strip.cut(Fraction(0), length_s), length_s))


@pytest.mark.parametrize(
    ("before", "after", "size"),
    [
        (sized((640, 360)), sized((640, 360)), (640, 360)),
        (sized((640, 360)), sized((1920, 1080)), (1920, 1080)),
        (sized((1920, 1080)), sized((640, 360)), (1920, 1080)),
        (sized((640, 480)), sized((1440, 1080)), (1440, 1080)),
        (sized((720, 576)), sized((1920, 1080)), (1920, 1080)),
        (sized((1080, 1920)), sized((1920, 1080)), (3414, 1920)),
        (sized((2048, 858)), sized((640, 480)), (2048, 1152)),
        (sized((1440, 1080), Fraction(4, 3)), sized((1920, 1080)), (1920, 1080)),
        (sized((720, 576), Fraction(64, 45)), sized((720, 576), Fraction(64, 45)), (1024, 576)),
        (sized((360, 640), rotation=90), sized((640, 360)), (640, 360)),
        (sized((63, 47)), sized((63, 47)), (64, 48)),
    ],
)
def test_a_blend_is_so_large_that_either_picture_lies_in_it_as_on_the_screen(
    before: Strip, after: Strip, size: Size
) -> None:
    blend = blend_of(before, after)
    assert (blend.width, blend.height) == size


@pytest.mark.parametrize(("rate", "frames"), [(SLOW, 13), (NTSC, 30), (Fraction(60), 60)])
def test_a_blend_has_the_rate_of_the_cue_that_comes(rate: Fraction, frames: int) -> None:
    blend = blend_of(strip_of(probe_of(100)), strip_of(probe_of(400, rate)))
    assert (blend.rate, blend.frames) == (rate, frames)
    assert total(blend.under) == 1
    assert blend.seen_s == 0


def test_a_blend_that_begins_between_two_frames_goes_on_with_the_earlier() -> None:
    blend = blend_of(strip_of(probe_of(100)), strip_of(probe_of(100, Fraction(30))), Fraction(1, 30))
    assert blend.under == (frames(MASTER, probe_of(100), 99, 100),)
    assert blend.seen_s == Fraction(1, 25) - Fraction(1, 30)


HELD = Run(HOLD, Fraction(1, 5), "/here/a.mp4", "abc", 3, 1)
A_COPY = Copy(Fraction(25), 5, 640, 360, (HELD,))
A_SOUND = SoundCopy((Heard(Fraction(2), "/here/a.mp4", "abc", Fraction(1)),))


def test_a_copy_is_known_by_the_masters_content_not_by_its_path() -> None:
    under = (replace(HELD, first=9),)
    blend = replace(A_COPY, under=under)
    assert A_COPY.key == replace(A_COPY, runs=(replace(HELD, master="/elsewhere/b.mp4"),)).key
    assert blend.key == replace(blend, under=(replace(HELD, first=9, master="/elsewhere/b.mp4"),)).key
    others = [
        replace(A_COPY, runs=(replace(HELD, sha256="abd"),)),
        replace(A_COPY, runs=(replace(HELD, first=4),)),
        replace(A_COPY, runs=(replace(HELD, kind=FRAMES),)),
        replace(A_COPY, rate=SLOW),
        replace(A_COPY, frames=6),
        replace(A_COPY, light=Light(Fraction(0), Fraction(5))),
        blend,
        replace(blend, seen_s=Fraction(1, 50)),
    ]
    assert len({copy.key for copy in [A_COPY, *others]}) == 1 + len(others)


def test_a_copy_of_a_sound_is_known_by_the_masters_content_not_by_its_path() -> None:
    (heard,) = A_SOUND.heard
    assert A_SOUND.key == replace(A_SOUND, heard=(replace(heard, master="/elsewhere/b.mp4"),)).key
    others = [
        replace(A_SOUND, heard=(replace(heard, sha256="abd"),)),
        replace(A_SOUND, heard=(replace(heard, enters_s=Fraction(2)),)),
        replace(A_SOUND, fade_in_s=Fraction(1)),
        replace(A_SOUND, fade_out_s=Fraction(1)),
        replace(A_SOUND, under=A_SOUND.heard),
    ]
    assert len({copy.key for copy in [A_SOUND, *others]}) == 1 + len(others)


def test_a_copy_names_each_of_its_masters_once() -> None:
    other = replace(HELD, master="/here/b.mp4")
    assert Copy(Fraction(25), 5, 640, 360, (HELD, HELD, other, Run(BLACK, Fraction(1))), under=(HELD,)).masters == [
        "/here/a.mp4",
        "/here/b.mp4",
    ]
    heard = (Heard(Fraction(1)), *A_SOUND.heard, *A_SOUND.heard)
    assert SoundCopy(heard, under=(Heard(Fraction(1), "/here/b.mp4"),)).masters == ["/here/a.mp4", "/here/b.mp4"]


@pytest.mark.parametrize("rate", [Fraction(1), SLOW, Fraction(25), NTSC, Fraction(60), Fraction(60000, 1001)])
def test_a_frame_is_a_whole_number_of_fine_ticks(rate: Fraction) -> None:
    tick = Copy(rate, 1, 2, 2, ()).tick
    assert tick.numerator == 1
    assert tick <= Fraction(1, 10_000)
    assert (1 / rate / tick).denominator == 1


def test_sound_plays_from_its_masters_and_silence_is_a_bare_length() -> None:
    heard = Heard(Fraction(2), str(MASTER), "abc", Fraction(1), 44_100)
    assert of_sound((Heard(Fraction(1)), heard)) == (
        Fraction(1),
        Segment(MASTER, Fraction(1), Fraction(2), Fraction(1, 44_100)),
    )
