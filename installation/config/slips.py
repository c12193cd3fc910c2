"""Slips of the keyboard that YAML takes for something else: a tab, a full-width space, `clip:name`, typographic quotes.

YAML then complains elsewhere, or a key is unknown that looks right. So each line that has a problem is looked at for
such a slip, and the slip is told instead.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from installation.config.complaints import one_line
from installation.config.reading import place
from installation.errors import Mark, Problem

UNUSUAL_SPACES = "\xa0\u2002\u2003\u2009\u200b\u202f\u3000\ufeff"
OPENING, CLOSING = "“”„«‘「『＂", "“”»’」』＂"
_FAR = 200  # characters of a line that are looked at
_HIGH = 20  # lines above a problem among which the next that says something is looked for
_LINE_END = re.compile(r"\r\n|\n|\r")
_BEFORE = r"[ {\[-]*"  # what may stand before a key
_KEY = r"[A-Za-z_]+(?:-[A-Za-z]+)*"
_SPACE = "this is not an ordinary space: delete it and type it again, with Chinese input off"
_FULL_WIDTH = "this is a full-width digit or sign: type it again, with Chinese input off"
_QUOTES = 'this quote is a typographic one: write a straight one (") at both ends of the text'

# What a line begins with, or what stands at the place of a problem; the group is where the slip is.
_SLIPS = [
    (re.compile(pattern), sentence)
    for pattern, sentence in [
        (r"[ -]*(\t)", "a tab stands here: use spaces instead"),
        (rf"{_BEFORE}(?:{_KEY}:?)?([{UNUSUAL_SPACES}])", _SPACE),
        (rf"{_BEFORE}{_KEY}(：)", "this colon is a full-width one ('：'): write ':' and a space"),
        (rf"{_BEFORE}{_KEY}(:)(?!//)\S", "a space is missing after this colon"),
        (rf" *(-){_KEY}[:：]", "a space is missing after this '-'"),
        (r" *([－–—−])\s", "this dash is not the '-' that begins a cue: write '-' and a space"),
        (rf".*([，、])\s*{_KEY}:\s", "this comma is a full-width one: write ',' and a space"),
        (r"(?:on )?(?:first |last )?flash[a-z0-9 :.+-]*([０-９：．－＋])", _FULL_WIDTH),
        (r"[0-9:.]*([０-９：．])", _FULL_WIDTH),
        (rf"{_BEFORE}([{OPENING}])", _QUOTES),
        (rf"{_BEFORE}{_KEY}: +([{OPENING}]).*: ", _QUOTES),
        (rf"[^,:{{}}\[\]]*([{CLOSING}])\s*(?:[,:}}\]]|$)", _QUOTES),
    ]
]


def with_slips(problems: Iterable[Problem], raw: bytes) -> list[Problem]:
    """Return the problems of the file `raw` in its order, each slip told once and instead of what came of it."""
    lines = _LINE_END.split(raw.decode(errors="replace").removeprefix("\ufeff"))
    problems = list(problems)
    marked = {problem.mark.line for problem in problems if problem.mark}
    told = dict.fromkeys(_slip(problem, lines, marked) or problem for problem in problems)
    return sorted(told, key=place)


def _slip(problem: Problem, lines: list[str], marked: set[int]) -> Problem | None:
    """Return the slip that a problem came of: at its place, or where its line or one beside it begins."""
    if problem.mark is None:
        return None
    line = problem.mark.line
    places = [problem.mark, replace(problem.mark, column=1)]
    if lines[line - 1][-_FAR:].rstrip().endswith(":"):
        places.append(Mark(problem.mark.file, line + 1, 1))
    above = range(line - 1, max(0, line - _HIGH), -1)
    before = next((number for number in above if _says_something(lines[number - 1])), line)
    if before not in marked:
        places.append(Mark(problem.mark.file, before, 1))
    for mark in places:
        text = lines[mark.line - 1][mark.column - 1 : mark.column + _FAR] if mark.line <= len(lines) else ""
        for pattern, sentence in _SLIPS:
            if match := pattern.match(text):
                return Problem(one_line(sentence), replace(mark, column=mark.column + match.start(1)))
    return None


def _says_something(line: str) -> bool:
    return line.strip(" ") != "" and not line.lstrip(" ").startswith("#")
