"""What tells a burst of light from all else that brightens a picture: it comes at once, goes soon, and is large.

Lengths are in frames, light in levels of 255. The figures were tuned on made footage (`tests.bench.flashes tune`)
and are judged there on other footage.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from installation.flash.model import FULL, LOWER, MIDDLE, UPPER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Levels = NDArray[np.float32]
    """Frames × rows × columns of blocks."""
    Places = NDArray[np.bool_]
    """Rows × columns of blocks."""

AROUND = 6
"""Frames before a burst and after it by which the restlessness of its place is judged."""

_LONGEST_S = 0.14
"""How long the light of a flash that decays is seen."""
_PLATEAU_S = 0.05
"""How long it may stay as bright as at first; a lamp that blinks stays longer."""
_WEAKEST = 5.0
_SMALLEST = 0.11
"""Part of the picture that must be as much brighter as the burst's own places are, or the mean shows nothing of it."""
_GONE = 0.3
"""Part of its light with which a burst no longer counts as lit,"""
_BEGUN = 0.45
"""and which it must have at once."""
_AS_BRIGHT = 0.9
_RISES_AGAIN = 0.1
_ABOVE_NOISE = 6.0
"""So many times what a place changes by from frame to frame it must rise, for each frame that it is lit."""
_QUIET_PART = 0.35
"""The noise of a place is that of its quieter frames: others may flash too."""
_CUT = 3.0
"""A camera that turns shows twice as much that is new after two frames as after one; a cut shows more."""
_ROW_LIT, _ROW_GLIMMER, _ROW_LEVELS = 0.25, 0.06, 3.0
"""Parts of the light of the brightest row: a sky shows little of it."""


@dataclass(frozen=True, slots=True)
class Burst:
    """A burst that begins in `frame`, lasts so many `frames` and lights `area` of the picture by `rise`.

    It is at its `brightest` in one of the first two.
    """

    frame: int
    frames: int
    area: float
    rise: float
    band: str
    brightest: int

    @property
    def light(self) -> float:
        """Return how much light it is in all."""
        return self.area * self.rise


@dataclass(frozen=True, slots=True)
class Reach:
    """How many frames a burst may last, and how many it may stay as bright as at first."""

    longest: int
    plateau: int

    @classmethod
    def at(cls, rate: float) -> "Reach":
        """Return them for a rate in frames a second; a slow shutter needs some frames in any case."""
        return cls(max(3, -int(-_LONGEST_S * rate // 1)), max(2, round(_PLATEAU_S * rate)))


def judge(levels: "Levels", at: int, places: "Places", reach: Reach) -> Burst | None:
    """Return the burst that begins in frame `at` where `places` brighten, if it is one.

    `levels` hold a frame before it at least and one after it; better AROUND, and the longest burst besides.
    """
    import numpy as np

    begin = max(0, at - AROUND - 1)
    near = levels[begin : at + reach.longest + AROUND + 1]
    first = at - begin
    light = near[:, places].mean(axis=1)
    peak = first
    if first + 2 < len(light) and light[first + 1] > light[first]:
        peak = first + 1  # the first frame saw only its beginning
    rise = _above(light, first, peak, reach)
    if rise < _WEAKEST:
        return None
    area = _above(near.mean(axis=(1, 2)), first, peak, reach) / rise
    part = (light - light[peak]) / rise + 1
    frames = _length(part[first:], peak - first, reach)
    if area < _SMALLEST or not frames or _is_cut(near, first, peak):
        return None
    changes = np.abs(np.diff(light))
    changes = np.sort(np.concatenate([changes[: first - 1], changes[first + frames :]]))
    if len(changes) and rise < _ABOVE_NOISE * frames * changes[int(_QUIET_PART * len(changes))]:
        return None
    band = _band(near.mean(axis=2), first)
    frames = frames if band == FULL else max(2, frames)
    return Burst(at, frames, min(1.0, area), rise, band, begin + peak)


def _above(light: "NDArray[np.float32]", first: int, peak: int, reach: Reach) -> float:
    """Return by how much a burst is brighter than the frame before it and the darkest of those soon after it."""
    after = light[peak + 1 : peak + 1 + reach.longest].min()
    return float(light[peak] - max(light[first - 1], after))


def _length(part: "NDArray[np.float32]", peak: int, reach: Reach) -> int:
    """Return for how many frames a burst is lit; 0 if it comes slowly, stays, does not fade at once, or comes back.

    `part` is the light of each frame from its first on as a part of the burst's own: 1 at its peak, 0 where it is gone.
    """
    if part[0] < _BEGUN:
        return 0
    last = peak
    while last + 1 < len(part) and part[last + 1] > _GONE:
        last += 1
        if last - peak == reach.longest:
            return 0
    lit = part[peak : last + 1]
    if len(lit) > reach.plateau and lit[reach.plateau] > _AS_BRIGHT:
        return 0
    rises_again = len(lit) > 1 and (lit[1:] - lit[:-1]).max() > _RISES_AGAIN
    return 0 if rises_again else last + 1


def _is_cut(near: "Levels", first: int, peak: int) -> bool:
    """Whether the picture after the burst has more that is new, against the one before it, than the burst itself."""
    import numpy as np

    before, burst, after = near[first - 1], near[peak], near[peak + 1]
    return bool(np.abs(after - before).mean() > _CUT * np.abs(burst - before).mean())


def _band(rows: "NDArray[np.float32]", first: int) -> str:
    """Name the rows that are lit in the first frame, where those that are lit only in the next one complete them."""
    import numpy as np

    dark = np.maximum(rows[first - 1], rows[min(first + 2, len(rows) - 1)])
    begun, rest = rows[first] - dark, rows[min(first + 1, len(rows) - 1)] - dark
    most = max(begun.max(), rest.max())
    lit = np.flatnonzero(begun > _ROW_LIT * most)
    later = np.flatnonzero((rest > max(_ROW_LEVELS, _ROW_GLIMMER * most)) & (begun < _ROW_LIT * rest))
    if not len(lit) or not len(later):
        return FULL
    above, below = (later < lit[0]).any(), (later > lit[-1]).any()
    return MIDDLE if above and below else LOWER if above else UPPER if below else FULL
