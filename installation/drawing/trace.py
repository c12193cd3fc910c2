"""The light of a clip from frame to frame, as it is drawn: how bright the picture is, and each row of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from installation.flashing import Indexed
from installation.footage.fixity import Progress
from installation.footage.light import lights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ROWS = 90


@dataclass(frozen=True, slots=True)
class Trace:
    """Times of all frames in seconds; their mean, 0 black, 1 white; and the levels of their rows, frames × ROWS."""

    times_s: "NDArray[np.float64]"
    mean: "NDArray[np.float32]"
    rows: "NDArray[np.uint8]"


def trace(clip: Indexed, progress: Progress) -> Trace:
    """Decode a clip from end to end. Raises FootageError."""
    import cv2
    import numpy as np

    frames = clip.probe.frames
    times_s, rows = np.zeros(frames), np.zeros((frames, ROWS), np.uint8)
    mean = np.zeros(frames, np.float32)
    for number, light in enumerate(lights(clip.path, clip.probe)):
        times_s[number], mean[number] = light.time, light.luma.mean() / 255
        rows[number] = cv2.resize(light.luma, (1, ROWS), interpolation=cv2.INTER_AREA)[:, 0]
        if number % 64 == 0:
            progress(number, frames)
    return Trace(times_s, mean, rows)
