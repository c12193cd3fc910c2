"""The light of a clip: every frame shrunk and timed, in one pass of decoding that any number of analyses share."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
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

_LIMITED_BLACK, _LIMITED_SCALE = 16, 255 / 219
_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
_UNTOLD, _BT601 = 2, (5, 6)  # ITU-T H.273
_HD_WIDTH, _HD_HEIGHT = 1280, 576  # as large as this, or higher, libmpv takes colours that are not told for BT.709


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
    for frame in frames:
        luma, *chroma = _planes(frame, 3 if colour else 1)
        full = probe.color_range == _FULL_RANGE or frame.format.name.startswith("yuvj")
        yield (
            _upright(_levels(luma, full), probe),
            _upright(_colour(luma, chroma, probe, full), probe) if colour else None,
        )


def _planes(frame: "VideoFrame", count: int) -> "list[NDArray[np.uint8]]":
    """Return the first planes of a frame, each shrunk."""
    import cv2
    import numpy as np

    if frame.format.name not in ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p"):
        frame = frame.reformat(format="yuv444p")
    found = []
    for plane in frame.planes[:count]:
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
        found.append(np.asarray(cv2.resize(rows, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8))
    return found


def _levels(luma: "NDArray[np.uint8]", full: bool) -> "Luma":
    import numpy as np

    if full:
        return luma
    table = ((np.arange(256) - _LIMITED_BLACK) * _LIMITED_SCALE).round().clip(0, 255).astype(np.uint8)
    return np.asarray(table[luma], np.uint8)


def _colour(luma: "NDArray[np.uint8]", chroma: "list[NDArray[np.uint8]]", probe: Probe, full: bool) -> "Colour":
    import numpy as np

    is_small = probe.width < _HD_WIDTH and probe.height <= _HD_HEIGHT
    kr, kb = (0.299, 0.114) if probe.matrix in _BT601 or (probe.matrix == _UNTOLD and is_small) else (0.2126, 0.0722)
    y = luma.astype(np.float32) if full else (luma.astype(np.float32) - 16) * (255 / 219)
    cb, cr = ((plane.astype(np.float32) - 128) * (1 if full else 255 / 224) for plane in chroma)
    red = y + 2 * (1 - kr) * cr
    blue = y + 2 * (1 - kb) * cb
    green = (y - kr * red - kb * blue) / (1 - kr - kb)
    return np.stack([blue, green, red], axis=-1).round().clip(0, 255).astype(np.uint8)


def _upright(picture: "NDArray[np.uint8]", probe: Probe) -> "NDArray[np.uint8]":
    import cv2
    import numpy as np

    if not probe.rotation:
        return picture
    turned = np.rot90(picture, -probe.rotation // 90)
    return np.asarray(cv2.resize(turned, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
