"""Light and colour of decoded frames: dimmed for a fade, brought together for a crossfade."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from installation.footage.probe import Probe

if TYPE_CHECKING:
    import numpy as np
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

    Levels = NDArray[np.uint8]

_LIMITED, _FULL = 1, 2  # AVCOL_RANGE_MPEG, AVCOL_RANGE_JPEG
_BT709, _BT601, _UNTOLD = 1, 5, 2  # ITU-T H.273
_KNOWN = (1, 4, 5, 6, 7, 9)
_BLACK, _GREY = 16, 128
_RGB = "rgb24"
_HD_WIDTH, _HD_HEIGHT = 1280, 576
"""From this width or above this height on libmpv takes colours that nothing is told of for BT.709, else for BT.601."""


@dataclass(frozen=True, slots=True)
class Colours:
    """How a picture's numbers are meant: pixel format, range, tags of ITU-T H.273, and a pixel's width to height."""

    pixels: str = "yuv420p"
    range: int = _LIMITED
    matrix: int = _BT709
    primaries: int = _BT709
    transfer: int = _BT709
    aspect: Fraction = Fraction(1)

    @property
    def tags(self) -> tuple[int, int, int, int]:
        """Return what says how the numbers are meant, not how they lie."""
        return self.range, self.matrix, self.primaries, self.transfer

    @property
    def is_told(self) -> bool:
        """Whether the file says how its colours are meant; else a player guesses by the picture's size."""
        return self.matrix != _UNTOLD

    @property
    def is_full(self) -> bool:
        """Whether black is 0, not 16."""
        return self.range == _FULL


HD = Colours()
"""What is shown of a still, and of pictures that do not agree."""


def of_clip(probe: Probe) -> Colours:
    """Return the colours of a clip, upright."""
    aspect = probe.sample_aspect or Fraction(1)
    turned = probe.rotation in (90, 270)
    tags = probe.color_range, probe.matrix, probe.primaries, probe.transfer
    return Colours(probe.pixel_format, *tags, 1 / aspect if turned else aspect)


def planes(width: int, height: int) -> str:
    """Return the format of 8-bit planes in which pictures of a size are dimmed and blended."""
    return "yuv420p" if width % 2 == height % 2 == 0 else "yuv444p"


def dim(frame: "VideoFrame", light: Fraction, colours: Colours) -> "VideoFrame":
    """Return a frame at a fraction of its light, 0 black, 1 as it is: the signal itself in proportion."""
    import numpy as np

    form = planes(frame.width, frame.height)
    levels = _levels(frame.reformat(format=form, dst_color_range=_range(colours)))
    black, part, bright = (0 if colours.is_full else _BLACK), float(light), np.arange(256)
    luma = np.rint((bright - black) * part + black).clip(0, 255).astype(np.uint8)
    chroma = np.rint((bright - _GREY) * part + _GREY).astype(np.uint8)
    rows = _luma_rows(frame)
    return _frame(np.concatenate([luma[levels[:rows]], chroma[levels[rows:]]]), form, colours)


def blend(before: "VideoFrame", after: "VideoFrame", share: Fraction, colours: Colours) -> "VideoFrame":
    """Return two frames of one size and format at once, `after` with its share of the light (0 to 1)."""
    import cv2
    import numpy as np

    part = float(share)
    mixed = cv2.addWeighted(_levels(before), 1 - part, _levels(after), part, 0)
    return _frame(np.asarray(mixed, np.uint8), after.format.name, colours)


def fitted(frame: "VideoFrame", size: tuple[int, int], own: Colours, colours: Colours) -> "VideoFrame":
    """Return a frame whole, in other colours, in the middle of a black one of square pixels; width and height even.

    `own` are the colours it has; `size` is width and height in pixels.
    """
    import numpy as np
    from av.video.reformatter import Interpolation

    exactly = Interpolation.LANCZOS | Interpolation.ACCURATE_RND
    shape = Fraction(frame.width, frame.height) * own.aspect
    scale = min(size[0] / shape, Fraction(size[1]))
    width, height = (max(2, round(side / 2) * 2) for side in (scale * shape, scale))
    theirs, ours = _matrix(own, frame), _matrix(colours, frame)
    if theirs != ours:
        # swscale's direct way from one matrix to another loses a level
        frame = frame.reformat(format=_RGB, src_colorspace=theirs, dst_color_range=_FULL, interpolation=exactly)
    scaled = frame.reformat(
        width=width,
        height=height,
        format="yuv420p",
        src_colorspace=ours,
        dst_colorspace=ours,
        dst_color_range=_range(colours),
        interpolation=exactly,
    )
    levels = _levels(scaled)
    if (width, height) == size:
        return _frame(levels, "yuv420p", colours)
    canvas = np.full((size[1] * 3 // 2, size[0]), _GREY, np.uint8)
    canvas[: size[1]] = 0 if colours.is_full else _BLACK
    for whole, part in zip(_split(canvas, *size), _split(levels, width, height), strict=True):
        top, left = ((outer - inner) // 2 for outer, inner in zip(whole.shape, part.shape, strict=True))
        whole[top : top + part.shape[0], left : left + part.shape[1]] = part
    return _frame(canvas, "yuv420p", colours)


def in_rgb(frame: "VideoFrame", size: tuple[int, int], own: Colours) -> "Levels":
    """Return a frame, whose colours are `own`, as rows of red, green and blue, scaled to `size` (width and height)."""
    small = frame.reformat(
        *size, format=_RGB, src_colorspace=_matrix(own, frame), dst_color_range=_FULL, interpolation="AREA"
    )
    return _levels(small)


def _split(levels: "Levels", width: int, height: int) -> list["Levels"]:
    """Return the three planes of a yuv420p picture: views of `levels`."""
    flat, luma, chroma = levels.reshape(-1), width * height, width * height // 4
    return [
        flat[:luma].reshape(height, width),
        flat[luma : luma + chroma].reshape(height // 2, width // 2),
        flat[luma + chroma :].reshape(height // 2, width // 2),
    ]


def _levels(frame: "VideoFrame") -> "Levels":
    return cast("Levels", frame.to_ndarray())


def _luma_rows(frame: "VideoFrame") -> int:
    """Return how many of the first entries of a frame's array are luma: rows, or the one plane of three."""
    return frame.height if planes(frame.width, frame.height) == "yuv420p" else 1


def _frame(levels: "Levels", form: str, colours: Colours) -> "VideoFrame":
    from av import VideoFrame

    made = VideoFrame.from_ndarray(levels, format=form)
    made.color_range, made.colorspace = _range(colours), colours.matrix
    return made


def _range(colours: Colours) -> int:
    return _FULL if colours.is_full else _LIMITED


def _matrix(colours: Colours, frame: "VideoFrame") -> int:
    """Return swscale's number of a matrix; where nothing is told, the one that libmpv takes."""
    if colours.matrix == _UNTOLD:
        return _BT709 if frame.width >= _HD_WIDTH or frame.height > _HD_HEIGHT else _BT601
    return colours.matrix if colours.matrix in _KNOWN else _BT709
