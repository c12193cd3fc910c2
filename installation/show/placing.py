"""Where letters stand on the screen, in the terms of libass, whatever picture is behind them.

libass places letters by the picture's shape, we by the screen's: percents of its height, margins from its edges. The
player tells libmpv to let letters leave the picture (`sub-ass-force-margins`) and, with `fit: contain`, to keep their
size (`sub-ass-scale-with-window`); what remains is evened out here. Measured with libmpv 0.35 and libass 0.17.
"""

from dataclasses import dataclass
from fractions import Fraction

WIDTH, HEIGHT = 1920, 1080
"""The track's measure of the screen, whatever size it has. On a screen of another shape than this some margins differ
a little; sizes do not, with `fit: contain`."""
SCREEN = Fraction(WIDTH, HEIGHT)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text stands on the screen as a visitor sees it.

    `anchor` is the corner, edge or middle of the text that lies at (x, y), numbered as on a number pad: 1 is bottom
    left, 5 the middle, which lies in the screen's middle, 9 top right. `measure` is the text's longest line.
    """

    anchor: int
    x: Fraction
    y: Fraction
    measure: Fraction


@dataclass(frozen=True, slots=True)
class Wall:
    """How pictures stand on the screen, as kiosk.yaml has it: `fit`, and `rotate` in degrees clockwise."""

    fit: str = "contain"
    rotate: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the screen as a visitor sees it."""
        return (HEIGHT, WIDTH) if self._on_its_side else (WIDTH, HEIGHT)

    def scale(self, aspect: Fraction) -> Fraction:
        """Say how much larger letters must be written over a picture of this width by height to have their size."""
        return Fraction(1) if self.fit == "contain" else max(Fraction(1), self._shape(aspect) / SCREEN)

    def place(self, spot: Spot, aspect: Fraction) -> tuple[tuple[int, int, int], str]:
        """Return the margins (left, right, vertical) of a text over such a picture, and the tags that it needs.

        libmpv turns pictures alone. So letters are turned here, around their anchor, which margins can put anywhere.
        """
        x, y = {
            0: (spot.x, spot.y),
            90: (WIDTH - spot.y, spot.x),
            180: (WIDTH - spot.x, HEIGHT - spot.y),
            270: (spot.y, HEIGHT - spot.x),
        }[self.rotate]
        left = x - spot.measure * (Fraction(1), Fraction(0), Fraction(1, 2))[spot.anchor % 3]
        right = WIDTH - left - spot.measure
        vertical = y if spot.anchor > 6 else HEIGHT - y
        shape = self._shape(aspect)
        left, right = (side * SCREEN / min(shape, SCREEN) for side in (left, right))
        vertical *= max(Fraction(1), shape / SCREEN)
        turned = rf"\frz{360 - self.rotate}" if self.rotate else ""
        return (round(left), round(right), round(vertical)), rf"\an{spot.anchor}{turned}"

    @property
    def _on_its_side(self) -> bool:
        return self.rotate % 180 == 90

    def _shape(self, aspect: Fraction) -> Fraction:
        """Return the width by height of a picture on a screen that stands upright."""
        if self.fit == "stretch":
            return SCREEN
        return 1 / aspect if self._on_its_side else aspect
