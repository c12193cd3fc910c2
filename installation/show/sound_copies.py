"""Makes exhibition copies of sounds: FLAC, 48 kHz stereo, faded or crossfaded sample by sample."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from installation.errors import FootageError
from installation.footage.archive import printable
from installation.footage.container import choose_streams, open_clip
from installation.footage.content import AGAIN
from installation.show.segments import SoundCopy
from installation.show.strips import Heard, Sound, total

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    """Of stereo, shape (2, samples), full scale 1."""

RATE = 48_000
_BLOCK = RATE
"""Samples that are worked on at a time."""


def write(path: Path, copy: SoundCopy, progress: Callable[[float], None]) -> None:
    """Write a copy to `path`; `progress` hears fractions of it. Raises FootageError, and OSError of the disk."""
    import av
    import numpy as np

    length = round(total(copy.heard) * RATE)
    blocks = _crossfaded(copy, length) if copy.under else _faded(copy, length)
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE, layout="stereo")
        done = 0
        for block in blocks:
            levels = np.rint(block.clip(-1, 1) * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(levels.T.reshape(1, -1), format="s16", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE, done, Fraction(1, RATE)
            container.mux(stream.encode(frame))
            done += block.shape[1]
            progress(done / length)
        container.mux(stream.encode(None))


def _faded(copy: SoundCopy, length: int) -> Iterator["Samples"]:
    import numpy as np

    rising, falling = float(copy.fade_in_s * RATE), float(copy.fade_out_s * RATE)
    at = 0
    for block in _blocks(copy.heard, length):
        here = np.arange(at, at + block.shape[1])
        if rising:
            block *= np.minimum(1, here / rising, dtype=np.float32)
        if falling:
            block *= np.minimum(1, (length - here) / falling, dtype=np.float32)
        yield block
        at += block.shape[1]


def _crossfaded(copy: SoundCopy, length: int) -> Iterator["Samples"]:
    """Blend at equal power: two sounds that have nothing to do with each other stay as loud together."""
    import numpy as np

    at = 0
    for before, after in zip(_blocks(copy.under, length), _blocks(copy.heard, length), strict=True):
        angle = np.arange(at, at + after.shape[1]) / length * (np.pi / 2)
        yield before * np.cos(angle) + after * np.sin(angle)
        at += after.shape[1]


def _blocks(sound: Sound, length: int) -> Iterator["Samples"]:
    """Yield exactly `length` samples in blocks of _BLOCK; what is missing is silent."""
    import numpy as np

    kept: Samples = np.zeros((2, 0), np.float32)
    left = length
    for piece in _pieces(sound):
        kept = np.concatenate([kept, piece], axis=1)
        while kept.shape[1] >= _BLOCK and left > _BLOCK:
            yield kept[:, :_BLOCK]
            kept, left = kept[:, _BLOCK:], left - _BLOCK
    while left:
        size = min(_BLOCK, left)
        block = kept[:, :size]
        yield np.pad(block, ((0, 0), (0, size - block.shape[1])))
        kept, left = kept[:, size:], left - size


def _pieces(sound: Sound) -> Iterator["Samples"]:
    """Yield the sound, every part exactly as long as it is to be: rounded at its ends, so that nothing adds up."""
    import numpy as np

    at_s, done = Fraction(0), 0
    for part in sound:
        at_s += part.length_s
        left = round(at_s * RATE) - done
        done += left
        for piece in decoded(part) if part.master else ():
            if not left:
                break
            piece = piece[:, :left]
            left -= piece.shape[1]
            yield piece
        while left:
            size = min(left, _BLOCK)
            yield np.zeros((2, size), np.float32)
            left -= size


def decoded(part: Heard) -> Iterator["Samples"]:
    """Yield a master's sound from where a part enters it, as a player counts its file from 0."""
    import av
    import numpy as np

    path = Path(part.master)
    with open_clip(path) as container:
        _, stream = choose_streams(container, path)
        if stream is None:
            return
        origin_s = Fraction(container.start_time or 0, av.time_base)
        start_s = origin_s + part.enters_s
        # decoders need a run-up: what is decoded of it is thrown away
        container.seek(int(max(start_s - 1, origin_s) * av.time_base))
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        due: int | None = None
        try:
            for frame in container.decode(stream):
                if frame.pts is None or frame.time_base is None:
                    continue
                for even in resampler.resample(frame):
                    if due is None:
                        due = round((frame.pts * frame.time_base - start_s) * RATE)
                        yield np.zeros((2, max(0, due)), np.float32)  # it begins later
                    samples = np.asarray(even.to_ndarray(), np.float32)
                    yield samples[:, min(max(0, -due), samples.shape[1]) :] if due < 0 else samples
                    due += samples.shape[1]
        except ValueError:  # FFmpeg's InvalidDataError is one
            raise FootageError(f"The sound of {printable(path.name)} cannot be decoded. {AGAIN}", path) from None
