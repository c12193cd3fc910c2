"""The key to the sheet's signs, in both languages: those that are used, each as it is drawn."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from installation.drawing.boxes import Box
from installation.drawing.inks import ACCENT, DARK, GREY, INK, MOUNT, PALE, PAPER
from installation.drawing.sheet import Sheet
from installation.show.strips import HOLD

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

    Sign = Callable[[ImageDraw, int, int], None]
    """Draws a sign of a width and a height."""

_WIDE, _HIGH = 84, 44
_SMOOTH = 4
"""Signs are drawn so many times larger, for Pillow's own lines have steps."""
_GREY = (128, 128, 130)
"""A picture, in the key."""


def draw_key(page: "Image", sheet: Sheet, at: tuple[int, int], face: "FreeTypeFont") -> None:
    """Draw the key from a place on, its letters standing on the line."""
    from PIL import Image, ImageDraw

    across, base = at
    for draw, words in _used(sheet):
        sign = Image.new("RGB", (_WIDE * _SMOOTH, _HIGH * _SMOOTH), PAPER)
        draw(ImageDraw.Draw(sign), *sign.size)
        page.paste(sign.reduce(_SMOOTH), (across, base - _HIGH + 8))
        across += _WIDE + 16
        ImageDraw.Draw(page).text((across, base), words, GREY, face, anchor="ls")
        across += round(face.getlength(words)) + 56


def _used(sheet: Sheet) -> "list[tuple[Sign, str]]":
    def is_used(of: Callable[[Box], object]) -> bool:
        return any(of(box) for box in sheet.boxes)

    signs = {
        (_fade, "fade  淡入淡出"): is_used(lambda box: box.fade_in_s or box.fade_out_s),
        (_crossfade, "crossfade  交疊"): is_used(lambda box: box.cue.blend_s),
        (_hold, "hold  停格"): is_used(lambda box: any(run.kind == HOLD for run in box.cue.strip.runs)),
        (_again, "again  重複"): is_used(lambda box: list(sheet.repeats(box))),
        (_flash, "flash  閃光"): is_used(lambda box: list(sheet.flashes(box))),
        (_still, "still  靜照"): is_used(lambda box: box.cue.kind == "still"),
        (_black, "black  黑場"): is_used(lambda box: box.is_black) or sheet.plan.gap_s > 0,
        (_sound, "sound  聲音"): sheet.bands.sound > 0,
    }
    return [sign for sign, used in signs.items() if used]


def _fade(pen: "ImageDraw", wide: int, high: int) -> None:
    for across in range(wide):
        share = across / wide
        pen.line((across, 0, across, high), tuple(round(dark + 112 * share) for dark in DARK))
    pen.line((0, high, wide, 0), ACCENT, 12)


def _crossfade(pen: "ImageDraw", wide: int, high: int) -> None:
    pen.rectangle((0, 0, wide, high), _GREY)
    pen.line((0, high, wide, 0), ACCENT, 12)
    pen.line((0, 0, wide, high), ACCENT, 12)


def _hold(pen: "ImageDraw", wide: int, high: int) -> None:
    pen.rectangle((0, 0, wide, high), PALE)
    for across in range(-high, wide, 60):
        pen.line((across, high, across + high, 0), PAPER, 8)


def _again(pen: "ImageDraw", wide: int, high: int) -> None:
    pen.rectangle((0, 0, wide, high), _GREY)
    for edge, tip in ((0, 48), (high, high - 48)):
        pen.polygon([(wide // 2 - 28, edge), (wide // 2 + 28, edge), (wide // 2, tip)], ACCENT)


def _flash(pen: "ImageDraw", wide: int, high: int) -> None:
    pen.rectangle((0, 0, wide, high), _GREY)
    for across in (wide // 4, wide * 5 // 8):
        pen.rectangle((across - 6, high * 5 // 8, across + 6, high), ACCENT)


def _still(pen: "ImageDraw", wide: int, high: int) -> None:
    pen.rectangle((0, 0, wide, high), MOUNT)
    pen.rectangle((0, 0, wide // 2, high), _GREY)


def _black(pen: "ImageDraw", wide: int, high: int) -> None:
    pen.rectangle((0, 0, wide, high), DARK)


def _sound(pen: "ImageDraw", wide: int, high: int) -> None:
    for across in range(0, wide, _SMOOTH):
        reach = (4 + (across * 7 // _SMOOTH) % 5) * high // 24 if abs(across - wide // 2) < wide // 3 else 0
        pen.rectangle((across, high // 2 - reach, across + _SMOOTH, high // 2 + reach + 1), INK if reach else PALE)
