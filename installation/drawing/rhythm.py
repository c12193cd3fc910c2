"""The light of clips over time on one sheet: every frame a column, its brightness, the flashes, and how often."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from installation.drawing.boxes import clock
from installation.drawing.heading import FOOT, SMALL, draw_head
from installation.drawing.inks import ACCENT, GREY, INK, PALE, PAPER
from installation.drawing.lettering import fitted, font
from installation.drawing.sheet import BOTTOM, LEFT, MOST_TICKS, PAGE, RIGHT, TICKS_S, TOP
from installation.flash.model import Flash
from installation.flash.trace import ROWS, Trace
from installation.footage.analysis import Analysis
from installation.footage.archive import printable
from installation.journal.sentences import count

if TYPE_CHECKING:
    from PIL.Image import Image

_FEWEST, _MOST = 3, 12
"""Rows on a sheet."""
_HIGHEST = 950
_APART = 12
_CURVE = (214, 213, 209)
_KEY = (
    "strip: each frame a column, as bright as its rows are  條帶：一格一行，依各列之明暗",
    "curve: the mean light  曲線：平均亮度",
    "red: a flash  紅：閃光",
    "figures: seconds to the next  數字：至下一次之秒數",
    "steps: flashes in one second  階：一秒內之次數",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A stretch of a clip, [start_s, start_s + the row's length), and where it lies on the page."""

    clip: Analysis
    light: Trace
    start_s: float
    top: int
    is_first: bool


class Rhythm:
    """One sheet of paper; every clip begins a row."""

    def __init__(self, clips: Sequence[Analysis], lights: Sequence[Trace]) -> None:
        from PIL import Image, ImageDraw

        self._clips = clips
        lengths = [clip.probe.duration for clip in clips]
        self._row_s, self._tick_s = _scale(lengths)
        counts = [max(1, ceil(length / self._row_s)) for length in lengths]
        self._height = min((BOTTOM - TOP) // sum(counts), _HIGHEST)
        self._scale = (RIGHT - LEFT) / float(self._row_s)
        self._letter = min(max(self._height // 14, 24), 44)
        self._small = max(self._letter * 8 // 10, 20)
        self._image = Image.new("RGB", PAGE, PAPER)
        self._pen = ImageDraw.Draw(self._image)
        self._rows = list(self._placed(lights, counts))

    def draw(self) -> "Image":
        """Draw everything and return the picture of the page."""
        every = [flash for clip in self._clips for flash in clip.flashes]
        length_s = sum((clip.probe.duration for clip in self._clips), Fraction(0))
        gaps = [later.time - flash.time for clip in self._clips for flash, later in pairwise(clip.flashes)]
        told = [("LENGTH  長度", clock(length_s, 10)), ("FLASHES  閃光", str(len(every)))]
        if every:
            told.append(("A MINUTE  每分鐘", f"{float(len(every) * 60 / length_s):.3g}"))
        if gaps:
            told.append(("APART  間隔", f"{float(min(gaps)):.2f} – {float(max(gaps)):.2f} s"))
        draw_head(self._pen, ("Light", "光"), told)
        for row in self._rows:
            self._row(row)
        face, across = font(SMALL), LEFT
        for words in _KEY:
            self._pen.text((across, FOOT), words, GREY, face, anchor="ls")
            across += round(face.getlength(words)) + 52
        return self._image

    def _placed(self, lights: Sequence[Trace], counts: Sequence[int]) -> Iterator[Row]:
        top = TOP
        for clip, light, rows in zip(self._clips, lights, counts, strict=True):
            for number in range(rows):
                yield Row(clip, light, float(number * self._row_s), top, number == 0)
                top += self._height

    def _row(self, row: Row) -> None:
        """Draw the bands of a row, from its name down to its time."""
        label, under = self._letter * 3 // 2, self._small * 7 // 4
        room = self._height - label - 2 * under - self._height // 14
        strip, curve = room * 50 // 100, room * 32 // 100
        right = self._across(row, min(float(row.clip.probe.duration), row.start_s + float(self._row_s)))
        self._name(row)
        at = row.top + label
        self._strip(row, at, strip, right)
        at += strip + 4
        self._curve(row, at, curve, right)
        at += curve
        self._gaps(row, at + under * 3 // 4)
        at += under
        self._rate(row, at, room - strip - curve - 4, right)
        self._axis(row, at + room - strip - curve - 4, right)

    def _name(self, row: Row) -> None:
        base = row.top + self._letter
        begins = clock(Fraction(round(row.start_s * 100), 100), 100)
        if not row.is_first:
            self._pen.text(
                (LEFT, base), f"{printable(row.clip.path.stem)}  {begins}", PALE, font(self._letter), anchor="ls"
            )
            return
        bold, name = font(self._letter, bold=True), printable(row.clip.path.stem)
        self._pen.text((LEFT, base), fitted(name, bold, 2000), INK, bold, anchor="ls")
        told = f"{clock(row.clip.probe.duration, 10)}   {count(len(row.clip.flashes), 'flash', 'flashes')}  閃光"
        self._pen.text(
            (LEFT + bold.getlength(fitted(name, bold, 2000)) + 30, base), told, GREY, font(self._letter), anchor="ls"
        )

    def _strip(self, row: Row, top: int, height: int, right: int) -> None:
        """Every frame a column; where several share one, the brightest of them: none of the flashes gets lost."""
        import numpy as np
        from PIL import Image

        columns = self._columns(row, right)
        order = np.argsort(row.light.mean, kind="stable")
        picture = np.zeros((right - LEFT, ROWS), np.uint8)
        for frame in order:
            for column in columns[frame]:
                picture[column] = row.light.rows[frame]
        band = Image.fromarray(np.ascontiguousarray(picture.T)).resize((right - LEFT, height), Image.Resampling.BICUBIC)
        self._image.paste(band.convert("RGB"), (LEFT, top))

    def _curve(self, row: Row, top: int, height: int, right: int) -> None:
        """The mean light over a line, its flashes red."""
        bottom = top + height - 1
        most = max(float(row.light.mean.max()), 0.05)
        lit = {flash.frame + number for flash in row.clip.flashes for number in range(flash.frames)}
        reach = height - self._small
        inks: dict[int, tuple[float, bool]] = {}
        for frame, columns in enumerate(self._columns(row, right)):
            for column in columns:
                before = inks.get(column, (0.0, False))
                inks[column] = max(before[0], float(row.light.mean[frame])), before[1] or frame in lit
        for column, (level, is_lit) in inks.items():
            upper = bottom - round(level / most * reach)
            self._pen.line((LEFT + column, upper, LEFT + column, bottom), ACCENT if is_lit else _CURVE)
            if not is_lit:
                self._pen.line((LEFT + column, upper, LEFT + column, upper + 2), GREY)
        self._pen.line((LEFT, bottom, right, bottom), INK, 2)
        self._pen.text((LEFT - 24, bottom - reach), f"{most:.0%}", GREY, font(self._small), anchor="rm")
        self._pen.text((LEFT - 24, bottom), "0", GREY, font(self._small), anchor="rm")

    def _gaps(self, row: Row, base: int) -> None:
        """Write between two flashes how many seconds lie between them."""
        face = font(self._small)
        for flash, later in pairwise(row.clip.flashes):
            left, right = (self._across(row, float(one.time)) for one in (flash, later))
            words = f"{float(later.time - flash.time):.2f}"
            if left < LEFT or right > RIGHT or face.getlength(words) + 2 * _APART > right - left:
                continue
            middle, half = (left + right) / 2, face.getlength(words) / 2 + _APART
            self._pen.text((middle, base), words, INK, face, anchor="mm")
            self._pen.line((left + 4, base, middle - half, base), PALE, 2)
            self._pen.line((middle + half, base, right - 4, base), PALE, 2)

    def _rate(self, row: Row, top: int, height: int, right: int) -> None:
        """Draw how many flashes lie in the second around each moment."""
        import numpy as np

        times_s = np.array([float(flash.time) for flash in row.clip.flashes])
        middles = row.start_s + (np.arange(LEFT, right) + 0.5 - LEFT) / self._scale
        often = np.searchsorted(times_s, middles + 0.5) - np.searchsorted(times_s, middles - 0.5)
        most = max(4, max((_most_often(clip.flashes) for clip in self._clips), default=0))
        bottom, step = top + height - 1, (height - 2) / most
        for level in range(1, most + 1):
            for across in range(LEFT, right, 24):
                self._pen.point((across, bottom - level * step), PALE)
        for column, level in enumerate(often):
            if level:
                self._pen.line((LEFT + column, bottom - level * step, LEFT + column, bottom), INK)
        self._pen.line((LEFT, bottom, right, bottom), PALE, 2)
        self._pen.text((LEFT - 24, bottom - most * step), f"{most}/s", GREY, font(self._small), anchor="rm")

    def _axis(self, row: Row, top: int, right: int) -> None:
        face, time_s = font(self._small), Fraction(0)
        while time_s <= self._row_s:
            across = LEFT + round(float(time_s) * self._scale)
            if across <= right:
                self._pen.line((across, top, across, top + 8), GREY, 2)
                words = clock(time_s + Fraction(round(row.start_s * 1000), 1000), 100)
                self._pen.text((across, top + 12), words, GREY, face, anchor="mt" if time_s else "lt")
            time_s += self._tick_s

    def _columns(self, row: Row, right: int) -> list[range]:
        """Return for every frame the columns of a row in which it is seen, at least one; none where it is not."""
        import numpy as np

        edges = np.append(row.light.times_s, float(row.clip.probe.duration))
        at = np.floor((edges - row.start_s) * self._scale).astype(int)
        last = right - LEFT
        return [range(max(0, left), min(last, max(end, left + 1))) for left, end in pairwise(at.tolist())]

    def _across(self, row: Row, time_s: float) -> int:
        return LEFT + round((time_s - row.start_s) * self._scale)


def draw(clips: Sequence[Analysis]) -> "Image":
    """Draw the light of clips, of which a trace was kept. Raises FontsError."""
    return Rhythm(clips, [clip.trace for clip in clips if clip.trace]).draw()


def _scale(lengths: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """Return how many seconds a row lasts, and a part of it at which its time is written."""
    whole = sum(lengths, Fraction(0))
    wanted = min(max(_FEWEST, round((float(whole) / 3) ** 0.5)), _MOST)
    row_s = whole / wanted
    while True:
        tick_s = next((tick for tick in TICKS_S if row_s <= tick * MOST_TICKS), TICKS_S[-1])
        row_s = ceil(row_s / tick_s) * tick_s
        if sum(ceil(length / row_s) for length in lengths) <= max(_MOST, len(lengths)):
            return row_s, tick_s
        row_s += tick_s


def _most_often(flashes: Sequence[Flash]) -> int:
    times = [flash.time for flash in flashes]
    return max((len([later for later in times if 0 <= later - time < 1]) for time in times), default=0)
