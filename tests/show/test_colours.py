from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from installation.show.colours import HD, Colours, blend, dim, fitted, of_clip, planes
from tests.show import pictures
from tests.show.pictures import BT601, BT709, FULL, LIMITED, UNTOLD, flat, luma
from tests.show.probes import probe_of

Colour = tuple[int, int, int]
Floats = NDArray[np.float64]
FULL_HD = replace(HD, range=FULL)


def mixing(matrix: int) -> Floats:
    """What makes luma and chroma (0 to 1, -0.5 to 0.5) of red, green and blue (ITU-R BT.601, BT.709)."""
    red, blue = {BT601: (0.299, 0.114), BT709: (0.2126, 0.0722)}[matrix]
    luma = np.array([red, 1 - red - blue, blue])
    return np.array([luma, ([0, 0, 1] - luma) / (2 - 2 * blue), ([1, 0, 0] - luma) / (2 - 2 * red)])


def scales(color_range: int) -> tuple[Floats, Floats]:
    """The levels of black, and how many there are from it to the brightest."""
    black, steps = (16, (219, 224, 224)) if color_range == LIMITED else (0, (255, 255, 255))
    return np.array([black, 128, 128]), np.array(steps)


def coloured(colour: Colour, size: tuple[int, int], matrix: int, color_range: int) -> av.VideoFrame:
    """A flat colour, as a file of that matrix and range holds it."""
    black, steps = scales(color_range)
    levels = np.rint(black + steps * (mixing(matrix) @ (np.array(colour) / 255)))
    made = av.VideoFrame(*size, "yuv420p")
    for plane, level in zip(made.planes, levels, strict=True):
        plane.update(bytes([int(level)]) * plane.buffer_size)
    made.color_range = color_range
    return made


def seen(frame: av.VideoFrame, matrix: int, color_range: int) -> Colour:
    """The colour in the middle of a frame, taken for that matrix and range."""
    black, steps = scales(color_range)
    levels = [plane[plane.shape[0] // 2, plane.shape[1] // 2] for plane in pictures.planes(frame)]
    red, green, blue = np.linalg.inv(mixing(matrix)) @ ((np.array(levels) - black) / steps) * 255
    return round(red), round(green), round(blue)


def test_a_clip_keeps_its_own_colours() -> None:
    clip = replace(probe_of(), pixel_format="yuv444p", color_range=FULL, matrix=5, primaries=6, transfer=7)
    assert of_clip(replace(clip, sample_aspect=Fraction(4, 3))) == Colours("yuv444p", FULL, 5, 6, 7, Fraction(4, 3))


@pytest.mark.parametrize(("rotation", "aspect"), [(0, "4/3"), (90, "3/4"), (180, "4/3"), (270, "3/4")])
def test_pixels_that_are_wide_are_high_when_the_picture_is_turned(rotation: int, aspect: str) -> None:
    clip = replace(probe_of(rotation=rotation), sample_aspect=Fraction(4, 3))
    assert of_clip(clip).aspect == Fraction(aspect)


def test_a_clip_that_tells_nothing_of_its_pixels_has_square_ones() -> None:
    assert of_clip(replace(probe_of(), sample_aspect=Fraction(0))).aspect == 1


def test_a_file_tells_how_its_colours_are_meant_or_it_does_not() -> None:
    assert HD.is_told
    assert not HD.is_full
    assert FULL_HD.is_full
    assert not replace(HD, matrix=UNTOLD).is_told
    assert replace(HD, pixels="yuv444p", aspect=Fraction(2)).tags == HD.tags


@pytest.mark.parametrize(("size", "form"), [((64, 48), "yuv420p"), ((63, 48), "yuv444p"), ((64, 47), "yuv444p")])
def test_an_odd_size_has_whole_planes(size: tuple[int, int], form: str) -> None:
    assert planes(*size) == form


@pytest.mark.parametrize("size", [(64, 48), (63, 47)])
@pytest.mark.parametrize(("colours", "black"), [(HD, 16), (FULL_HD, 0)])
@pytest.mark.parametrize("light", ["0", "1/4", "1/2", "3/4", "1"])
def test_light_is_a_share_of_the_signal(size: tuple[int, int], colours: Colours, black: int, light: str) -> None:
    frame = flat(200, size, planes(*size))
    frame.color_range = colours.range
    dimmed = dim(frame, Fraction(light), colours)
    assert (dimmed.width, dimmed.height, dimmed.color_range) == (*size, colours.range)
    assert np.unique(luma(dimmed)).tolist() == [round(black + (200 - black) * Fraction(light))]


def test_a_deep_picture_is_dimmed_too() -> None:
    frame = av.VideoFrame.from_ndarray(np.full((72, 64), 200 << 2, np.uint16), format="yuv420p10le")
    assert np.unique(luma(dim(frame, Fraction(1, 2), HD))).tolist() == pytest.approx([108], abs=1)


@pytest.mark.parametrize(("share", "level"), [("0", 40), ("1/4", 80), ("1/2", 120), ("3/4", 160), ("1", 200)])
def test_two_pictures_at_once_share_the_light(share: str, level: int) -> None:
    one, other = flat(40, (64, 48), "yuv420p"), flat(200, (64, 48), "yuv420p")
    mixed = blend(one, other, Fraction(share), HD)
    assert np.unique(luma(mixed)).tolist() == [level]
    assert [np.unique(plane).tolist() for plane in pictures.planes(mixed)[1:]] == [[128], [128]]


def test_a_picture_that_fits_is_left_as_it_is() -> None:
    ramp = np.tile(np.arange(72, dtype=np.uint8)[:, None] + 60, (1, 64))
    frame = av.VideoFrame.from_ndarray(ramp, format="yuv420p")
    frame.colorspace, frame.color_range = BT709, LIMITED
    assert (fitted(frame, (64, 48), HD, HD).to_ndarray() == ramp).all()


@pytest.mark.parametrize(
    ("size", "aspect", "left", "top"),
    [
        ((64, 36), "1", 0, 0),
        ((48, 36), "1", 16, 0),
        ((48, 36), "4/3", 0, 0),
        ((72, 36), "1", 0, 4),
        ((36, 64), "1", 44, 0),
        ((1280, 720), "1", 0, 0),
    ],
)
@pytest.mark.parametrize("colours", [HD, FULL_HD])
def test_a_picture_lies_whole_in_the_middle_of_a_black_one(
    size: tuple[int, int], aspect: str, left: int, top: int, colours: Colours
) -> None:
    frame = flat(200, size, "yuv420p")
    frame.color_range, frame.colorspace = colours.range, BT709
    canvas = fitted(frame, (128, 72), replace(colours, aspect=Fraction(aspect)), colours)
    levels = luma(canvas)
    assert (canvas.width, canvas.height) == (128, 72)
    lit = levels > 108
    assert lit[top + 1 : 71 - top, left + 1 : 127 - left].all()
    assert int(lit.sum()) == pytest.approx((128 - 2 * left) * (72 - 2 * top), rel=0.02)
    assert levels[lit] == pytest.approx(200, abs=1)
    assert levels[~lit] == pytest.approx(0 if colours.is_full else 16, abs=0)


COLOURS = [(200, 30, 30), (40, 180, 60), (224, 172, 150), (20, 30, 160), (128, 128, 128), (235, 235, 20)]


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("color_range", [LIMITED, FULL])
@pytest.mark.parametrize(
    ("size", "matrix", "meant"),
    [
        ((640, 360), BT709, BT709),
        ((640, 360), BT601, BT601),
        ((720, 576), UNTOLD, BT601),  # what libmpv takes small pictures for
        ((1280, 720), UNTOLD, BT709),
    ],
)
def test_colours_look_the_same_in_those_of_hd(
    colour: Colour, color_range: int, size: tuple[int, int], matrix: int, meant: int
) -> None:
    own = Colours(range=color_range, matrix=matrix, primaries=matrix, transfer=matrix)
    frame = coloured(colour, size, meant, color_range)
    frame.colorspace = matrix
    assert seen(frame, meant, color_range) == pytest.approx(colour, abs=2)
    assert seen(fitted(frame, (1280, 720), own, HD), BT709, LIMITED) == pytest.approx(colour, abs=3)


@pytest.mark.parametrize("colour", COLOURS)
def test_the_colours_of_a_picture_of_red_green_and_blue_are_those_of_hd(colour: Colour) -> None:
    frame = av.VideoFrame.from_ndarray(np.full((360, 640, 3), colour, np.uint8), format="rgb24")
    assert seen(fitted(frame, (640, 360), HD, HD), BT709, LIMITED) == pytest.approx(colour, abs=2)
