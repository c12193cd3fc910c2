"""The README's tables of keys, made from the models, so that what a key means is written only once.

`python -m installation.config` writes them into the README, each below a comment that says which it is.
"""

import re
from collections.abc import Iterable, Iterator
from inspect import isclass
from typing import get_args

from pydantic.fields import FieldInfo

from installation.config.kiosk import Kiosk
from installation.config.loop import CUES, Loop
from installation.config.validating import Part, left_out

_PLACE = re.compile(r"(<!-- keys of (.*?) -->\n).*?(<!-- end of keys -->)", re.DOTALL)


def with_tables(readme: str) -> str:
    """Return the text of the README with every table of keys as the models have it."""
    tables = {
        "kiosk.yaml": _table(("key", "meaning", "if left out"), _rows(Kiosk)),
        "loop.yaml": _table(("key", "meaning", "if left out"), _rows(Loop)),
        "cues": _table(("key", "goes with", "meaning", "if left out"), _cue_rows()),
    }
    return _PLACE.sub(lambda place: f"{place[1]}\n{tables[place[2]]}\n{place[3]}", readme)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _rows(part: type[Part], group: str = "") -> Iterator[tuple[str, str, str]]:
    """Tell key, meaning and what holds without it, for every key of a part and of the parts in it."""
    for key, field in part.fields().items():
        yield f"`{group}{key}`", field.description or "", "must be there" if field.is_required() else left_out(field)
        if inner := _part_in(field):
            yield from _rows(inner, f"{key}: ")


def _cue_rows() -> Iterator[tuple[str, str, str, str]]:
    """Tell the keys of all cues, each once, with the kinds that have it: the kinds' own first, the common ones last."""
    kinds: dict[tuple[str, str, str], list[str]] = {}
    for kind, cue in CUES.items():
        for row in _rows(cue):
            kinds.setdefault(row, []).append(kind)
    ordered = sorted(kinds.items(), key=lambda row: (row[0][0].strip("`") not in CUES, len(row[1])))
    for (key, meaning, without), having in ordered:
        yield key, ", ".join(having) if len(having) < len(CUES) else "every cue", meaning, without


def _part_in(field: FieldInfo) -> type[Part] | None:
    """Return the part that a key holds, by itself or as one of two possibilities."""
    kinds = (field.annotation, *get_args(field.annotation))
    return next((kind for kind in kinds if isclass(kind) and issubclass(kind, Part)), None)
