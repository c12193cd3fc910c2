from fractions import Fraction

import pytest

from installation.config.loop import ClipCue
from installation.show.trimming import CueError, trimmed
from tests.loops import read_loop
from tests.show.probes import NTSC, SLOW, probe_of

PAL = Fraction(25)


def cue(points: str) -> ClipCue:
    (found,) = read_loop(f"cues:\n- clip: street/a.mp4\n  {points}\n").cues
    assert isinstance(found, ClipCue)
    return found


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
    assert trimmed(cue(points), probe_of(100, rate)) == frames


def test_points_in_a_clip_whose_rate_varies_mean_its_own_frames() -> None:
    ragged = probe_of(times=(0, 40, 90, 130, 160, 220))
    assert trimmed(cue("in: 0.04\n  out: 0.16"), ragged) == (1, 4)
    assert trimmed(cue("in: 0.05"), ragged) == (2, 6)


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
    ],
)
def test_what_is_wrong_with_a_point_is_told_at_its_key(points: str, key: str, told: str) -> None:
    with pytest.raises(CueError) as caught:
        trimmed(cue(points), probe_of(100))
    assert (caught.value.key, str(caught.value)) == (key, told)
