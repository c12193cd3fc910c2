"""What the player says it shows, small: for the eye, which compares it with the screen."""

import json
from array import array
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

ACROSS, DOWN = 160, 90
"""The points of a sketch, spread evenly over the window, whatever its shape."""
PICTURE, BLACK, UNSURE = "picture", "black", "unsure"
"""A picture of the show; the black of a wall without one; what comes next is not there yet, or about to come."""


class Frame(NamedTuple):
    """A picture as libmpv has it: four bytes a pixel (blue, green, red, none), `stride` bytes a row.

    `left`, `top`, `right` and `bottom` tell where it lies in a window that reaches from 0 to 1 either way.
    `lettered`: captions are drawn into it as they lie on the picture, which is not how they lie on the screen.
    """

    width: int
    height: int
    stride: int
    pixels: bytes
    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0
    lettered: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer; `sketch` holds three bytes a point (red, green, blue), ACROSS a row, where a picture is shown.

    Where that is `lettered`, captions may lie elsewhere on the screen.
    """

    what: str
    sketch: bytes = b""
    lettered: bool = False

    def encode(self, question: bytes) -> bytes:
        """Write the answer to a question, by which it is known."""
        told = {"to": question.decode("ascii", "replace"), "what": self.what, "lettered": self.lettered}
        return json.dumps(told).encode() + b"\n" + self.sketch


def decode(datagram: bytes, question: bytes) -> Shown | None:
    """Read the answer to a question; None where it is none, or one to another question."""
    head, _, sketch = datagram.partition(b"\n")
    with suppress(ValueError, TypeError, KeyError, RecursionError):
        told = json.loads(head)
        size = 3 * ACROSS * DOWN if told["what"] == PICTURE else 0
        known = told["what"] in (PICTURE, BLACK, UNSURE) and told["to"] == question.decode("ascii", "replace")
        if known and len(sketch) == size:
            return Shown(told["what"], sketch, bool(told["lettered"]))
    return None


def sketch(frame: Frame) -> bytes:
    """Take the points of a frame where they lie in the window; black where it does not reach."""
    columns = list(_places(ACROSS, frame.left, frame.right, frame.width))
    inside = [column for column in columns if column is not None]
    before = columns.index(inside[0]) if inside else ACROSS
    pick = itemgetter(*inside, 0, 0)  # two more than there are: a single one would come by itself
    rows = memoryview(frame.pixels).cast("I")
    edges = bytes(4 * before), bytes(4 * (ACROSS - before - len(inside)))
    lines = []
    for row in _places(DOWN, frame.top, frame.bottom, frame.height):
        if row is None:
            lines.append(bytes(4 * ACROSS))
            continue
        at = row * frame.stride // 4
        pixels = array("I", pick(rows[at : at + frame.width]))
        lines.append(edges[0] + pixels[:-2].tobytes() + edges[1])
    return _rgb(b"".join(lines))


def _places(points: int, start: float, end: float, size: int) -> Iterator[int | None]:
    """Yield which of `size` pixels between start and end each of the points of a window falls on; None outside."""
    for number in range(points):
        place = ((number + 0.5) / points - start) / (end - start) if end > start else -1.0
        yield int(place * size) if 0 <= place < 1 else None


def _rgb(bgr0: bytes) -> bytes:
    rgb = bytearray(len(bgr0) // 4 * 3)
    rgb[0::3], rgb[1::3], rgb[2::3] = bgr0[2::4], bgr0[1::4], bgr0[0::4]
    return bytes(rgb)
