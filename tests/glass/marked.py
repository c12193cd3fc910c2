"""Clips that carry their own number: a strip of black and white blocks that a reader of the screen decodes.

The strip runs over the whole width of the picture, a little below its top, in 32 equal blocks:

    white black | 8 bits clip | 14 bits frame | 6 bits check | black white

The check is the other 22 bits modulo the prime 61, which no power of two is a multiple of: any one wrong block is
found, and of other errors 60 in 61. The white blocks at both ends make sure that a marked picture is never taken
for black, and give the levels of a picture that is being faded.
"""

import enum
from collections.abc import Collection, Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

BLOCKS = 32
CLIP_BITS, FRAME_BITS, CHECK_BITS = 8, 14, 6
MODULUS = 61
TOP, BOTTOM = Fraction(1, 20), Fraction(3, 20)  # of the picture's height
DARK = 24  # the brightest a black screen may be, of 255
CONTRAST = 12  # the least distance between white and black blocks that is still read, late in a fade
SOUND_RATE = 48000
FLASH = 70  # how much brighter a flash is, of 255


class Reading(NamedTuple):
    """One frame of one marked clip, seen on the screen. Clips count from 1, frames from 0."""

    clip: int
    frame: int


class Nothing(enum.Enum):
    """What the screen shows, or does, when it shows no marked frame."""

    BLACK = "black"
    UNREADABLE = "unreadable"
    BLIND = "the screen did not answer"


BLACK, UNREADABLE, BLIND = Nothing.BLACK, Nothing.UNREADABLE, Nothing.BLIND
Seen = Reading | Nothing


class Area(NamedTuple):
    """A part of the screen, in pixels."""

    left: int
    top: int
    width: int
    height: int


def strip_on(screen: tuple[int, int], picture: tuple[int, int] = (640, 360)) -> Area:
    """Return the strip's middle rows where `picture` is shown whole and centred on `screen` (width, height)."""
    scale = min(Fraction(screen[0], picture[0]), Fraction(screen[1], picture[1]))
    width, height = int(picture[0] * scale), int(picture[1] * scale)
    left, top = (screen[0] - width) // 2, (screen[1] - height) // 2
    middle = top + int(height * (TOP + BOTTOM) / 2)
    return Area(left, middle - 1, width, 2)


def encode_strip(clip: int, frame: int) -> list[int]:
    """Return the strip's blocks, 1 for white and 0 for black. Raises ValueError for a number it cannot carry."""
    if not (0 < clip < 1 << CLIP_BITS and 0 <= frame < 1 << FRAME_BITS):
        raise ValueError(f"clip {clip}, frame {frame} do not fit the strip")
    value = clip << FRAME_BITS | frame
    word = value << CHECK_BITS | value % MODULUS
    return [1, 0, *(word >> shift & 1 for shift in range(BLOCKS - 5, -1, -1)), 0, 1]


def decode_strip(pixels: Pixels) -> Seen:
    """Read a strip cut out of the screen: grey levels, rows × columns, as wide as the whole strip."""
    if pixels.max() <= DARK:
        return BLACK
    centres = (2 * np.arange(BLOCKS) + 1) * pixels.shape[1] // (2 * BLOCKS)
    levels = pixels[:, centres].astype(np.int32).sum(axis=0)
    white, black = int(min(levels[0], levels[-1])), int(max(levels[1], levels[-2]))
    if white - black < CONTRAST * pixels.shape[0]:
        return UNREADABLE
    bits = (levels > (white + black) / 2).tolist()
    word = sum(bit << shift for bit, shift in zip(bits[2:-2], range(BLOCKS - 5, -1, -1), strict=True))
    value, check = divmod(word, 1 << CHECK_BITS)
    if value % MODULUS != check:
        return UNREADABLE
    return Reading(*divmod(value, 1 << FRAME_BITS))


def draw(clip: int, frame: int, size: tuple[int, int], light: int = 0) -> Pixels:
    """Return one marked frame as yuv420p planes, (height * 3/2) × width: drifting greys and the strip.

    `light` is how much brighter than others the greys are.
    """
    width, height = size
    columns = np.arange(width, dtype=np.float32)[None, :] / width
    rows = np.arange(height, dtype=np.float32)[:, None] / height
    grey = 125 + 40 * np.sin(6.3 * (columns + rows + frame / 90)) * np.cos(9 * rows - frame / 45)
    picture = np.full((height * 3 // 2, width), 128, np.uint8)
    picture[:height] = (grey + light).clip(16, 235).astype(np.uint8)
    picture[height:] = 112 + clip * 37 % 32
    blocks = np.array(encode_strip(clip, frame), np.uint8)[np.arange(width) * BLOCKS // width]
    picture[int(height * TOP) : int(height * BOTTOM)] = 16 + blocks * 219
    return picture


def make_clip(
    path: Path,
    clip_id: int,
    frames: int,
    rate: Fraction = Fraction(30),
    size: tuple[int, int] = (640, 360),
    sound: bool = False,
    keyint: int = 15,
    bframes: int = 0,
    sound_rate: int = SOUND_RATE,
    codec: str = "libx264",
    flashes: Collection[int] = (),
) -> Path:
    """Write a marked clip and return its path; the container follows the path's suffix.

    A keyframe stands on every `keyint`-th frame and nowhere else. `sound` adds a quiet AAC tone of the same length,
    another pitch for every clip. The frames in `flashes` are brighter.
    """
    with av.open(str(path), "w") as container:
        video = container.add_stream(codec, rate=rate)
        assert isinstance(video, av.VideoStream)
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        video.gop_size = keyint
        if codec == "libx264":
            video.options = {
                "preset": "veryfast",
                "crf": "18",
                "x264-params": f"keyint={keyint}:min-keyint={keyint}:scenecut=0:bframes={bframes}:threads=1",
            }
        else:
            video.bit_rate = 4_000_000
        audio = container.add_stream("aac", rate=sound_rate) if sound else None
        assert audio is None or isinstance(audio, av.AudioStream)
        for number in range(frames):
            picture = av.VideoFrame.from_ndarray(
                draw(clip_id, number, size, FLASH * (number in flashes)), format="yuv420p"
            )
            picture.pts, picture.time_base = number, 1 / Fraction(rate)
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        if audio is not None:
            for sounding in _tone(clip_id, Fraction(frames) / rate, sound_rate):
                container.mux(audio.encode(sounding))
            container.mux(audio.encode(None))
    return path


def _tone(clip: int, seconds: Fraction, rate: int) -> Iterator[av.AudioFrame]:
    """Yield a quiet tone, mono, in frames of 1024 samples, the last one shorter."""
    total = int(seconds * rate)
    for start in range(0, total, 1024):
        times = np.arange(start, min(start + 1024, total), dtype=np.float32) / rate
        wave = 0.05 * np.sin(2 * np.pi * (220 + 20 * clip) * times)
        sounding = av.AudioFrame.from_ndarray(wave[None, :].astype(np.float32), format="fltp", layout="mono")
        sounding.sample_rate, sounding.pts, sounding.time_base = rate, start, Fraction(1, rate)
        yield sounding
