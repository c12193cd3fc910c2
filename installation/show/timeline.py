"""The show's timeline as libmpv reads it: one EDL that repeats the loop for hours, so that no wrap is ever a load.

An EDL line is `file,start,length`. A loop with sound has two streams beside each other, picture and sound, of the
same length: a file without sound among others would upset the clock.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path

from installation.errors import InstallationError
from installation.show.plan import Copy, Plan, Segment

LONGEST_S = 24 * 3600
"""How long one timeline repeats the loop at the most; libmpv's own loop then bridges its end."""
MOST_SEGMENTS = 10_000
"""More segments open more slowly, and a restart is picture time: 60,000 take 0.4 s in libmpv 0.35."""
MOST_BYTES = 950_000
"""libmpv 0.35 does not recognise an EDL of more than 1,000,000 bytes."""
SILENCE_S = Fraction(600)
"""Length of the file of silence; longer silences repeat it."""

Name = Callable[[Path | Copy], str]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The EDL's text, how often it holds the loop, and libmpv's number of its sound track (None: silent)."""

    text: str
    iterations: int
    audio: int | None


def sounds(plan: Plan) -> bool:
    """Whether anything in the loop is heard."""
    return any(cue.sounds for cue in plan.cues)


def iterations(plan: Plan, name: Name, silence: str) -> int:
    """Say how often the loop fits into one timeline. Raises InstallationError for a loop too large for any."""
    lines = [*_pictures(plan, range(len(plan.cues)), name)]
    lines += _sounds(plan, range(len(plan.cues)), name, silence) if sounds(plan) else []
    size = sum(len(line.encode()) + 1 for line in lines)
    fits = min(MOST_SEGMENTS // len(lines), MOST_BYTES // size)
    if not fits and size > MOST_BYTES:
        raise InstallationError(f"the loop has {len(lines)} pieces, more than one timeline can hold; shorten it.")
    length_s = sum((cue.length_s for cue in plan.cues), Fraction(0)) + len(plan.cues) * _gap(plan)
    return max(1, min(fits, ceil(LONGEST_S / length_s)))


def write(plan: Plan, orders: tuple[tuple[int, ...], ...], times: int, name: Name, silence: str) -> Timeline:
    """Write `times` iterations of the plan; `name` tells each file's short name, relative to the EDL's folder."""
    played = [cue for number in range(times) for cue in orders[number % len(orders)]]
    lines = [*_pictures(plan, played, name)]
    if not sounds(plan):
        return Timeline("\n".join(["# mpv EDL v0", "!no_chapters", *lines, ""]), times, None)
    heard = _sounds(plan, played, name, silence)
    # where any file of the picture's stream has sound of its own, libmpv makes that track 1
    text = "\n".join(["# mpv EDL v0", "!no_chapters", "!new_stream", *lines, "!new_stream", *heard, ""])
    return Timeline(text, times, 2 if any(cue.has_own_sound for cue in plan.cues) else 1)


def _gap(plan: Plan) -> Fraction:
    return sum((segment.length_s for segment in plan.gap), Fraction(0))


def _pictures(plan: Plan, played: "range | list[int]", name: Name) -> Iterator[str]:
    lines = [
        [_line(name(part.source), part.start_s, part.length_s) for part in (*cue.picture, *plan.gap)]
        for cue in plan.cues
    ]
    for cue in played:
        yield from lines[cue]


def _sounds(plan: Plan, played: "range | list[int]", name: Name, silence: str) -> list[str]:
    gap_s = _gap(plan)
    lines: list[str] = []
    quiet_s = Fraction(0)
    for index in played:
        for part in (*plan.cues[index].sound, gap_s):
            if isinstance(part, Segment):
                lines += _silence(quiet_s, silence)
                quiet_s = Fraction(0)
                lines.append(_line(name(part.source), part.start_s, part.length_s))
            else:
                quiet_s += part
    return lines + _silence(quiet_s, silence)


def _silence(length_s: Fraction, name: str) -> list[str]:
    whole, rest_s = divmod(length_s, SILENCE_S)
    return [_line(name, Fraction(0), SILENCE_S)] * int(whole) + ([_line(name, Fraction(0), rest_s)] if rest_s else [])


def _line(name: str, start_s: Fraction, length_s: Fraction) -> str:
    return f"{name},{_number(start_s)},{_number(length_s)}"


def _number(seconds: Fraction) -> str:
    return f"{float(seconds):.9f}".rstrip("0").rstrip(".")
