"""Titles and captions as one ASS subtitle track for the whole timeline; libass, inside libmpv, sets them.

A track, not words sent while the show plays: each frame has its letters by its own time, after a seek and a restart
too, and nothing has to wake up for them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from math import ceil, floor
from typing import TYPE_CHECKING

from installation.show.placing import HEIGHT, SCREEN, WIDTH, Spot, Wall
from installation.show.typesetting import JOINER, LINE, is_chinese, typeset, width

if TYPE_CHECKING:
    from installation.config.loop import Text

_EARLY_S = Fraction(33, 10_000)
"""How much before their first frame letters come, and go before the first one without. ASS counts in 1/100 s, so it
may be 13.3 ms: the frame before is at least 16.7 ms away, a frame's time lies up to 2 ms off and is rounded to 1 ms."""
_TITLE = 2
"""A title's size beside a caption's."""
_SECOND_TITLE, _SECOND_CAPTION = Fraction(1, 2), Fraction(8, 10)
"""Size of the other languages beside the first."""
_SPACED, _SPACED_LITTLE = Fraction(12, 100), Fraction(3, 100)
"""Space between a title's letters in ems: one line of Chinese carries it well, Latin words and long texts little."""
_TITLE_ROWS = 2
"""A title that takes more rows is no title any more but a text, and set smaller, step by step."""
_SMALLER = Fraction(9, 10)
_LIFT = Fraction(60)
"""Empty space below a title: half of it lifts the title into the optical middle."""
_MEASURE = 34
"""Longest line of a caption in ems: a longer one is hard to read while the picture goes on."""
_EMPTY_ABOVE, _EMPTY_BELOW = Fraction(28, 100), Fraction(20, 100)
"""What a line of Noto Sans CJK leaves empty over and under its characters, in ems: they keep the margin, not it."""
_EDGE, _SOFT = Fraction(5, 100), Fraction(9, 100)
"""Width and softness of the shade around a caption's letters, in ems."""
_BETWEEN = Fraction(12, 100)
"""Space between two languages, in ems of the first."""
_NEARLY = Fraction(8, 10)
"""A text estimated at more of its line than this may have to be broken."""
_MIDDLE = 5
_ANCHORS = {"bottom left": 1, "bottom": 2, "bottom right": 3, "top left": 7, "top": 8, "top right": 9}

_HEAD = f"""\
[Script Info]
ScriptType: v4.00+
PlayResX: {WIDTH}
PlayResY: {HEIGHT}
WrapStyle: 0
ScaledBorderAndShadow: yes
YCbCr Matrix: None

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: wall,Noto Sans CJK TC,60,&H00FFFFFF,&H00FFFFFF,&H20000000,&HFF000000,0,0,0,0,100,100,0,0,1,0,0,5,0,0,0,-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


Lines = tuple[tuple[str, str], ...]
"""(language tag, text) from the top down."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """What is written on the wall for a while. `kind` is title or caption; times are the timeline's.

    `lines` are as `chosen` returns them. `aspect` is the width by height of the picture behind the letters, as it is
    shown on a screen that is not turned.
    """

    kind: str
    lines: Lines
    start_s: Fraction
    end_s: Fraction
    fade_in_s: Fraction = Fraction(0)
    fade_out_s: Fraction = Fraction(0)
    aspect: Fraction = SCREEN


def chosen(texts: dict[str, str], languages: tuple[str, ...] | None) -> Lines:
    """Return the texts in the chosen languages, in their order; all of them where none is chosen.

    `zh` chooses `zh-Hant` too. A text in no language in particular (`und`) is always written, below the others. Where
    none of the chosen languages is there, everything is: a wall in another language is better than an empty one.
    """
    if languages is None:
        return tuple(texts.items())
    wanted = [tag for language in languages for tag in texts if _is(tag, language)] + ["und"]
    return tuple((tag, texts[tag]) for tag in dict.fromkeys(wanted) if tag in texts) or tuple(texts.items())


def write(letterings: Iterable[Lettering], text: "Text", wall: Wall) -> str:
    """Return the ASS file: one Dialogue line for each lettering."""
    laid = cache(partial(_laid, text, wall))  # the loop comes again and again
    lines = []
    for number, lettering in enumerate(letterings):
        margins, tags, words = laid(lettering.kind, lettering.lines, lettering.aspect)
        layer = number % 2  # by turns: in a crossfade one caption lies over the other, where libass would put it above
        times = f"{_clock(lettering.start_s)},{_clock(lettering.end_s)}"
        lines.append(f"Dialogue: {layer},{times},wall,,{margins},,{{{tags}{_fade(lettering)}}}{words}\n")
    return _HEAD + "".join(lines)


def _is(tag: str, language: str) -> bool:
    """Whether a text in the language `tag` is one in `language`, which may be less exact or more."""
    one, other = f"{tag.lower()}-", f"{language.lower()}-"
    return one.startswith(other) or other.startswith(one)


def _laid(text: "Text", wall: Wall, kind: str, lines: Lines, aspect: Fraction) -> tuple[str, str, str]:
    """Return the margins of a text, the tags before it and the text itself as ASS has them."""
    across, down = wall.size
    em, margin = text.size * HEIGHT / 100, text.margin * HEIGHT / 100
    measure = across - 2 * margin
    if kind == "title":
        ems = _title_sizes(lines, em, measure, down - 2 * margin)
        spot = Spot(_MIDDLE, Fraction(across, 2), Fraction(down, 2), measure)
        set_text = _set_title
    else:
        measure = min(measure, _MEASURE * em)
        ems = _caption_sizes(lines, em, measure, down - 2 * margin)
        anchor = _ANCHORS[text.place]
        x = (across - margin, margin, Fraction(across, 2))[anchor % 3]
        above = max(Fraction(0), margin - _EMPTY_ABOVE * ems[0])
        below = max(Fraction(0), margin - _EMPTY_BELOW * ems[-1])
        spot = Spot(anchor, x, above if anchor > _MIDDLE else down - below, measure)
        set_text = _set_caption
    margins, tags = wall.place(spot, aspect)
    return ",".join(map(str, margins)), tags, set_text(lines, ems, measure, wall.scale(aspect))


def _title_sizes(lines: Lines, em: Fraction, measure: Fraction, room: Fraction) -> list[Fraction]:
    """Return the em of each language. A long text is set smaller, at last as large as a caption of this `em`."""
    size = em * _TITLE
    while size > em:
        ems = _each(lines, size, max(size * _SECOND_TITLE, em * _SECOND_CAPTION))
        if max(_rows(lines, ems, measure)) <= _TITLE_ROWS and _height(lines, ems, measure) <= room:
            return ems
        size *= _SMALLER
    return _caption_sizes(lines, em, measure, room)


def _caption_sizes(lines: Lines, em: Fraction, measure: Fraction, room: Fraction) -> list[Fraction]:
    """Return the em of each language: as wanted, or smaller where there is no room for the whole."""
    while True:
        ems = _each(lines, em, em * _SECOND_CAPTION)
        if em < 1 or _height(lines, ems, measure) <= room:
            return ems
        em *= _SMALLER


def _each(lines: Lines, first: Fraction, other: Fraction) -> list[Fraction]:
    return [first, *[other] * (len(lines) - 1)]


def _rows(lines: Lines, ems: list[Fraction], measure: Fraction) -> list[int]:
    """Return in about how many rows each language is broken."""
    return [ceil(width(words) * em / measure) for (_, words), em in zip(lines, ems, strict=True)]


def _height(lines: Lines, ems: list[Fraction], measure: Fraction) -> Fraction:
    return LINE * sum(rows * em for rows, em in zip(_rows(lines, ems, measure), ems, strict=True))


def _set_title(lines: Lines, ems: list[Fraction], measure: Fraction, scale: Fraction) -> str:
    rows = []
    for (tag, words), em in zip(lines, ems, strict=True):
        breaking = width(words) * em > measure * _NEARLY
        spaced = em * (_SPACED if is_chinese(words) and not breaking else _SPACED_LITTLE)
        size = rf"{{\fs{_number(em * LINE * scale)}\fsp{_number(spaced * scale)}}}"
        # libass puts the space after every letter; a joiner, which has no width, puts one before the first
        rows.append(f"{size}{JOINER}{typeset(tag, words, breaking=breaking)}")
    return _stacked(rows, ems[0] * scale) + rf"\N{{\fs{_number(_LIFT * scale)}}}\h"


def _set_caption(lines: Lines, ems: list[Fraction], measure: Fraction, scale: Fraction) -> str:
    rows = []
    for (tag, words), em in zip(lines, ems, strict=True):
        breaking = width(words) * em > measure * _NEARLY
        size, edge, soft = (_number(em * part * scale) for part in (LINE, _EDGE, _SOFT))
        rows.append(rf"{{\fs{size}\bord{edge}\blur{soft}}}{typeset(tag, words, breaking=breaking)}")
    return _stacked(rows, ems[0] * scale)


def _stacked(rows: list[str], em: Fraction) -> str:
    """Put languages under each other, with a little more between them than between the lines of one."""
    return rf"\N{{\fs{_number(em * _BETWEEN)}}}\h\N".join(rows)


def _fade(lettering: Lettering) -> str:
    """Return the tag that lets the letters come and go with the picture, in ms from when they are there."""
    if not lettering.fade_in_s and not lettering.fade_out_s:
        return ""
    there_s = Fraction(_tick(lettering.start_s), 100)
    times_s = (
        lettering.start_s,
        lettering.start_s + lettering.fade_in_s,
        lettering.end_s - lettering.fade_out_s,
        lettering.end_s,
    )
    return r"\fade(255,0,255,{},{},{},{})".format(*(round((time_s - there_s) * 1000) for time_s in times_s))


def _tick(time_s: Fraction) -> int:
    """Return the 1/100 s at which letters come or go whose first frame, or the first without them, is at `time_s`."""
    return max(0, floor((time_s - _EARLY_S) * 100))


def _clock(time_s: Fraction) -> str:
    seconds, rest = divmod(_tick(time_s), 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:02}"


def _number(number: Fraction) -> str:
    return f"{float(number):.2f}".rstrip("0").rstrip(".")
