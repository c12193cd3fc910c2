"""The photosensitivity of a film, picture by picture: WCAG 2.3.1 and ITU-R BT.1702, which is Ofcom's rule too.

| | WCAG 2.3.1 | BT.1702 |
| --- | --- | --- |
| field of view | any 10 degrees: a third of width and height, or as seen from a distance | the whole screen |
| enough of it | a quarter | a quarter |
| general | a tenth of white, the darker state below 0.8 | the same; above that a Michelson contrast of 1/17 |
| red | to or from saturated red, by more than 0.2 in u′v′ | the same |
| fails | more than three flashes in any second | the same; and a sequence of more than 5 s |

A **sequence** (`extended`) is made of flashes that have a neighbour nearer than 360 ms (at 50 Hz; 334 ms at 60), from
leading edge to leading edge; those farther apart are allowed, however many. A second without one of them ends it.

A **warning** says that the limit is near: three flashes in a second, which is just allowed, or more than three in a
fifth of the field, the margin that broadcasters keep. The grain of a film is taken out first by a median of 3 × 3
pixels, which leaves edges where they are. What passes here has passed this measurement and nothing else.
"""

import cv2
import numpy as np

from installation.flash.curve import Curve, Point
from installation.flash.limits import ALLOWED, BT1702, NEAR, QUARTER, SPACING_60_S, WCAG, Field, View
from installation.flash.luminance import Light, Picture, linear, luminance
from installation.flash.recent import Recent
from installation.flash.swings import RedSwings, Swing, Swings, bt1702, wcag
from installation.flash.together import Changes, Flashes
from installation.flash.verdicts import (
    EXTENDED,
    GENERAL,
    PASS,
    RED,
    Assessment,
    Findings,
    Sequences,
    Standard,
    standard,
)

_SCALES = {WCAG: wcag, BT1702: bt1702}
_FEW = 0.1
"""Of what is enough: less saturated red than this never becomes enough within a moment."""


class Risk:
    """What one film is found to be, while its pictures come by. Its memory does not grow with the film's length."""

    def __init__(self, view: View | None = None, spacing_s: float = SPACING_60_S) -> None:
        self._view, self._spacing_s = view or View(), spacing_s
        self._light: Light | None = None  # one array for all pictures: it takes time to get memory from the system
        self._swings: dict[str, Swings] = {}
        self._red: RedSwings
        self._recent = Recent()
        self._rules: dict[str, list[_Rule]] = {}
        self._curve = Curve()

    def see(self, time_s: float, picture: Picture) -> None:
        """Take in the next picture: rows of blue, green and red, later than the one before; all of one size."""
        if not self._rules:
            self._begin(*picture.shape[:2])
        picture = np.asarray(cv2.medianBlur(picture, 3), np.uint8)
        light = self._light = linear(picture, self._light)
        bright = luminance(light)
        red = self._red.see(time_s, picture, light)
        self._recent.see(time_s)
        for name, (general, reds) in self._rules.items():
            general.see(self._swings[name].see(bright))
            reds.see(red)
        mean = float(cv2.mean(bright)[0])
        area = max(rule.area for rule in self._rules[WCAG])
        count = max(rule.count for rules in self._rules.values() for rule in rules)
        self._curve.add(Point(time_s, mean, mean, area, count))

    def finish(self) -> "Assessment":
        """Return what was found."""
        standards = {
            name: standard([f for rule in rules for f in rule.fails], [rule.near for rule in rules])
            for name, rules in self._rules.items()
        }
        return Assessment(standards or {name: Standard(PASS) for name in _SCALES}, self._curve.points)

    def _begin(self, rows: int, columns: int) -> None:
        shape = rows, columns
        seen, whole = self._view.field(*shape), Field(columns, rows, QUARTER * rows * columns)
        self._swings = {name: Swings(scale, rows * columns) for name, scale in _SCALES.items()}
        self._red = RedSwings(min(seen.enough, whole.enough) * _FEW)
        self._rules = {
            WCAG: [_Rule(kind, Changes(seen, shape, self._recent)) for kind in (GENERAL, RED)],
            BT1702: [_Rule(kind, Changes(whole, shape, self._recent), self._spacing_s) for kind in (GENERAL, RED)],
        }


class _Rule:
    """Flashes of one kind, made of changes in one field of view; with a spacing, their sequences too."""

    def __init__(self, kind: str, changes: Changes, spacing_s: float = 0.0) -> None:
        self.near, self._fails, self._extended = Findings(kind), Findings(kind), Findings(EXTENDED)
        self.fails = [self._fails, self._extended]
        self.area, self.count = 0.0, 0
        """What share of the field changed up to the last picture, and how many flashes a second ended with it."""
        self._changes = changes
        self._flashes = Flashes(changes, changes.field.enough)
        self._margin = Flashes(changes, changes.field.enough * NEAR, ALLOWED + 1)
        self._sequences = {is_bright: Sequences(spacing_s, self._extended) for is_bright in (True, False)}

    def see(self, swing: Swing) -> None:
        """Take in the transitions of the next picture."""
        self.area, self.count = 0.0, 0
        self._changes.see(swing)
        if not swing:
            return
        flash = self._flashes.see()
        if flash:
            self.count = flash.count
            self._sequences[flash.is_bright].see(flash)
            if flash.count >= ALLOWED:
                found = self._fails if flash.count > ALLOWED else self.near
                found.add(flash.first_s, flash.end_s, flash.count, flash.first_s)
        flash = self._margin.see()
        if flash:
            self.near.add(flash.first_s, flash.end_s, flash.count, flash.first_s)
        self.area = min(1.0, self._changes.most / (self._changes.field.width * self._changes.field.height))
