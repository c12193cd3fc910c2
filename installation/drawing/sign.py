"""The sign for the door, A3, in both languages: that the work flashes, how fast and how long, and when it pauses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from installation.drawing.boxes import clock
from installation.drawing.inks import ACCENT, DARK, GREY, INK, MOUNT, PALE, PAPER
from installation.drawing.lettering import fitted, font
from installation.journal.languages import spell
from installation.show.turns import Words

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

_PAGE = (3508, 4961)
"""A3, standing, at 300 dots an inch."""
_LEFT, _RIGHT = 300, 3208
_FIELD = 2020
"""How far down the dark field reaches."""
_STRIP = 2160, 2260
_TEXT, _BOTTOM, _BETWEEN = 2480, 4820, 90
_SMALLER = 0.97
_TITLE, _CHINESE, _ENGLISH, _SMALL = 84, 104, 88, 54
_WORDS = (("閃光", 1120, 1420), ("Flashing light", 320, 1870))
"""What the field says, how large, and where it stands."""
_LEADING = 1.45
_CLAUSE = re.compile(r"[^，。；]+[，。；]?")
_WORD = re.compile(r"\d+ (?:h|min|s)(?: \d+ (?:min|s))?[.,;]? ?|\S+ ?")
"""What stays on one line: in Chinese a clause, in English a word, or a figure and its measure."""


@dataclass(frozen=True, slots=True)
class Warned:
    """What visitors are told; times in seconds.

    From when to when the loop flashes, of which the last may go over the wrap; how often in a second at the most; and
    whether the loop begins with its title.
    """

    loop_s: float
    stretches: list[tuple[float, float]]
    peak: int
    by_title: bool

    @property
    def longest_s(self) -> int:
        """How long the longest stretch lasts, in whole seconds, rather too many."""
        return max(1, ceil(max(end_s - start_s for start_s, end_s in self.stretches)))

    @property
    def total_s(self) -> int:
        """How long all last together."""
        return max(self.longest_s, ceil(sum(end_s - start_s for start_s, end_s in self.stretches)))

    @property
    def pause_s(self) -> tuple[float, float]:
        """When the longest pause begins, and how long it is."""
        starts_s = [start_s for start_s, _ in self.stretches[1:]] + [self.stretches[0][0] + self.loop_s]
        pauses = [(start_s - end_s, end_s) for start_s, (_, end_s) in zip(starts_s, self.stretches, strict=True)]
        length_s, begins_s = max(pauses)
        return begins_s % self.loop_s, max(0.0, length_s)


def draw(title: Words, warned: Warned) -> "Image":
    """Draw the sign. The same figures give the same picture."""
    return _Sign(title, warned).drawn()


def chinese(warned: Warned) -> list[str]:
    """Return what the sign says in Chinese, a paragraph each."""
    count, (begins_s, pause_s) = len(warned.stretches), warned.pause_s
    flashes = f"密集閃光持續 {_chinese(warned.longest_s)}"
    if count > 1:
        flashes = f"密集閃光共 {count} 段，合計 {_chinese(warned.total_s)}，最長一段 {_chinese(warned.longest_s)}"
    since = "片名出現" if warned.by_title else "循環開始"
    since += f"後 {_chinese(round(begins_s))}" if round(begins_s) else ""
    pause = f"最長的間歇為 {_chinese(floor(pause_s))}，自{since}起；其間或有零星閃光。" if pause_s >= 1 else ""
    return [
        f"本作品含有強烈閃光，最密集時每秒 {warned.peak} 次，可能誘發光敏性癲癇發作。",
        f"作品每 {_chinese(round(warned.loop_s))}循環一次，{flashes}。{pause}",
        "如感不適，請移開視線，離開展間，或請工作人員協助。",
    ]


def english(warned: Warned) -> list[str]:
    """Return the same in English."""
    count, (begins_s, pause_s) = len(warned.stretches), warned.pause_s
    flashes = f"It flashes rapidly for {spell(warned.longest_s)}."
    if count > 1:
        total, longest = spell(warned.total_s), spell(warned.longest_s)
        flashes = f"There are {count} stretches of rapid flashing, {total} in all, {longest} at the longest."
    since = "the title" if warned.by_title else "the beginning"
    since = f"{spell(round(begins_s))} after {since}" if round(begins_s) else f"with {since}"
    pause = f" The longest pause, {spell(floor(pause_s))}, begins {since}; single flashes may occur in it."
    return [
        f"This work contains bright flashes, up to {warned.peak} a second. They may trigger seizures in people with "
        "photosensitive epilepsy.",
        f"The loop lasts {spell(round(warned.loop_s))}. {flashes}{pause if pause_s >= 1 else ''}",
        "If you feel unwell, look away and leave the room, or ask the staff for help.",
    ]


class _Sign:
    def __init__(self, title: Words, warned: Warned) -> None:
        from PIL import Image, ImageDraw

        self._title, self._warned = title, warned
        self._image = Image.new("RGB", _PAGE, PAPER)
        self._pen = ImageDraw.Draw(self._image)

    def drawn(self) -> "Image":
        """Draw everything and return the picture of the page."""
        self._field()
        self._strip()
        texts = (chinese(self._warned), _CHINESE), (english(self._warned), _ENGLISH)
        scale = 1.0
        while sum(_height(text, round(size * scale)) for text, size in texts) + _BETWEEN > _BOTTOM - _TEXT:
            scale *= _SMALLER
        down = _TEXT
        for text, size in texts:
            down = self._text(down, text, round(size * scale)) + _BETWEEN
        return self._image

    def _field(self) -> None:
        """Draw the dark field: the work's title, and what it is about to visitors."""
        self._pen.rectangle((0, 0, _PAGE[0], _FIELD), DARK)
        across, face = _LEFT, font(_TITLE)
        for number, (_, text) in enumerate(self._title):
            shown = fitted(text, face, _RIGHT - across)
            self._pen.text((across, 340), shown, PALE if number else PAPER, face, anchor="ls")
            across += round(face.getlength(shown)) + 60
        # the first letters stand over each other by their strokes, not by the space that fonts leave before them
        for text, size, down in _WORDS:
            face = font(size, bold=True)
            space = face.getmask(text).getbbox()[0]
            self._pen.text((_LEFT - space, down), text, PAPER, face, anchor="ls")

    def _strip(self) -> None:
        """Draw the loop from end to end, and where it flashes."""
        top, bottom = _STRIP
        loop_s, small = self._warned.loop_s, font(_SMALL)
        self._pen.rectangle((_LEFT, top, _RIGHT, bottom), MOUNT)
        for start_s, end_s in self._warned.stretches:
            for from_s, to_s in ((start_s, min(end_s, loop_s)), (0, end_s - loop_s)):
                if from_s < to_s:
                    left, right = (_LEFT + round(time_s / loop_s * (_RIGHT - _LEFT)) for time_s in (from_s, to_s))
                    self._pen.rectangle((left, top, max(right, left + 10), bottom), ACCENT)
        for across, time_s, side in ((_LEFT, 0.0, "l"), (_RIGHT, loop_s, "r")):
            self._pen.text((across, bottom + 26), clock(Fraction(round(time_s)), 1), GREY, small, anchor=f"{side}t")
        key = "密集閃光  rapid flashing"
        across = (_LEFT + _RIGHT - round(small.getlength(key)) + 60) // 2
        self._pen.rectangle((across - 60, bottom + 36, across - 20, bottom + 76), ACCENT)
        self._pen.text((across, bottom + 26), key, GREY, small, anchor="lt")

    def _text(self, down: int, paragraphs: list[str], size: int) -> int:
        """Set paragraphs, the first one bold; return where they end."""
        for face, lines in _laid(paragraphs, size):
            for line in lines:
                self._pen.text((_LEFT, down + size), line, INK, face, anchor="ls")
                down += round(size * _LEADING)
            down += size // 2
        return down


def _laid(paragraphs: list[str], size: int) -> "Iterator[tuple[FreeTypeFont, list[str]]]":
    for number, paragraph in enumerate(paragraphs):
        face = font(size, bold=not number)
        yield face, broken(paragraph, face, _RIGHT - _LEFT)


def _height(paragraphs: list[str], size: int) -> int:
    return sum(len(lines) * round(size * _LEADING) + size // 2 for _, lines in _laid(paragraphs, size))


def broken(text: str, face: "FreeTypeFont", width: int) -> list[str]:
    """Break a text into as few lines as `width` pixels allow: Chinese by its clauses, English into lines much alike."""
    if not text.isascii():
        return _filled(_CLAUSE.findall(text), face, width)
    words = _WORD.findall(text)
    fewest, narrow, wide = len(_filled(words, face, width)), 0, width
    while wide - narrow > 1:
        middle = (narrow + wide) // 2
        if len(_filled(words, face, middle)) > fewest:
            narrow = middle
        else:
            wide = middle
    return _filled(words, face, wide)


def _filled(pieces: list[str], face: "FreeTypeFont", width: int) -> list[str]:
    lines, line = [], ""
    for piece in pieces:
        if line and face.getlength((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]


def _chinese(seconds: float) -> str:
    """Spell a length of time: 42 秒, 22 分 10 秒, 1 小時 5 分."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    parts = [(hours, "小時"), (minute, "分鐘" if not second else "分"), (second, "秒")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 秒"
