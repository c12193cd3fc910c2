"""Frames and sound into one MP4 file, whole or not at all."""

import os
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from installation.footage.stand_in.camera import SIZE, Floats
from installation.footage.stand_in.crossings import RATE
from installation.footage.stand_in.sound import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

# One second between keyframes: wherever a cue's in point falls, at most 24 frames are decoded unseen to reach it,
# and an in point on a whole second needs none. No scene cuts, so that a flash never shifts that grid; no B-frames,
# so that every frame's place in the file is its place in time; one thread, so that a seed always gives the same file.
X264 = {
    "preset": "superfast",
    "crf": "24",
    "bf": "0",
    "x264-params": f"keyint={RATE}:min-keyint={RATE}:scenecut=0:open-gop=0:threads=1:deblock=-1,-1:aq-mode=2",
}
BT709 = 1  # in H.264's tables of primaries, transfer curves and matrices (ITU-T H.273)


@contextmanager
def whole(path: Path) -> "Iterator[Path]":
    """Give a temporary path beside `path`; on leaving without an error it is on the disk under its own name."""
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        _settle(part)
        part.replace(path)
        _settle(path.parent)
    finally:
        part.unlink(missing_ok=True)


def write(
    path: Path,
    frames: Iterable[NDArray[np.uint8]],
    sound: Floats | None,
    *,
    fine: Iterable[tuple[int, int]],
    done: Callable[[], None],
) -> None:
    """Encode frames (720 × 1280 × 3, blue green red) at RATE, with stereo sound (2 × samples) or none.

    The frames from first to last of each pair in `fine` get three times the bits. `done` is called after each
    frame; an error it raises leaves no file behind.
    """
    zones = "/".join(f"{first},{last},b=3" for first, last in fine)
    options = {**X264, "x264-params": X264["x264-params"] + (f":zones={zones}" if zones else "")}
    with whole(path) as part, av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as file:
        video = file.add_stream("libx264", rate=RATE, options=options)
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        video.time_base = video.codec_context.time_base = Fraction(1, RATE)
        video.codec_context.color_primaries = video.codec_context.color_trc = video.codec_context.colorspace = BT709
        video.codec_context.color_range = ColorRange.MPEG
        if sound is not None:
            audio = file.add_stream("aac", rate=SAMPLES, layout="stereo")
            audio.bit_rate = 128_000
        each = SAMPLES // RATE
        for number, picture in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(
                format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
            )
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            file.mux(video.encode(frame))
            if sound is not None:
                heard = np.ascontiguousarray(sound[:, number * each : (number + 1) * each])
                chunk = av.AudioFrame.from_ndarray(heard, format="fltp", layout="stereo")
                chunk.sample_rate, chunk.pts, chunk.time_base = SAMPLES, number * each, Fraction(1, SAMPLES)
                file.mux(audio.encode(chunk))
            done()
        file.mux(video.encode(None))
        if sound is not None:
            file.mux(audio.encode(None))


def _settle(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
