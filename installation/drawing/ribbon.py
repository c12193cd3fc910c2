"""The band of pictures: frames side by side as the time goes, in the light that they have on the wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from installation.drawing.boxes import Box
from installation.drawing.inks import ACCENT, DARK, MOUNT, PAPER
from installation.drawing.lettering import fitted, font
from installation.drawing.sheet import LEFT, Sheet, Span, Stretch, coming, turn_of
from installation.drawing.shots import Shots
from installation.show.strips import HOLD, STILL

if TYPE_CHECKING:
    from PIL.Image import Image

_SMOOTH = 4
"""Lines are drawn so many times larger, for Pillow's own have steps."""
_HATCH = 18
"""Distance between two lines over a held frame."""
_FADED = 0.45
"""How much of the paper shines through a held frame."""
_SMALLEST, _LARGEST = 20, 120
"""Height of a title's letters."""
_FULL = 0.88
"""How much of a box a title's words take at the most."""


@dataclass(frozen=True, slots=True)
class Ribbon:
    """The bands of all rows; `tops` says where each row's begins, `height` is that of all."""

    page: "Image"
    sheet: Sheet
    shots: Shots
    tops: Sequence[int]
    height: int

    def draw(self, box: Box, words: Sequence[str]) -> None:
        """Draw a box's turn with the beginning of the cue after it, its fades and, of a title, its `words`."""
        for stretch in turn_of(box):
            self._stretch(stretch)
        if words:
            self._title(box, words)
        self._light(box.start_s, box.start_s + box.fade_in_s, rising=True)
        self._light(box.end_s - box.fade_out_s, box.end_s, rising=False)
        for stretch in coming(box):
            self._stretch(stretch, over=(box.end_s - box.after.blend_s, box.end_s))
        self._black(box.end_s, box.end_s + self.sheet.plan.gap_s)

    def mark(self, box: Box) -> None:
        """Mark what the edit does: a slope for a fade, two for a crossfade, a line for a cut, notches for repeats.

        And what it goes by: a stroke for a flash.
        """
        blends_s = box.end_s - box.after.blend_s
        self._slope(box.start_s, box.start_s + box.fade_in_s, rising=True)
        self._slope(box.end_s - box.fade_out_s, box.end_s, rising=False)
        self._slope(blends_s, box.end_s, rising=True)
        self._slope(blends_s, box.end_s, rising=False)
        for time_s in self.sheet.repeats(box):
            self._notch(time_s)
        for time_s in self.sheet.flashes(box):
            self._spark(time_s)
        span = next(self.sheet.spans(box.start_s, box.end_s), None)
        if span and not box.cue.blend_s:
            self.page.paste(
                PAPER, (span.left - 2, self.tops[span.row], span.left + 1, self.tops[span.row] + self.height)
            )

    def _black(self, start_s: Fraction, end_s: Fraction) -> None:
        for span in self.sheet.spans(start_s, end_s):
            self.page.paste(DARK, self._area(span))

    def _stretch(self, stretch: Stretch, over: tuple[Fraction, Fraction] | None = None) -> None:
        """Draw a stretch; `over`: it lies over what is there, more and more so from the one time to the other."""
        from PIL import Image

        kind = stretch.run.kind
        cells = list(self.sheet.cells(stretch))
        for span in self.sheet.spans(stretch.start_s, stretch.end_s):
            band = Image.new("RGB", (span.width, self.height), MOUNT if kind == STILL else DARK)
            for cell in cells:
                if cell.span.row == span.row and cell.shot in self.shots:
                    self._picture(band, cell.span, span.left, self.shots[cell.shot])
            if kind == HOLD:
                band = self._held(band, span.left)
            self.page.paste(band, self._area(span), self._ramp(span, *over, rising=True) if over else None)

    def _picture(self, band: "Image", cell: Span, left: int, image: "Image") -> None:
        """Put a picture at the left of its cell, cut evenly at its sides where the cell is narrower."""
        cut = max(0, image.width - cell.width) // 2
        shown = image.crop((cut, 0, min(image.width, cut + cell.width), image.height))
        band.paste(shown, (cell.left - left, (self.height - shown.height) // 2))
        if cell.left > left:
            band.paste(PAPER, (cell.left - left - 1, 0, cell.left - left + 1, self.height))

    def _held(self, band: "Image", left: int) -> "Image":
        """Return a held frame as it is drawn: paler and hatched."""
        from PIL import Image, ImageDraw

        pale = Image.blend(band, Image.new("RGB", band.size, PAPER), _FADED)
        pen = ImageDraw.Draw(pale)
        for at in range(-self.height - left % _HATCH, band.width, _HATCH):
            pen.line((at, self.height, at + self.height, 0), PAPER, 2)
        return pale

    def _light(self, start_s: Fraction, end_s: Fraction, *, rising: bool) -> None:
        """Darken what is there as a fade does."""
        from PIL import Image

        for span in self.sheet.spans(start_s, end_s):
            shown = self.page.crop(self._area(span))
            dark = Image.new("RGB", shown.size, DARK)
            ramp = self._ramp(span, start_s, end_s, rising=rising)
            self.page.paste(Image.composite(shown, dark, ramp), self._area(span))

    def _ramp(self, span: Span, start_s: Fraction, end_s: Fraction, *, rising: bool) -> "Image":
        """Return a mask for a span that rises from 0 at one time to 255 at the other, or falls."""
        import numpy as np
        from PIL import Image

        shares = (self.sheet.times(span) - float(start_s)) / float(end_s - start_s)
        levels = np.rint(255 * np.clip(shares if rising else 1 - shares, 0, 1)).astype(np.uint8)
        return Image.fromarray(np.tile(levels, (self.height, 1)))

    def _slope(self, start_s: Fraction, end_s: Fraction, *, rising: bool) -> None:
        """Draw the line of a fade from the one corner to the other, through all rows that it lies in."""
        from PIL import Image, ImageDraw

        for span in self.sheet.spans(start_s, end_s):
            times_s = [self.sheet.time_at(span.row, across) for across in (span.left, span.right)]
            shares = [float((time_s - start_s) / (end_s - start_s)) for time_s in times_s]
            left, right = [self.height * (1 - share if rising else share) * _SMOOTH for share in shares]
            mask = Image.new("L", (span.width * _SMOOTH, self.height * _SMOOTH))
            width = max(3, self.height // 60) * _SMOOTH
            ImageDraw.Draw(mask).line((0, left, mask.width, right), 255, width)
            self.page.paste(ACCENT, self._area(span), mask.reduce(_SMOOTH))

    def _notch(self, time_s: Fraction) -> None:
        """Mark where a clip begins again."""
        from PIL import ImageDraw

        row, rest_s = divmod(time_s, self.sheet.row_s)
        across, top = LEFT + round(rest_s * self.sheet.scale), self.tops[int(row)]
        size = max(8, self.height // 16)
        bottom, pen = top + self.height - 1, ImageDraw.Draw(self.page)
        for edge, tip in ((top, top + size), (bottom, bottom - size)):
            pen.polygon([(across - size // 2, edge), (across + size // 2, edge), (across, tip)], ACCENT)

    def _spark(self, time_s: Fraction) -> None:
        """Mark a flash: a stroke at the foot of the pictures."""
        row, rest_s = divmod(time_s, self.sheet.row_s)
        across, bottom = LEFT + round(rest_s * self.sheet.scale), self.tops[int(row)] + self.height
        self.page.paste(ACCENT, (across - 1, bottom - max(12, self.height // 8), across + 3, bottom))

    def _title(self, box: Box, words: Sequence[str]) -> None:
        """Write a title's words into the widest part of its box, upright or, where that is narrow, lying."""
        from PIL import Image, ImageDraw

        span = max(self.sheet.spans(box.start_s, box.end_s), key=lambda span: span.width, default=None)
        if span is None:
            return
        lying = span.width < self.height
        across, down = (self.height, span.width) if lying else (span.width, self.height)
        size = min(_LARGEST, down // (2 * len(words)))
        while size > _SMALLEST and max(font(size).getlength(text) for text in words) > across * _FULL:
            size -= 2
        if size < _SMALLEST:
            return
        board = Image.new("RGB", (across, down), DARK)
        pen = ImageDraw.Draw(board)
        for number, text in enumerate(words):
            middle = down / 2 + (number - (len(words) - 1) / 2) * size * 1.5
            pen.text((across / 2, middle), fitted(text, font(size), across * _FULL), PAPER, font(size), anchor="mm")
        self.page.paste(board.rotate(90, expand=True) if lying else board, self._area(span))

    def _area(self, span: Span) -> tuple[int, int, int, int]:
        top = self.tops[span.row]
        return span.left, top, span.right, top + self.height
