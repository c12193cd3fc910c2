"""A sketch of a picture, and where two of them differ: pure functions over bytes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from installation.player.shown import ACROSS, DOWN
from installation.screens.screen import Picture

SIDE = 5
"""The points across and down a block: what two ways to scale a picture make of one point is nothing to go by."""
COUNT = (ACROSS // SIDE) * (DOWN // SIDE)
ALIKE = 8.0
"""Two means of a colour, of 255, are alike up to this far apart: two ways to turn video into colours differ by 3."""
ROUGH = 8
"""… and further in a block of strong contrast, by a part of that: an edge falls on other points in another scale."""
DARK = 8.0
"""A block up to this bright passes for black."""

Means = tuple[float, ...]


@dataclass(frozen=True)
class Blocks:
    """The mean red, green and blue of each block, row by row, from 0 to 255; `plane` is the green of every point."""

    red: Means
    green: Means
    blue: Means
    plane: bytes

    @cached_property
    def contrast(self) -> tuple[int, ...]:
        """How much the green varies inside of each block."""
        inside = [self.plane[column::SIDE] for column in range(SIDE)]
        highest = _down(max, map(max, *inside))
        return tuple(high - low for high, low in zip(highest, _down(min, map(min, *inside)), strict=True))

    @property
    def lit(self) -> int:
        """How many blocks are not black."""
        return sum(max(colours) > DARK for colours in zip(self.red, self.green, self.blue, strict=True))


def differing(one: Blocks, other: Blocks) -> set[int]:
    """Find the blocks in which two pictures differ; the contrast that excuses it is that of the first."""
    pairs = zip(one.red, other.red, one.green, other.green, one.blue, other.blue, one.contrast, strict=True)
    return {
        number
        for number, (red, red2, green, green2, blue, blue2, contrast) in enumerate(pairs)
        if max(abs(red - red2), abs(green - green2), abs(blue - blue2)) > ALIKE + contrast / ROUGH
    }


def blocks(sketch: bytes) -> Blocks:
    """Take the means of a sketch: three bytes a point, ACROSS points a row, DOWN rows."""
    red, green, blue = (sketch[colour::3] for colour in range(3))
    return Blocks(_means(red), _means(green), _means(blue), green)


def points(picture: Picture) -> bytes:
    """Take the points of a picture of any size, as a sketch has them."""
    if (picture.width, picture.height) == (ACROSS, DOWN):
        return picture.rgb
    columns = [int((column + 0.5) * picture.width / ACROSS) for column in range(ACROSS)]
    pick = itemgetter(*(3 * column + colour for column in columns for colour in range(3)))
    starts = (3 * picture.width * int((row + 0.5) * picture.height / DOWN) for row in range(DOWN))
    return b"".join(bytes(pick(picture.rgb[start : start + 3 * picture.width])) for start in starts)


def _means(plane: bytes) -> Means:
    across = map(sum, zip(*(plane[column::SIDE] for column in range(SIDE)), strict=True))
    return tuple(total / SIDE**2 for total in _down(sum, across))


def _down(take: Callable[[tuple[int, ...]], int], across: Iterable[int]) -> list[int]:
    """Take one value of each block from those of its rows of points."""
    values, wide = list(across), ACROSS // SIDE
    rows = [values[at : at + wide] for at in range(0, len(values), wide)]
    return [take(column) for at in range(0, DOWN, SIDE) for column in zip(*rows[at : at + SIDE], strict=True)]


BLACK = blocks(bytes(3 * ACROSS * DOWN))
