from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from installation.footage.probe import Probe, probe
from installation.show.picture_copies import encode
from installation.show.segments import Copy, Light, blended, faded
from installation.show.strips import BLACK, HOLD, Run, Strip
from tests.footage.conftest import grey, write_clip
from tests.glass.marked import Reading, Seen, decode_strip
from tests.show.pictures import (
    BT601,
    BT709,
    FULL,
    LIMITED,
    UNTOLD,
    brightness,
    copy_of,
    grey_clip,
    known,
    luma,
    pictures,
    planes,
    quiet,
    strip_of,
)

NTSC = Fraction(30000, 1001)
SLOW = Fraction(25, 2)
RAMP = range(20, 220, 2)


@pytest.fixture
def made(tmp_path: Path) -> Callable[[Copy], Path]:
    def make(copy: Copy) -> Path:
        path = tmp_path / f"{copy.key}.mp4"
        encode(path, copy, known, quiet)
        return path

    return make


Make = Callable[[Copy], Path]


def readings(path: Path) -> list[Seen]:
    rows = slice(*(pictures(path)[0].height // 10 + number for number in (-1, 1)))
    return [decode_strip(luma(frame)[rows]) for frame in pictures(path)]


def tags(found: Probe) -> tuple[int, int, int, int]:
    return found.color_range, found.matrix, found.primaries, found.transfer


@pytest.mark.parametrize("rate", [Fraction(25), SLOW, NTSC, Fraction(24000, 1001), Fraction(60)])
@pytest.mark.parametrize("frames", [1, 2, 31])
def test_a_black_is_black_and_has_its_frames_its_exact_rate_and_its_tick(
    made: Make, rate: Fraction, frames: int
) -> None:
    copy = Copy(rate, frames, 320, 180, (Run(BLACK, frames / rate),))
    path = made(copy)
    found = probe(path)
    assert (found.frames, found.rate, found.regular) == (frames, rate, True)
    assert found.start == found.origin == 0
    assert found.duration == frames / rate
    assert found.time_base == copy.tick
    assert found.keyframes[0] == 0
    assert (found.width, found.height) == (320, 180)
    assert tags(found) == (LIMITED, BT709, BT709, BT709)
    assert set(brightness(path)) == {16}


def test_a_hold_is_one_frame_again_and_again(made: Make, marked: Path) -> None:
    copy = copy_of(marked / "14-ntsc.mp4", 40, kind=HOLD, length=45)
    found = probe(made(copy))
    assert (found.frames, found.rate, found.time_base, found.keyframes[0]) == (45, NTSC, copy.tick, 0)
    assert readings(made(copy)) == [Reading(14, 40)] * 45


@pytest.mark.parametrize(
    ("name", "first", "count"),
    [
        ("11-plain.mp4", 0, 150),
        ("15-b.mp4", 7, 40),
        ("13-slow.mp4", 89, 1),
        ("18-ntsc.mkv", 44, 20),
        ("19-mpeg4.avi", 33, 30),
        ("20-far.mp4", 430, 20),
        ("21-air.ts", 3, 147),
    ],
)
def test_an_excerpt_has_exactly_the_frames_of_its_master(
    made: Make, marked: Path, name: str, first: int, count: int
) -> None:
    copy = copy_of(marked / name, first, count)
    path = made(copy)
    found = probe(path)
    assert (found.frames, found.rate, found.regular) == (count, copy.rate, True)
    assert found.start == found.keyframes[0] == 0
    assert found.time_base == copy.tick
    assert readings(path) == [Reading(int(name[:2]), first + number) for number in range(count)]


def test_a_restart_inside_a_copy_finds_a_keyframe_within_a_second(made: Make, marked: Path) -> None:
    keyframes = probe(made(copy_of(marked / "20-far.mp4", 10, 200))).keyframes
    assert max(later - earlier for earlier, later in zip(keyframes, [*keyframes[1:], 200], strict=True)) <= 30


@pytest.mark.parametrize("color_range", [LIMITED, FULL])
def test_a_copy_keeps_the_colours_of_its_master_and_their_tags(made: Make, tmp_path: Path, color_range: int) -> None:
    path = made(copy_of(write_clip(tmp_path / "a.mp4", color_range=color_range), 3, 20))
    assert tags(probe(path)) == (color_range, 6, 6, 6)
    assert brightness(path) == pytest.approx([grey(number) for number in range(3, 23)], abs=1)


def test_a_copy_keeps_the_pixels_of_a_deep_master(made: Make, tmp_path: Path) -> None:
    master = grey_clip(tmp_path / "a.mkv", [100] * 5, pixels="yuv422p10le")
    assert probe(made(copy_of(master))).pixel_format == "yuv422p10le"


def test_a_clip_whose_rate_varies_is_put_on_the_beat(made: Make, tmp_path: Path) -> None:
    at = [0, 1, 2, 3, 7, 8, 12, 13, 14, 15]
    master = write_clip(tmp_path / "a.mkv", frames=10, at=at)
    assert not probe(master).regular
    copy = replace(copy_of(master, 1, 8), frames=14, rate=Fraction(25))
    path = made(copy)
    found = probe(path)
    assert (found.frames, found.rate, found.regular) == (14, Fraction(25), True)
    shown = [max(number for number, time in enumerate(at) if time <= beat) for beat in range(1, 15)]
    assert brightness(path) == pytest.approx([grey(number) for number in shown], abs=1)


def test_a_copy_keeps_the_shape_of_its_masters_pixels(made: Make, tmp_path: Path) -> None:
    master = grey_clip(tmp_path / "a.mp4", [100] * 5, aspect=Fraction(4, 3), codec="libx264")
    for light in (Light(), Light(Fraction(0), Fraction(1))):
        assert probe(made(copy_of(master, light=light))).sample_aspect == Fraction(4, 3)


def test_runs_follow_each_other_and_a_hold_has_the_last_frame(made: Make, tmp_path: Path) -> None:
    strip = strip_of(grey_clip(tmp_path / "a.mkv", [40, 80, 120]), hold_s=Fraction(3, 25))
    runs = (strip.runs[0], *strip.runs)
    (segment,) = faded(strip, runs, Light())
    assert isinstance(segment.source, Copy)
    assert brightness(made(segment.source)) == pytest.approx([40, 80, 120, 40, 80, 120, 120, 120, 120], abs=1)


@pytest.mark.parametrize("rotation", [90, 180, 270])
@pytest.mark.parametrize("light", [Light(), Light(Fraction(1, 2))], ids=["whole", "at half its light"])
def test_a_turned_clip_stands_upright_in_its_copy(made: Make, tmp_path: Path, rotation: int, light: Light) -> None:
    path = made(copy_of(turned_quarters(tmp_path, rotation), kind=HOLD, length=3, light=light))
    found = probe(path)
    assert found.rotation == 0
    assert (found.width, found.height) == ((48, 64) if rotation in (90, 270) else (64, 48))
    corners = [int(luma(pictures(path)[0])[y, x]) for y, x in ((8, 8), (8, -8), (-8, -8), (-8, 8))]
    expected = [16 + (level - 16) * light.first for level in clockwise(rotation)]
    assert corners == pytest.approx(list(map(float, expected)), abs=3)


QUARTERS = [30, 90, 150, 210]
"""The greys of the quarters of a picture, clockwise from its upper left corner."""


def clockwise(rotation: int) -> list[int]:
    """The quarters of the picture turned upright."""
    turns = rotation // 90
    return QUARTERS[len(QUARTERS) - turns :] + QUARTERS[: len(QUARTERS) - turns]


def turned_quarters(folder: Path, rotation: int, size: tuple[int, int] = (64, 48)) -> Path:
    """A clip of one picture of four greys, and a note that it is to be turned."""
    straight, turned = folder / "straight.mp4", folder / "turned.mp4"
    with av.open(str(straight), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.options = {"crf": "4"}
        greys = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
        middle, centre = size[1] // 2, size[0] // 2
        for rows, columns, level in zip((0, 0, middle, middle), (0, centre, centre, 0), QUARTERS, strict=True):
            greys[rows : rows + middle, columns : columns + centre] = level
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(greys, format="yuv420p")))
        container.mux(stream.encode(None))
    _turn(straight, turned, rotation)
    return turned


def _turn(source: Path, target: Path, clockwise: int) -> None:
    """Copy an MP4 and write a rotation into its track header (ISO/IEC 14496-12, 8.3.2: the matrix)."""
    raw = bytearray(source.read_bytes())
    matrix = raw.index(b"tkhd") + 4 + 40
    one, minus = (1 << 16).to_bytes(4), (-(1 << 16)).to_bytes(4, signed=True)
    none = bytes(4)
    a, b, c, d = {90: (none, one, minus, none), 180: (minus, none, none, minus), 270: (none, minus, one, none)}[
        clockwise
    ]
    raw[matrix : matrix + 20] = a + b + none + c + d
    target.write_bytes(raw)


@pytest.mark.parametrize("size", [(63, 47), (64, 47), (63, 48)])
@pytest.mark.parametrize("pixels", ["bgr0", "yuv420p", "yuv422p", "yuv444p"])
def test_a_picture_of_odd_size_keeps_every_pixel(
    made: Make, tmp_path: Path, size: tuple[int, int], pixels: str
) -> None:
    master = tmp_path / "a.mkv"
    with av.open(str(master), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        for _ in range(5):
            shade = np.full((size[1], size[0], 3), 100, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shade, format="rgb24")))
        container.mux(stream.encode(None))
    path = made(copy_of(master, 4, kind=HOLD, length=5))
    found = probe(path)
    assert (found.width, found.height, found.frames) == (*size, 5)
    assert brightness(path) == pytest.approx([16 + 100 * 219 / 255] * 5, abs=2)


@pytest.mark.parametrize("size", [(64, 48), (63, 47), (64, 47)])
@pytest.mark.parametrize(("color_range", "black"), [(LIMITED, 16), (FULL, 0)])
def test_a_fade_in_has_the_right_light_at_every_quarter_and_begins_black(
    made: Make, tmp_path: Path, size: tuple[int, int], color_range: int, black: int
) -> None:
    master = grey_clip(tmp_path / "a.mkv", [235] * 100, size=size, color_range=color_range)
    copy = copy_of(master, light=Light(Fraction(0), Fraction(1, 4)))
    path = made(copy)
    found = brightness(path)
    assert found[0] == black
    for quarter in (25, 50, 75):
        ideal = black + (235 - black) * quarter / 100
        assert found[quarter] == pytest.approx(ideal, abs=0.02 * (235 - black))
    assert found[99] == pytest.approx(black + (235 - black) * 0.99, abs=2)
    assert found == sorted(found)
    assert tags(probe(path))[:2] == (color_range, BT709)
    assert (probe(path).width, probe(path).height) == size


def test_a_fade_out_is_the_fade_in_backwards(made: Make, tmp_path: Path) -> None:
    master = grey_clip(tmp_path / "a.mkv", [200] * 50)
    found = brightness(made(copy_of(master, light=Light(Fraction(1), Fraction(-1, 2)))))
    assert found == pytest.approx([16 + 184 * (1 - number / 50) for number in range(50)], abs=2)


def test_a_fade_takes_the_colour_with_the_light(made: Make, tmp_path: Path) -> None:
    master = tmp_path / "a.mkv"
    with av.open(str(master), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        colour = np.concatenate([np.full((48, 64), 80), np.full((12, 64), 90), np.full((12, 64), 240)])
        for _ in range(4):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(colour.astype(np.uint8), format="yuv420p")))
        container.mux(stream.encode(None))
    for number, frame in enumerate(pictures(made(copy_of(master, light=Light(Fraction(0), Fraction(25, 4)))))):
        part = number / 4
        middles = [int(np.median(plane)) for plane in planes(frame)]
        assert middles == pytest.approx([16 + 64 * part, 128 - 38 * part, 128 + 112 * part], abs=2)


def test_a_fade_over_moving_pictures_dims_each_of_them(made: Make, tmp_path: Path) -> None:
    master = grey_clip(tmp_path / "a.mkv", RAMP)
    found = brightness(made(copy_of(master, 10, 50, light=Light(Fraction(0), Fraction(1, 2)))))
    levels = list(RAMP)[10:60]
    assert found == pytest.approx([16 + (level - 16) * n / 50 for n, level in enumerate(levels)], abs=2)


def blend_of(before: Strip, after: Strip, length_s: Fraction) -> Copy:
    runs = after.cut(Fraction(0), length_s)
    segment = blended(before, before.length_s - length_s, after, runs, length_s)
    assert isinstance(segment.source, Copy)
    return segment.source


def test_a_crossfade_goes_in_even_steps_from_one_cue_to_the_next(made: Make, tmp_path: Path) -> None:
    before = strip_of(grey_clip(tmp_path / "a.mkv", [40] * 50))
    after = strip_of(grey_clip(tmp_path / "b.mkv", [200] * 50))
    found = brightness(made(blend_of(before, after, Fraction(1))))
    assert found == pytest.approx([40 + 160 * number / 25 for number in range(25)], abs=2)


def test_both_pictures_of_a_crossfade_move_on(made: Make, tmp_path: Path) -> None:
    levels = list(RAMP)
    before = strip_of(grey_clip(tmp_path / "a.mkv", levels))
    after = strip_of(grey_clip(tmp_path / "b.mkv", levels[::-1]))
    found = brightness(made(blend_of(before, after, Fraction(2))))
    mixed = [levels[50 + n] * (1 - n / 50) + levels[99 - n] * n / 50 for n in range(50)]
    assert found == pytest.approx(mixed, abs=2)


def test_a_crossfade_of_unlike_rates_shows_at_each_beat_what_the_cue_before_showed_then(
    made: Make, tmp_path: Path
) -> None:
    levels = list(RAMP)
    before = strip_of(grey_clip(tmp_path / "a.mkv", levels, rate=SLOW))
    after = strip_of(grey_clip(tmp_path / "b.mkv", [16] * 100, rate=Fraction(30)))
    start_s = before.length_s - 1
    number = [int((start_s + Fraction(n, 30)) * SLOW) for n in range(30)]
    assert number[0] == 87  # begun 0.04 s before the crossfade
    found = brightness(made(blend_of(before, after, Fraction(1))))
    assert found == pytest.approx([16 + (levels[m] - 16) * (1 - n / 30) for n, m in enumerate(number)], abs=2)


def test_a_crossfade_from_a_clip_whose_rate_varies(made: Make, tmp_path: Path) -> None:
    at = [0, 1, 2, 3, 7, 8, 12, 13, 14, 15]
    levels = [40 + 18 * number for number in range(10)]
    before = strip_of(grey_clip(tmp_path / "a.mkv", levels, at=at, codec="libx264"))
    after = strip_of(grey_clip(tmp_path / "b.mkv", [16] * 50))
    assert before.probe
    assert not before.probe.regular
    length_s = Fraction(10, 25)
    found = brightness(made(blend_of(before, after, length_s)))
    start = (before.length_s - length_s) * 25
    seen = [max(n for n, time in enumerate(at) if time <= start + beat) for beat in range(10)]
    assert found == pytest.approx([16 + (levels[n] - 16) * (1 - k / 10) for k, n in enumerate(seen)], abs=2)


def test_a_crossfade_into_black_and_out_of_it(made: Make, tmp_path: Path) -> None:
    clip = strip_of(grey_clip(tmp_path / "a.mkv", [200] * 50, color_range=FULL))
    black = Strip((Run(BLACK, Fraction(3)),), Fraction(25), 64, 48)
    into, out = made(blend_of(clip, black, Fraction(1))), made(blend_of(black, clip, Fraction(1)))
    assert brightness(into) == pytest.approx([200 * (1 - n / 25) for n in range(25)], abs=2)
    assert brightness(out) == pytest.approx([200 * n / 25 for n in range(25)], abs=2)
    assert tags(probe(into)) == tags(probe(out)) == (FULL, BT709, BT709, BT709)


@pytest.mark.parametrize(
    ("size", "aspect", "bars"),
    [
        ((64, 36), Fraction(1), (0, 0)),  # the screen's own shape
        ((48, 36), Fraction(1), (16, 0)),  # 4:3: bars left and right
        ((48, 36), Fraction(4, 3), (0, 0)),  # 4:3 pixels of 16:9 picture
        ((84, 36), Fraction(1), (0, 9)),  # 21:9: bars above and below
        ((36, 64), Fraction(1), (44, 0)),  # on end
    ],
)
def test_pictures_of_unlike_shapes_blend_as_they_lie_on_the_screen(
    made: Make, tmp_path: Path, size: tuple[int, int], aspect: Fraction, bars: tuple[int, int]
) -> None:
    before = strip_of(grey_clip(tmp_path / "a.mp4", [200] * 50, size=size, aspect=aspect, codec="libx264"))
    after = strip_of(grey_clip(tmp_path / "b.mkv", [100] * 50, size=(128, 72)))
    path = made(blend_of(before, after, Fraction(1)))
    found = probe(path)
    assert found.sample_aspect in (0, 1)
    assert Fraction(found.width, found.height) == pytest.approx(16 / 9, rel=0.03)
    first, middle = luma(pictures(path)[0]), luma(pictures(path)[12])
    scale = found.height / 72
    wide, high = (round(bar * scale) for bar in bars)
    lit = first > 108
    assert columns(lit) == pytest.approx((wide, found.width - wide), abs=3)
    assert rows(lit) == pytest.approx((high, found.height - high), abs=3)
    assert int(first[found.height // 2, found.width // 2]) == pytest.approx(200, abs=2)
    assert int(first[~lit].max(initial=16)) < 108
    if wide > 4:
        assert int(first[found.height // 2, 1]) == pytest.approx(16, abs=2)
        assert int(middle[found.height // 2, 1]) == pytest.approx(16 + 84 * 12 / 25, abs=2)
    assert int(middle[found.height // 2, found.width // 2]) == pytest.approx(200 - 100 * 12 / 25, abs=2)


def columns(lit: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> tuple[int, int]:
    """The first column that is lit in the middle row, and the first after it that is not."""
    found = np.flatnonzero(lit[lit.shape[0] // 2])
    return int(found[0]), int(found[-1]) + 1


def rows(lit: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> tuple[int, int]:
    """The first row that is lit in the middle column, and the first after it that is not."""
    return columns(lit.T)


def test_a_turned_clip_blends_upright(made: Make, tmp_path: Path) -> None:
    before = strip_of(turned_quarters(tmp_path, 90, (48, 64)))
    after = strip_of(grey_clip(tmp_path / "b.mkv", [16] * 20, size=(64, 48)))
    path = made(blend_of(before, after, Fraction(1, 5)))
    assert (probe(path).width, probe(path).height) == (64, 48)
    first = luma(pictures(path)[0])
    assert [int(first[y, x]) for y, x in ((8, 8), (8, -8), (-8, -8), (-8, 8))] == pytest.approx(clockwise(90), abs=5)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((LIMITED, BT601), (LIMITED, BT601), (LIMITED, BT601, BT601, BT601)),
        ((FULL, BT709), (FULL, BT709), (FULL, BT709, BT709, BT709)),
        ((LIMITED, BT601), (LIMITED, BT709), (LIMITED, BT709, BT709, BT709)),
        ((FULL, BT709), (LIMITED, BT709), (LIMITED, BT709, BT709, BT709)),
        ((LIMITED, UNTOLD), (LIMITED, UNTOLD), (LIMITED, BT709, BT709, BT709)),
    ],
)
def test_a_crossfade_keeps_the_colours_that_both_agree_on_else_it_has_those_of_hd(
    made: Make, tmp_path: Path, before: tuple[int, int], after: tuple[int, int], expected: tuple[int, ...]
) -> None:
    strips = [
        strip_of(grey_clip(tmp_path / f"{matrix}{place}.mkv", [180] * 20, color_range=color_range, matrix=matrix))
        for place, (color_range, matrix) in enumerate((before, after))
    ]
    path = made(blend_of(strips[0], strips[1], Fraction(2, 5)))
    assert tags(probe(path)) == expected
    shades = [180 if color_range == expected[0] else 16 + 180 * 219 / 255 for color_range, _ in (before, after)]
    mixed = [shades[0] * (1 - number / 10) + shades[1] * number / 10 for number in range(10)]
    assert brightness(path) == pytest.approx(mixed, abs=2)
