"""The light of a clip: every frame shrunk and timed, in one pass of decoding that any number of analyses share."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from installation.flash.model import HEIGHT, WIDTH
from installation.footage.frames import decode
from installation.footage.probe import Probe

if TYPE_CHECKING:
    import numpy as np
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

    from installation.flash.model import Colour, Luma

_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
_BLACK = 16  # in the other range
_UNTOLD, _BT601 = 2, (5, 6)  # ITU-T H.273
_HD_WIDTH, _HD_HEIGHT = 1280, 576  # as large as this, or higher, libmpv takes colours that are not told for BT.709
_PLANAR = ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p")


class Light(NamedTuple):
    """One frame: its time in seconds from the first frame of the clip, its luma and, where wanted, its colour."""

    time: Fraction
    luma: "Luma"
    colour: "Colour | None" = None


def lights(
    path: Path, probe: Probe, first: int = 0, count: int | None = None, *, colour: bool = False
) -> Iterator[Light]:
    """Yield the frames [first, first + count), to the end if `count` is None, upright and in display order.

    Memory does not grow with the clip. Raises FootageError where a frame cannot be decoded.
    """
    frames = decode(path, probe, first, probe.frames - first if count is None else count)
    for number, shrunk in enumerate(_shrunk(frames, probe, colour=colour), first):
        yield Light(probe.time(number), *shrunk)


def _shrunk(frames: "Iterable[VideoFrame]", probe: Probe, *, colour: bool) -> "Iterator[tuple[Luma, Colour | None]]":
    import cv2
    import numpy as np

    for frame in frames:
        full = probe.color_range == _FULL_RANGE or frame.format.name.startswith("yuvj")
        planes = [_upright(plane, probe) for plane in _planes(frame, 3 if colour else 1)]
        luma = planes[0] if full else _widened(planes[0])
        seen = cv2.transform(cv2.merge(planes), _matrix(_is_601(probe), full)) if colour else None
        yield luma, None if seen is None else np.asarray(seen, np.uint8)


def _planes(frame: "VideoFrame", count: int) -> "list[NDArray[np.uint8]]":
    """Return the first planes of a frame, each shrunk; no frame is copied where its planes can be read as they lie."""
    import numpy as np

    if frame.format.name not in _PLANAR:
        frame = frame.reformat(format="yuv444p")
    found = []
    for plane in frame.planes[:count]:
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
        found.append(_small(rows))
    return found


def _small(plane: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    """Shrink a plane by the mean of areas: by halves as far as that goes, for which OpenCV is seven times as fast."""
    import cv2
    import numpy as np

    while True:
        rows, columns = plane.shape
        halves = rows % 2 == columns % 2 == 0 and rows >= 2 * HEIGHT and columns >= 2 * WIDTH
        size = (columns // 2, rows // 2) if halves else (WIDTH, HEIGHT)
        plane = np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)
        if not halves or size == (WIDTH, HEIGHT):
            return plane


def _is_601(probe: Probe) -> bool:
    is_small = probe.width < _HD_WIDTH and probe.height <= _HD_HEIGHT
    return probe.matrix in _BT601 or (probe.matrix == _UNTOLD and is_small)


def _widened(luma: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    """Stretch the levels 16 to 235 to 0 to 255."""
    import cv2
    import numpy as np

    return np.asarray(cv2.addWeighted(luma, 255 / 219, luma, 0, -_BLACK * 255 / 219), np.uint8)


@cache
def _matrix(is_601: bool, full: bool) -> "NDArray[np.float64]":
    """Return the way from Y′CbCr to blue, green, red: 3 × 3, and what is added (ITU-R BT.601, BT.709)."""
    import numpy as np

    red, blue = (0.299, 0.114) if is_601 else (0.2126, 0.0722)
    green = 1 - red - blue
    luma, chroma, black = (1.0, 1.0, 0) if full else (255 / 219, 255 / 224, _BLACK)
    to_red, to_blue = 2 * (1 - red) * chroma, 2 * (1 - blue) * chroma
    turns = np.array([[luma, to_blue, 0], [luma, -blue * to_blue / green, -red * to_red / green], [luma, 0, to_red]])
    return np.column_stack([turns, -turns @ (black, 128, 128)])


def _upright(picture: "NDArray[np.uint8]", probe: Probe) -> "NDArray[np.uint8]":
    import cv2
    import numpy as np

    if not probe.rotation:
        return picture
    turned = np.rot90(picture, -probe.rotation // 90)
    return np.asarray(cv2.resize(turned, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
