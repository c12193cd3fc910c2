"""Small clips of flat greys and colours, and what is seen in a file."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from installation.footage.probe import Probe, probe
from installation.show.segments import Copy, Light
from installation.show.strips import FRAMES, HOLD, Run, Runs, Strip, frames

Levels = NDArray[np.uint8]
LIMITED, FULL = 1, 2
BT709, BT601, UNTOLD = 1, 6, 2
AS_IT_IS = Light()


def grey_clip(
    path: Path,
    levels: Iterable[int],
    *,
    size: tuple[int, int] = (64, 48),
    rate: Fraction = Fraction(25),
    color_range: int = LIMITED,
    matrix: int = BT709,
    aspect: Fraction = Fraction(1),
    at: Sequence[int] | None = None,
    codec: str = "ffv1",
    pixels: str = "",
) -> Path:
    """Write a clip of grey frames of these luma levels; `at` sets their times in frames of `rate`.

    Bit for bit as FFV1; the shape of its pixels only H.264 keeps.
    """
    form = pixels or ("yuv420p" if size[0] % 2 == size[1] % 2 == 0 else "yuv444p")
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, form
        context = stream.codec_context
        context.color_range, context.colorspace = color_range, matrix
        context.color_primaries = context.color_trc = matrix
        context.gop_size, context.max_b_frames = 10, 0
        if codec == "libx264":
            context.options = {"qp": "0" if form == "yuv444p" else "1"}
        stream.sample_aspect_ratio = aspect
        for number, level in enumerate(levels):
            picture = flat(level, size, form)
            picture.color_range = color_range
            picture.pts, picture.time_base = at[number] if at else number, 1 / rate
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def flat(level: int, size: tuple[int, int], form: str) -> av.VideoFrame:
    """A frame of one grey."""
    made = av.VideoFrame(*size, form)
    for number, plane in enumerate(made.planes):
        plane.update(bytes([128 if number else level]) * plane.buffer_size)
    return made


def strip_of(path: Path, *, hold_s: Fraction = Fraction(0)) -> Strip:
    """A whole clip, with its last frame held."""
    found = probe(path)
    turned = found.rotation in (90, 270)
    size = (found.height, found.width) if turned else (found.width, found.height)
    held: Runs = (Run(HOLD, hold_s, str(path), found.sha256, found.frames - 1, 1),) if hold_s else ()
    return Strip((frames(path, found, 0, found.frames), *held), found.rate, *size, found)


def copy_of(
    path: Path,
    first: int = 0,
    count: int | None = None,
    *,
    kind: str = FRAMES,
    length: int = 0,
    light: Light = AS_IT_IS,
) -> Copy:
    """A copy of some frames of a clip, or of one that is held for `length` frames."""
    strip = strip_of(path)
    known = strip.probe
    assert known
    if kind == HOLD:
        run = Run(HOLD, length / known.rate, str(path), known.sha256, first, 1)
    else:
        run = frames(path, known, first, known.frames if count is None else first + count)
    shown = -(-run.length_s * known.rate // 1)
    return Copy(known.rate, int(shown), strip.width, strip.height, (run,), light)


def known(path: Path) -> Probe:
    """What a clip holds, as a copy's maker asks for it."""
    return probe(path)


def quiet(done: float) -> None:
    """Hears of progress and says nothing."""


def pictures(path: Path) -> list[av.VideoFrame]:
    """Every frame of a file."""
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def luma(frame: av.VideoFrame) -> Levels:
    """A frame's luma as it is stored, by rows and columns."""
    return planes(frame)[0]


def planes(frame: av.VideoFrame) -> list[Levels]:
    """A frame's planes of eight bits as they are stored, by rows and columns."""
    stored = [np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size) for plane in frame.planes]
    return [rows[: plane.height, : plane.width] for rows, plane in zip(stored, frame.planes, strict=True)]


def brightness(path: Path) -> list[int]:
    """Each frame's luma as stored, in the middle of the picture."""
    return [int(np.median(luma(frame))) for frame in pictures(path)]
