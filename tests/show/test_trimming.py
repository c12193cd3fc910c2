from dataclasses import replace
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.config.loop import ClipCue
from installation.footage.probe import Probe
from installation.show.strips import FRAMES, HOLD, total
from installation.show.trimming import Clip, CueError, Excerpt, excerpt, lit_s
from tests.loops import read_loop
from tests.show.probes import NTSC, RATES, SLOW, flashes_of, probe_of

PAL = Fraction(25)


def cue(points: str) -> ClipCue:
    (found,) = read_loop(f"cues:\n- clip: street/a.mp4\n  {points}\n").cues
    assert isinstance(found, ClipCue)
    return found


def clip(probe: Probe, *flashes: int) -> Clip:
    return Clip("a.mp4", Path("/street/a.mp4"), probe, flashes_of(probe, *flashes))


def trimmed(points: str, probe: Probe, *flashes: int) -> tuple[int, int]:
    found = excerpt(cue(points), clip(probe, *flashes))
    return found.first, found.last


@pytest.mark.parametrize(
    ("rate", "points", "frames"),
    [
        (PAL, "times: 1", (0, 100)),
        (PAL, "in: 0.4\n  out: 0.8", (10, 20)),
        (PAL, "in: 0.39\n  out: 0.79", (10, 20)),
        (PAL, "in: 0.41\n  out: 0.81", (11, 21)),
        (PAL, "in: '00:00:01:10'\n  out: '00:00:01:11'", (35, 36)),
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
    rate: Fraction, points: str, frames: tuple[int, int]
) -> None:
    assert trimmed(points, probe_of(100, rate)) == frames


def test_points_in_a_clip_whose_rate_varies_mean_its_own_frames() -> None:
    ragged = probe_of(times=(0, 40, 90, 130, 160, 220))
    assert trimmed("in: 0.04\n  out: 0.16", ragged) == (1, 4)
    assert trimmed("in: 0.05", ragged) == (2, 6)
    assert trimmed("in: flash 1\n  out: last flash + 00:00:00:00", ragged, 2, 4) == (2, 4)


@pytest.mark.parametrize(
    ("points", "frames"),
    [
        ("in: first flash", (20, 100)),
        ("in: flash 2 - 0.5s\n  out: flash 3 + 1s", (28, 85)),
        ("in: flash 2 + 0.04", (41, 100)),
        ("in: flash 2 - 0.041\n  out: last flash + 0.041", (39, 62)),
        ("out: last flash", (0, 60)),
        ("out: flash 1 + 00:00:00:12", (0, 32)),
        ("in: flash 1 - 0.81\n  out: last flash + 1.61", (0, 100)),
    ],
)
def test_points_may_be_told_from_a_flash(points: str, frames: tuple[int, int]) -> None:
    assert trimmed(points, probe_of(100), 20, 40, 60) == frames


@given(st.data(), st.sampled_from(RATES), st.integers(1, 500))
def test_a_flash_and_whole_frames_away_from_it_mean_exactly_those_frames(
    data: st.DataObject, rate: Fraction, frames: int
) -> None:
    flashes = sorted(data.draw(st.sets(st.integers(0, frames - 1), min_size=1, max_size=9)))
    number = data.draw(st.integers(1, len(flashes)))
    away = data.draw(st.integers(-flashes[number - 1], frames - 1 - flashes[number - 1]))
    seconds, label = divmod(abs(away), ceil(rate))
    # a label can tell every frame, but at 12.5 frames a second, which are even in seconds
    offset = f"{abs(away) * 0.08:.2f}s" if rate == SLOW else f"00:{seconds // 60:02d}:{seconds % 60:02d}:{label:02d}"
    sign = "-" if away < 0 else "+"
    first, last = trimmed(f"in: flash {number} {sign} {offset}", probe_of(frames, rate), *flashes)
    assert (first, last) == (flashes[number - 1] + away, frames)


@pytest.mark.parametrize(
    ("points", "key", "told"),
    [
        ("out: 0:16.5", "out", "out point 0:16.5 lies after the end of a.mp4 (0:04)."),
        ("in: 4", "in", "in point 0:04 lies after the end of a.mp4 (0:04)."),
        ("in: 3\n  out: 2", "out", "out point 0:02 does not lie after the in point 0:03; swap them."),
        ("in: 3\n  out: 3", "out", "out point 0:03 does not lie after the in point 0:03; swap them."),
        (
            "in: 1.001\n  out: 1.002",
            "out",
            "no frame of a.mp4 lies between its in and out point (0:01.001 to 0:01.002); move them apart.",
        ),
        ("in: 00:00:01:25", "in", "frame 25 does not exist at 25 fps (0 to 24)."),
        ("out: 00:00:01:25", "out", "frame 25 does not exist at 25 fps (0 to 24)."),
        ("in: flash 4", "in", "a.mp4 has 3 flashes; there is no flash 4."),
        ("out: flash 6 + 1s", "out", "a.mp4 has 3 flashes; there is no flash 6."),
        ("hold: on flash 9 for 2", "hold", "a.mp4 has 3 flashes; there is no flash 9."),
        (
            "in: flash 1 - 5s",
            "in",
            "in point flash 1 - 5s lies 4.2 s before the beginning of a.mp4 (0:00; flash 1 is at 0:00.8).",
        ),
        (
            "out: first flash - 1s",
            "out",
            "out point first flash - 1s lies 0.2 s before the beginning of a.mp4 (0:00; flash 1 is at 0:00.8).",
        ),
        (
            "out: last flash + 2s",
            "out",
            "out point last flash + 2s lies 0.4 s after the end of a.mp4 (0:04; the last flash is at 0:02.4).",
        ),
        ("in: flash 3 + 1.6s", "in", "in point flash 3 + 1.6s lies 0 s after the end of a.mp4 (0:04; flash 3 is at"),
        ("in: flash 2 - 00:00:00:25", "in", "frame 25 does not exist at 25 fps (0 to 24)."),
        (
            "in: flash 3\n  out: flash 2 + 0.2",
            "out",
            "out point flash 2 + 0.2 (0:01.8) does not lie after the in point flash 3 (0:02.4); swap them.",
        ),
        (
            "in: 2\n  out: 3\n  hold: on flash 1 for 2s",
            "hold",
            "held frame flash 1 (0:00.8) is not among those shown of a.mp4 (0:02 to 0:02.96); hold another, or",
        ),
        (
            "out: flash 2\n  hold: on flash 2",
            "hold",
            "held frame flash 2 (0:01.6) is not among those shown of a.mp4 (0:00 to 0:01.56); hold another, or",
        ),
        (
            "out: flash 2 + 0.04\n  hold: on flash 2",
            "hold",
            "the held frame is the last that is shown of a.mp4; say for how long it stays: 'on … for 2s'.",
        ),
    ],
)
def test_what_is_wrong_with_a_point_is_told_at_its_key(points: str, key: str, told: str) -> None:
    with pytest.raises(CueError) as caught:
        excerpt(cue(points), clip(probe_of(100), 20, 40, 60))
    assert caught.value.key == key
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize(
    ("flashes", "point", "told"),
    [
        ((), "first flash", "a.mp4 has no flashes; there is no flash 1."),
        ((), "last flash", "a.mp4 has no flashes."),
        ((7,), "flash 2", "a.mp4 has 1 flash; there is no flash 2."),
    ],
)
def test_too_few_flashes_are_told_with_their_number(flashes: tuple[int, ...], point: str, told: str) -> None:
    with pytest.raises(CueError) as caught:
        trimmed(f"in: {point}", probe_of(100), *flashes)
    assert str(caught.value) == told


def kinds(found: Excerpt, probe: Probe) -> list[tuple[str, int, int, Fraction]]:
    return [(run.kind, run.first, run.count, run.length_s) for run in found.runs(clip(probe))]


def test_a_held_flash_stays_for_its_time_and_the_clip_goes_on_each_time() -> None:
    probe = probe_of(100)
    found = excerpt(cue("in: 1\n  out: 3\n  times: 2\n  hold: on flash 2 for 2s"), clip(probe, 20, 40, 60))
    assert found == Excerpt(25, 75, 2, held=40, hold_s=Fraction(2))
    once = [
        (FRAMES, 25, 16, Fraction(16, 25)),
        (HOLD, 40, 1, Fraction(2)),
        (FRAMES, 41, 34, Fraction(34, 25)),
    ]
    assert kinds(found, probe) == once * 2


def test_a_flash_that_is_held_for_the_rest_of_the_cue_makes_it_no_longer() -> None:
    probe = probe_of(100)
    found = excerpt(cue("out: 3\n  hold: on first flash"), clip(probe, 20, 40))
    assert kinds(found, probe) == [(FRAMES, 0, 21, Fraction(21, 25)), (HOLD, 20, 1, Fraction(54, 25))]
    assert total(found.runs(clip(probe))) == 3


def test_of_a_flash_the_brightest_frame_is_held_of_any_other_point_the_frame_that_is_shown_then() -> None:
    probe = probe_of(100)
    rolling = replace(flashes_of(probe, 40)[0], frames=2, brightest=41)
    lit = Clip("a.mp4", Path("/street/a.mp4"), probe, (rolling,))
    assert excerpt(cue("hold: on flash 1 for 2s"), lit).held == 41
    assert excerpt(cue("hold: on flash 1 + 0s for 2s"), lit).held == 40
    assert excerpt(cue("hold: on 0:02 for 2s"), lit).held == 50


def test_the_last_frame_may_be_held_where_it_is_a_flash() -> None:
    probe = probe_of(100)
    found = excerpt(cue("out: flash 2 + 0.04\n  hold: on flash 2 for 0.001"), clip(probe, 20, 40))
    assert kinds(found, probe) == [(FRAMES, 0, 41, Fraction(41, 25)), (HOLD, 40, 1, Fraction(1, 25))]


def test_flashes_are_seen_where_the_runs_show_their_beginning() -> None:
    probe = probe_of(100)
    lit = clip(probe, 20, 40, 60)
    shown = excerpt(cue("in: 1\n  out: flash 3\n  times: 2\n  hold: on flash 2 for 2s"), lit).runs(lit)
    assert lit_s(shown, lit) == (Fraction(15, 25), Fraction(15 + 35 + 50, 25))
    assert lit_s(shown, clip(probe)) == ()
