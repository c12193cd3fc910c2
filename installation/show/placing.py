"""Where letters stand on the screen, in the terms of libass, whatever picture is behind them.

libass places letters by the picture's shape and position, we by the screen's: percents of its height, margins from its
edges. The player tells libmpv to let letters leave the picture (`sub-ass-force-margins`) and, with `fit: contain`, to
keep their size (`sub-ass-scale-with-window`); what remains is evened out here. Measured with libmpv 0.35, libass 0.17.
"""

from dataclasses import dataclass
from fractions import Fraction

WIDTH, HEIGHT = 1920, 1080
"""The track's measure of the screen, whatever size it has. On a screen of another shape than this some margins differ
a little; sizes do not, with `fit: contain`."""
SCREEN = Fraction(WIDTH, HEIGHT)


@dataclass(frozen=True, slots=True)
class Box:
    """Where a text stands on the screen as a visitor sees it.

    `anchor` is a place of a telephone's keys turned over, as ASS has it (1 bottom left, 5 middle, 9 top right);
    `side`, `above` and `below` are its distances from the screen's edges, `measure` its longest line.
    """

    anchor: int
    side: Fraction
    above: Fraction
    below: Fraction
    measure: Fraction


@dataclass(frozen=True, slots=True)
class Wall:
    """How pictures stand on the screen, as kiosk.yaml has it: `fit`, and `rotate` in degrees clockwise."""

    fit: str = "contain"
    rotate: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the screen as a visitor sees it."""
        return (WIDTH, HEIGHT) if self.rotate % 180 == 0 else (HEIGHT, WIDTH)

    def scale(self, aspect: Fraction) -> Fraction:
        """Say how much larger than wanted letters must be written over a picture of this width by height."""
        if self.rotate or self.fit in ("contain", "stretch"):
            return Fraction(1)
        return max(Fraction(1), aspect / SCREEN)  # else libass goes by the height such a picture had if it were whole

    def place(self, box: Box, aspect: Fraction) -> tuple[tuple[int, int, int], str]:
        """Return the margins left, right and vertical of a text over such a picture, and the tags that it needs."""
        if self.rotate:
            return self._turned(box, aspect)
        width, _ = self.size
        far = width - box.side - box.measure
        column = box.anchor % 3
        left, right = {1: (box.side, far), 2: ((width - box.measure) / 2,) * 2, 0: (far, box.side)}[column]
        vertical = box.above if box.anchor > 6 else box.below
        if self.fit != "stretch":
            left, right = (side * SCREEN / min(aspect, SCREEN) for side in (left, right))
            vertical *= max(Fraction(1), aspect / SCREEN)
        return (round(left), round(right), round(vertical)), rf"\an{box.anchor}"

    def _turned(self, box: Box, aspect: Fraction) -> tuple[tuple[int, int, int], str]:
        """Turn the letters as the picture is turned: libmpv turns pictures alone.

        Turned letters have a fixed point, which libass counts from the picture's corner in the picture's own measure.
        """
        across, down = self.size
        x = {1: box.side, 2: Fraction(across, 2), 0: across - box.side}[box.anchor % 3]
        y = {0: down - box.below, 1: Fraction(down, 2), 2: box.above}[(box.anchor - 1) // 3]
        x, y = {90: (WIDTH - y, x), 180: (WIDTH - x, HEIGHT - y), 270: (y, HEIGHT - x)}[self.rotate]
        wide, high = self._picture(aspect if self.rotate == 180 else 1 / aspect)
        x, y = (x - (WIDTH - wide) / 2) * WIDTH / wide, (y - (HEIGHT - high) / 2) * HEIGHT / high
        tags = rf"\an{box.anchor}\pos({float(x):.1f},{float(y):.1f})\frz{360 - self.rotate}"
        return (round(WIDTH - box.measure * WIDTH / wide), 0, 0), tags

    def _picture(self, aspect: Fraction) -> tuple[Fraction, Fraction]:
        """Return width and height of a picture, already turned, on a screen that is not."""
        if self.fit == "stretch":
            return Fraction(WIDTH), Fraction(HEIGHT)
        by_width, by_height = Fraction(WIDTH), HEIGHT * aspect
        wide = max(by_width, by_height) if self.fit == "cover" else min(by_width, by_height)
        return wide, wide / aspect
