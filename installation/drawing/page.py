"""The sheet as it is printed: the work's title and figures, the rows with all that is written in them, the key."""

from fractions import Fraction
from pathlib import PurePath
from typing import TYPE_CHECKING

from installation.drawing.boxes import Box, clock, dark_s, details, is_listed, seconds
from installation.drawing.inks import GREY, INK, PALE, PAPER
from installation.drawing.key import draw_key
from installation.drawing.lettering import fitted, font
from installation.drawing.peaks import Peaks
from installation.drawing.ribbon import Ribbon
from installation.drawing.sheet import DPI, LEFT, PAGE, RIGHT, Sheet, Span
from installation.drawing.shots import Shots
from installation.footage.archive import printable
from installation.journal.sentences import count
from installation.show.captions import chosen
from installation.show.turns import Words

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

_HEAD, _FOOT = 320, 3420
"""Where the letters of head and foot stand."""
_LARGE, _MIDDLE, _SMALL = 112, 62, 28
_APART = "   "
_INDENT = 12
"""Between a cue's line and its letters."""


class Page:
    """One sheet of paper. `languages` are those that the wall shows, None for all; `order` is as in loop.yaml."""

    def __init__(self, sheet: Sheet, languages: tuple[str, ...] | None, order: str) -> None:
        from PIL import Image, ImageDraw

        self._sheet, self._bands, self._languages, self._order = sheet, sheet.bands, languages, order
        self._image = Image.new("RGB", PAGE, PAPER)
        self._pen = ImageDraw.Draw(self._image)

    def draw(self, title: Words, shots: Shots, peaks: Peaks, note: str) -> "Image":
        """Draw everything, with a note at the foot, and return the picture of the page."""
        self._head(title)
        self._ribbon(shots)
        self._axes()
        if self._bands.sound:
            for box in self._sheet.boxes:
                self._sound(box, peaks)
        unnamed = self._labels()
        self._end()
        self._foot(*filter(None, [note, _told(unnamed)]))
        return self._image

    def _head(self, title: Words) -> None:
        across, room = LEFT, self._figures() - 60
        for number, text in enumerate([text for _, text in title] or ["Loop"]):
            face = font(_MIDDLE if number else _LARGE)
            across += self._write((across, _HEAD), text, face, GREY if number else INK, room - across) + 56
        self._pen.line((LEFT, _HEAD + 55, RIGHT, _HEAD + 55), INK, 3)

    def _figures(self) -> int:
        """Write the loop's figures at the right; return where they begin."""
        plan, dark = self._sheet.plan, dark_s(self._sheet.plan)
        parts = 10 if self._sheet.loop_s >= 1 else 1000
        told = [("LOOP  循環", clock(self._sheet.loop_s, parts)), ("CUES  段", str(len(self._sheet.boxes)))]
        if dark:
            told.append(("BLACK  黑場", clock(dark, parts)))
        if not is_listed(plan):
            told.append(("ORDER  次序", self._order if len(plan.orders) == 1 else "shuffled, first loop"))
        across = RIGHT
        for label, figure in reversed(told):
            across -= round(max(font(_SMALL).getlength(label), font(_MIDDLE).getlength(figure)))
            self._write((across, _HEAD - 78), label, font(_SMALL), GREY)
            self._write((across, _HEAD), figure, font(_MIDDLE), INK)
            across -= 80
        return across

    def _ribbon(self, shots: Shots) -> None:
        tops = [top + self._bands.label for top in self._sheet.tops]
        ribbon = Ribbon(self._image, self._sheet, shots, tops, self._bands.strip)
        for box in self._sheet.boxes:
            ribbon.draw(box, self._chosen(box.cue.title))
        for box in self._sheet.boxes:
            ribbon.mark(box)

    def _axes(self) -> None:
        """Write the time: where a row begins at its left, and from tick to tick under it where there is room."""
        sheet, bands = self._sheet, self._bands
        for row, top in enumerate(sheet.tops):
            begins_s, ends_s = row * sheet.row_s, min(sheet.loop_s, (row + 1) * sheet.row_s)
            middle = top + bands.label + bands.strip / 2
            self._pen.text((LEFT - 36, middle), clock(begins_s, 100), GREY, font(bands.letter), anchor="rm")
            time_s, under = begins_s, top + bands.axis
            while time_s <= ends_s:
                across = sheet.across(row, time_s)
                self._pen.line((across, under, across, under + 10), GREY, 2)
                if bands.written and begins_s < time_s < begins_s + sheet.row_s:
                    self._pen.text((across, under + 14), clock(time_s, 100), GREY, font(bands.small), anchor="mt")
                time_s += sheet.tick_s

    def _sound(self, box: Box, peaks: Peaks) -> None:
        """Draw how loud it is: a column up and down from the middle for each moment, a thin line in silence."""
        import numpy as np

        for span in self._sheet.spans(box.start_s, box.end_s + self._sheet.plan.gap_s):
            middle = self._sheet.tops[span.row] + self._bands.heard + self._bands.sound // 2
            times_s = self._sheet.times(span)
            levels = np.where(times_s < float(box.end_s), peaks.level(box, times_s), 0).clip(0, 1)
            # a root, so that what is quiet is seen too
            reaches = np.rint(np.sqrt(levels) * self._bands.sound * 0.45).astype(int).tolist()
            for across, reach in enumerate(reaches, span.left):
                self._pen.line((across, middle - reach, across, middle + reach), INK if reach else PALE)

    def _labels(self) -> int:
        """Write over every cue what it is, and again where it goes on; return how many are too short for that."""
        unnamed = 0
        free = dict.fromkeys(range(self._sheet.rows), RIGHT)  # up to where a row is free
        for box in reversed(self._sheet.boxes):
            spans = list(self._sheet.spans(box.start_s, box.end_s))
            rooms = [free[span.row] - span.left - 2 * _INDENT for span in spans]
            free |= {span.row: span.left for span in spans}
            for span in spans[:1]:
                self._line(span)
            least = font(self._bands.letter, bold=True).getlength(str(box.number))
            named = [place for place in zip(spans, rooms, strict=True) if place[1] >= least]
            unnamed += not named
            for number, (span, room) in enumerate(named):
                self._continued(box, span, room) if number else self._label(box, span, room)
            if named and self._bands.caption:
                self._caption(box, named)
        return unnamed

    def _line(self, span: Span) -> None:
        """Draw the line at which a cue begins, over the pictures and under them."""
        bands, top = self._bands, self._sheet.tops[span.row]
        for upper, lower in ((bands.small // 4, bands.label), (bands.heard, bands.axis)):
            self._pen.line((span.left - 1, top + upper, span.left - 1, top + lower - 1), INK, 3)

    def _label(self, box: Box, span: Span, room: int) -> None:
        """Write a cue's number and name, under them when it begins, how long it lasts and how it is shown."""
        bands, top, left = self._bands, self._sheet.tops[span.row], span.left + _INDENT
        letters, small = font(bands.letter), font(bands.small)
        wide = self._write((left, top + bands.letter), str(box.number), font(bands.letter, bold=True), INK)
        wide += bands.letter // 4
        self._write((left + wide, top + bands.letter), name(box), letters, INK, room - wide)
        under, starts = top + bands.letter + bands.small * 5 // 4, clock(box.start_s, 10)
        if small.getlength(starts) <= room:
            wide = self._write((left, under), starts, small, INK) + bands.small
            said = [seconds(box.length_s, 10), *details(box)]
            while said and small.getlength(_APART.join(said)) > room - wide:
                said.pop()
            self._write((left + wide, under), _APART.join(said), small, GREY)

    def _continued(self, box: Box, span: Span, room: int) -> None:
        """Write a cue's name once more, in a row that it goes on in."""
        face = font(self._bands.letter)
        base = self._sheet.tops[span.row] + self._bands.letter
        self._write((span.left + _INDENT, base), f"{box.number} {name(box)}", face, PALE, room)

    def _caption(self, box: Box, places: list[tuple[Span, int]]) -> None:
        """Write a cue's caption under its pictures: in the first place that has room for all of it, or for most."""
        words, small = _APART.join(self._chosen(box.cue.caption)), font(self._bands.small)
        whole = (place for place in places if small.getlength(words) <= place[1])
        span, room = next(whole, max(places, key=lambda place: place[1]))
        base = self._sheet.tops[span.row] + self._bands.worded + self._bands.small * 5 // 4
        self._write((span.left + _INDENT, base), words, small, INK, room)

    def _end(self) -> None:
        """Draw the sign that musicians know: from here again."""
        sheet, bands = self._sheet, self._bands
        row = min(int(sheet.loop_s // sheet.row_s), sheet.rows - 1)
        across = sheet.across(row, sheet.loop_s)
        top, bottom = sheet.tops[row] + bands.label, sheet.tops[row] + bands.axis
        self._pen.rectangle((across + 34, top, across + 37, bottom), INK)
        self._pen.rectangle((across + 47, top, across + 60, bottom), INK)
        for middle in ((2 * top + bottom) / 3, (top + 2 * bottom) / 3):
            self._pen.ellipse((across + 14, middle - 6, across + 26, middle + 6), INK)

    def _foot(self, *notes: str) -> None:
        scale_s = Fraction(DPI * 100, 254) / self._sheet.scale
        scale = f"1 cm = {seconds(scale_s) if scale_s >= 1 else f'{float(scale_s):.2g} s'}"
        self._pen.text((RIGHT, _FOOT), (2 * _APART).join([*notes, scale]), GREY, font(_SMALL), anchor="rs")
        draw_key(self._image, self._sheet, (LEFT, _FOOT), font(_SMALL))

    def _write(
        self, at: tuple[float, float], text: str, face: "FreeTypeFont", ink: tuple[int, int, int], room: float = 9999
    ) -> int:
        """Write a line from a place on, cut where there is no room; return how wide it came out."""
        shown = fitted(text, face, room)
        self._pen.text(at, shown, ink, face, anchor="ls")
        return round(face.getlength(shown))

    def _chosen(self, words: Words) -> list[str]:
        return [text for _, text in chosen(dict(words), self._languages)]


def name(box: Box) -> str:
    """Return what a cue is called on the sheet: a file without its folder and ending, else its kind."""
    return printable(PurePath(box.cue.name).stem) if box.cue.kind in ("clip", "still") else box.cue.kind


def _told(unnamed: int) -> str:
    if not unnamed:
        return ""
    return f"{count(unnamed, 'cue is', 'cues are')} too short to be named here; the table names all"
