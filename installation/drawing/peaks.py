"""How loud the loop is from moment to moment: the highest level of its sound, fades and crossfades included."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from installation.drawing.boxes import Box
from installation.footage.fixity import Progress
from installation.show.sound_copies import RATE, decoded
from installation.show.strips import Heard, Sound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Levels = NDArray[np.float32]
    """0 silent, 1 full scale."""
    Times = NDArray[np.float64]
    """Seconds."""

_APART_S = 10
"""Less than this between two parts of a clip is decoded along with them: entering it again would cost more."""


@dataclass(frozen=True, slots=True)
class Peaks:
    """The highest level of each part of a sound, `rate` times a second."""

    rate: int
    found: dict[Heard, "Levels"]

    def level(self, box: Box, times_s: "Times") -> "Levels":
        """Return how loud it is at times of the loop, all of them within a box."""
        import numpy as np

        since_s = times_s - float(box.start_s)
        own = self._level(box.cue.sound, since_s + float(box.cue.blend_s))
        if box.fade_in_s:
            own *= np.clip(since_s / float(box.fade_in_s), 0, 1)
        if box.fade_out_s:
            own *= np.clip((float(box.end_s) - times_s) / float(box.fade_out_s), 0, 1)
        if not box.after.blend_s:
            return own
        into_s = times_s - float(box.end_s - box.after.blend_s)
        angle = np.clip(into_s / float(box.after.blend_s), 0, 1) * (np.pi / 2)  # at equal power, as the copy is made
        return own * np.cos(angle) + self._level(box.after.sound, into_s) * np.sin(angle)

    def _level(self, sound: Sound, times_s: "Times") -> "Levels":
        """Return how loud a cue's own sound is at times counted from its beginning."""
        import numpy as np

        levels = np.zeros(len(times_s), np.float32)
        start_s = Fraction(0)
        for part in sound:
            here = (times_s >= float(start_s)) & (times_s < float(start_s + part.length_s))
            if part in self.found and here.any():
                moments = ((times_s[here] - float(start_s)) * self.rate).astype(int)
                levels[here] = self.found[part][np.minimum(moments, len(self.found[part]) - 1)]
            start_s += part.length_s
        return levels


def gather(boxes: Iterable[Box], rate: int, progress: Progress) -> Peaks:
    """Return the peaks of all that is heard, `rate` times a second. Raises FootageError."""
    heard = dict.fromkeys(part for box in boxes for part in box.cue.sound if part.master)
    pieces = list(_joined(sorted(heard, key=lambda part: (part.master, part.enters_s))))
    whole_s, done_s = sum(int(piece.length_s) for piece, _ in pieces), 0
    found: dict[Heard, Levels] = {}
    for piece, parts in pieces:
        levels = _decoded(piece, rate)
        for part in parts:
            first = int((part.enters_s - piece.enters_s) * rate)
            found[part] = levels[first : max(first + 1, int((part.enters_s + part.length_s - piece.enters_s) * rate))]
        done_s += int(piece.length_s)
        progress(done_s, whole_s)
    return Peaks(rate, found)


def _joined(heard: list[Heard]) -> Iterator[tuple[Heard, list[Heard]]]:
    """Put together what lies near each other in one master: yield what to decode, and the parts that lie in it."""
    while heard:
        piece, count = heard[0], 1
        for part in heard[1:]:
            end_s = piece.enters_s + piece.length_s
            if part.master != piece.master or part.enters_s > end_s + _APART_S:
                break
            end_s = max(end_s, part.enters_s + part.length_s)
            piece, count = replace(piece, length_s=end_s - piece.enters_s), count + 1
        yield piece, heard[:count]
        heard = heard[count:]


def _decoded(piece: Heard, rate: int) -> "Levels":
    import numpy as np

    length = max(1, round(piece.length_s * RATE))
    levels = np.zeros((length - 1) * rate // RATE + 1, np.float32)
    at = 0
    for samples in decoded(piece):
        loud = np.abs(samples[:, : length - at]).max(axis=0)
        np.maximum.at(levels, np.arange(at, at + len(loud)) * rate // RATE, loud)
        at += len(loud)
        if at >= length:
            break
    return levels
