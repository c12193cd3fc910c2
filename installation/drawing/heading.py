"""The head of a page about light: what it shows, and its figures at the right."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from installation.drawing.inks import GREY, INK
from installation.drawing.lettering import fitted, font
from installation.drawing.sheet import LEFT, RIGHT

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

HEAD, FOOT = 320, 3420
"""Where the letters of head and foot stand."""
SMALL = 28
_LARGE, _MIDDLE = 112, 62
_APART, _GAP = 80, 56


def draw_head(pen: "ImageDraw", title: Sequence[str], figures: Sequence[tuple[str, str]]) -> None:
    """Draw a title, large and then smaller, and figures under their labels, over a line."""
    across = RIGHT
    for label, figure in reversed(figures):
        across -= round(max(font(SMALL).getlength(label), font(_MIDDLE).getlength(figure)))
        pen.text((across, HEAD - 78), label, GREY, font(SMALL), anchor="ls")
        pen.text((across, HEAD), figure, INK, font(_MIDDLE), anchor="ls")
        across -= _APART
    room, at = across, LEFT
    for number, text in enumerate(title):
        face = font(_MIDDLE if number else _LARGE)
        shown = fitted(text, face, room - at)
        pen.text((at, HEAD), shown, GREY if number else INK, face, anchor="ls")
        at += round(face.getlength(shown)) + _GAP
    pen.line((LEFT, HEAD + 55, RIGHT, HEAD + 55), INK, 3)
