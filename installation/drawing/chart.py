"""A clip's or the loop's light over time against the limits, on a sheet of A4: where it flashes, and how often."""

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from installation.drawing.boxes import clock
from installation.drawing.inks import ACCENT, GREY, INK, PALE, PAPER
from installation.drawing.lettering import fitted, font
from installation.drawing.sheet import MOST_TICKS, TICKS_S
from installation.flash.limits import ALLOWED, QUARTER
from installation.flash.verdicts import EXTENDED, FAIL, GENERAL, PASS, RED, WARNING, Assessment, Finding

if TYPE_CHECKING:
    from PIL.Image import Image

_PAGE = (3508, 2480)
"""A4, lying, at 300 dots an inch."""
_LEFT, _RIGHT = 300, 3330
_HEAD = 250
_LARGE, _MIDDLE, _SMALL = 92, 48, 34
_FAIL_TINT, _NEAR_TINT = (250, 226, 220), (242, 240, 234)
"""What lies behind a stretch that fails, and behind one that is near the limit."""
_LANES, _LANE, _AXIS = 2000, 76, 2190
_MOMENT_S = 0.2
"""A picture that stands for longer does not go on changing."""
_VERDICTS = {PASS: "passes", WARNING: "near the limit", FAIL: "fails"}
_INKS = {PASS: PALE, WARNING: GREY, FAIL: ACCENT}
_STANDARDS = {"wcag-2.3.1": "WCAG 2.3.1", "bt.1702": "ITU-R BT.1702"}
_SHORT = {"wcag-2.3.1": "WCAG", "bt.1702": "BT.1702"}
_KINDS = {GENERAL: "", RED: "red", EXTENDED: "over 5 s"}


class _Panel(NamedTuple):
    """A band of the sheet, [top, bottom) in pixels, on a scale from nothing to `most`."""

    top: int
    bottom: int
    most: float

    def down(self, value: float) -> int:
        """Return the place of a value."""
        return round(self.bottom - min(value, self.most) / self.most * (self.bottom - self.top))


_LIGHT, _AREA = _Panel(480, 920, 1.0), _Panel(1060, 1420, 1.0)
_FLASHES_TOP, _FLASHES_BOTTOM = 1560, 1880


def draw(name: str, length_s: float, found: Assessment) -> "Image":
    """Draw what was found of something `length_s` long. The same finding gives the same picture."""
    return _Chart(name, length_s, found).drawn()


class _Chart:
    def __init__(self, name: str, length_s: float, found: Assessment) -> None:
        from PIL import Image, ImageDraw

        self._name, self._length_s, self._found = name, max(length_s, 0.001), found
        self._image = Image.new("RGB", _PAGE, PAPER)
        self._pen = ImageDraw.Draw(self._image)
        peak = max((point.flashes for point in found.curve), default=0)
        self._flashes = _Panel(_FLASHES_TOP, _FLASHES_BOTTOM, max(peak, ALLOWED) + 1)

    def drawn(self) -> "Image":
        """Draw everything and return the picture of the page."""
        self._head()
        self._behind()
        self._frame(_LIGHT, "luminance", "亮度", {0: "0", 0.5: "0.5", 1: "1"})
        self._frame(
            _AREA, "changes together, of 10° of view", "十度視野內同時變化的面積", {0: "0", QUARTER: "25 %", 1: "100 %"}
        )
        numbers: dict[float, str] = {0: "0", ALLOWED: str(ALLOWED)}
        if self._flashes.most > 2 * ALLOWED:
            numbers[self._flashes.most - 1] = str(round(self._flashes.most - 1))
        self._frame(self._flashes, "flashes in the second", "每秒閃光", numbers)
        self._light()
        self._columns(_AREA, [point.area for point in self._found.curve], 1.0)
        self._columns(self._flashes, [point.flashes for point in self._found.curve], ALLOWED)
        self._limit(_AREA, QUARTER)
        self._limit(self._flashes, ALLOWED)
        self._lanes()
        self._ticks()
        return self._image

    def _head(self) -> None:
        across = _RIGHT
        for name, standard in reversed(self._found.standards.items()):
            told = f"{_STANDARDS[name]} {_VERDICTS[standard.verdict]}"
            ink = ACCENT if standard.verdict == FAIL else INK
            self._pen.text((across, _HEAD), told, ink, font(_MIDDLE, bold=standard.verdict == FAIL), anchor="rs")
            across -= round(font(_MIDDLE, bold=True).getlength(told)) + 60
        face = font(_LARGE)
        self._pen.text((_LEFT, _HEAD), fitted(self._name, face, across - _LEFT), INK, face, anchor="ls")
        self._pen.line((_LEFT, _HEAD + 45, _RIGHT, _HEAD + 45), INK, 3)

    def _behind(self) -> None:
        """Tint what fails, or is near."""
        for verdict, tint in ((WARNING, _NEAR_TINT), (FAIL, _FAIL_TINT)):
            for _, finding in self._findings(verdict):
                left, right = self._span(finding)
                for panel in (_LIGHT, _AREA, self._flashes):
                    self._pen.rectangle((left, panel.top, right, panel.bottom), tint)

    def _frame(self, panel: _Panel, english: str, chinese: str, numbers: dict[float, str]) -> None:
        small = font(_SMALL)
        self._pen.text((_LEFT, panel.top - 24), f"{english}  {chinese}", INK, small, anchor="ls")
        self._pen.line((_LEFT, panel.bottom, _RIGHT, panel.bottom), INK, 2)
        for value, number in numbers.items():
            self._pen.text((_LEFT - 24, panel.down(value)), number, GREY, small, anchor="rm")
            self._pen.line((_LEFT - 12, panel.down(value), _LEFT, panel.down(value)), GREY, 2)

    def _light(self) -> None:
        """Draw the picture's mean luminance: a line, or where a point holds many pictures, from least to most."""
        points = self._found.curve
        places = [(self._across(point.start_s), _LIGHT.down(point.bright), _LIGHT.down(point.dark)) for point in points]
        for across, bright, dark in places:
            self._pen.line((across, bright, across, dark), INK, 3)
        self._pen.line([(across, (bright + dark) // 2) for across, bright, dark in places], INK, 3)

    def _columns(self, panel: _Panel, values: list[float], most: float) -> None:
        """Draw a value for each point, from its time to the next one's, red above `most`."""
        ends_s = [*(point.start_s for point in self._found.curve[1:]), self._length_s]
        for point, end_s, value in zip(self._found.curve, ends_s, values, strict=False):
            if value:
                left, right = self._across(point.start_s), self._across(min(end_s, point.start_s + _MOMENT_S))
                ink = ACCENT if value > most else INK
                self._pen.rectangle((left, panel.down(value), max(left, right - 1), panel.bottom), ink)

    def _limit(self, panel: _Panel, value: float) -> None:
        down = panel.down(value)
        for across in range(_LEFT, _RIGHT, 36):
            self._pen.line((across, down, min(across + 20, _RIGHT), down), ACCENT, 4)

    def _lanes(self) -> None:
        """Draw under the panels from when to when each standard says what."""
        small, down = font(_SMALL), _LANES
        for name, standard in self._found.standards.items():
            self._pen.text((_LEFT - 24, down + _LANE // 2), _SHORT[name], GREY, small, anchor="rm")
            self._pen.line((_LEFT, down + _LANE // 2, _RIGHT, down + _LANE // 2), PALE, 2)
            for left, right, told in self._told(standard.findings):
                self._pen.rectangle((left, down + 10, right, down + _LANE - 10), _INKS[standard.verdict])
                if told:
                    wide = small.getlength(told) + 20
                    self._pen.rectangle((right + 4, down, right + 4 + wide, down + _LANE), PAPER)
                    self._pen.text((right + 14, down + _LANE // 2), told, INK, small, anchor="lm")
            down += _LANE

    def _told(self, findings: list[Finding]) -> Iterator[tuple[int, int, str]]:
        """Yield where findings lie, those that overlap as one, and what there is room to say of each."""
        groups: list[list[Finding]] = []
        for finding in findings:
            if groups and finding.start_s <= max(one.end_s for one in groups[-1]):
                groups[-1].append(finding)
            else:
                groups.append([finding])
        spans = [(self._across(group[0].start_s), max(self._span(one)[1] for one in group)) for group in groups]
        for group, (left, right), (free, _) in zip(groups, spans, [*spans, (_RIGHT, 0)][1:], strict=True):
            kinds = " + ".join(filter(None, (_KINDS[one.kind] for one in group)))
            told = f"{max(one.peak for one in group)}/s {kinds}".strip()
            yield left, right, told if right + 40 + font(_SMALL).getlength(told) <= free else ""

    def _ticks(self) -> None:
        tick_s = next((tick for tick in TICKS_S if self._length_s <= tick * MOST_TICKS), TICKS_S[-1])
        time_s, small = Fraction(0), font(_SMALL)
        while time_s <= self._length_s:
            across = self._across(float(time_s))
            self._pen.line((across, _AXIS, across, _AXIS + 14), GREY, 2)
            self._pen.text((across, _AXIS + 24), clock(time_s, 100), GREY, small, anchor="mt")
            time_s += tick_s
        self._pen.line((_LEFT, _AXIS, _RIGHT, _AXIS), GREY, 2)

    def _findings(self, verdict: str) -> Iterator[tuple[str, Finding]]:
        for name, standard in self._found.standards.items():
            if standard.verdict == verdict:
                yield from ((name, finding) for finding in standard.findings)

    def _across(self, time_s: float) -> int:
        return _LEFT + round(min(time_s, self._length_s) / self._length_s * (_RIGHT - _LEFT))

    def _span(self, finding: Finding) -> tuple[int, int]:
        left = self._across(finding.start_s)
        return left, max(self._across(finding.end_s), left + 4)
