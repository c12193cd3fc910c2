"""The show's timeline as libmpv reads it: one EDL that repeats the loop for hours, so that no wrap is ever a load.

An EDL line is `file,start,length`. A loop with sound has two streams beside each other, picture and sound, of the
same length: a file without sound among others would upset the clock.

libmpv moves a frame's time onto the timeline and rounds it to the file's time base, then asks on which side of a
segment's edge it lies. With exact numbers some joins show a frame too many and lose the next one. So an edge lies
just before a step of the entering file's time base, and a segment begins and ends LEAD_S before its frames; only one
that enters at a keyframe begins exactly there, for a moment earlier libmpv would decode from the keyframe before.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm
from pathlib import Path

from installation.errors import InstallationError
from installation.show.plan import LEAD_S, Copy, Plan, Segment

LONGEST_S = 24 * 3600
"""How long one timeline repeats the loop at the most; libmpv's own loop then bridges its end."""
MOST_SEGMENTS = 10_000
"""More segments open more slowly, and a restart is picture time: 60,000 take 0.4 s in libmpv 0.35."""
MOST_BYTES = 900_000
"""libmpv 0.35 does not recognise an EDL of more than 1,000,000 bytes."""
SILENCE_S = Fraction(600)
"""Length of the file of silence; longer silences repeat it."""

_NS = 1_000_000_000
_EDGE_NS = 250
"""How far before a step of the time base an edge lies: more than libmpv's rounding of our figures, less than a step."""
_WIDEST = 12
"""Digits by which a line may be longer in a later iteration than in the first."""

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
    once = range(len(plan.cues))
    lines = _pictures(plan, once, name) + (_sounds(plan, once, name, silence) if sounds(plan) else [])
    size = sum(len(line.encode()) + _WIDEST for line in lines)
    if size > MOST_BYTES:
        raise InstallationError(f"The loop has {len(lines)} pieces, more than one timeline can hold. Shorten it.")
    loop_s = sum((cue.length_s for cue in plan.cues), Fraction(0)) + len(plan.cues) * plan.gap_s
    return max(1, min(MOST_SEGMENTS // len(lines), MOST_BYTES // size, ceil(LONGEST_S / loop_s)))


def write(plan: Plan, orders: tuple[tuple[int, ...], ...], times: int, name: Name, silence: str) -> Timeline:
    """Write `times` iterations of the plan; `name` tells each file's short name, relative to the EDL's folder."""
    played = [cue for number in range(times) for cue in orders[number % len(orders)]]
    head, pictures = ["# mpv EDL v0", "!no_chapters"], _pictures(plan, played, name)
    if not sounds(plan):
        return Timeline("\n".join([*head, *pictures, ""]), times, None)
    heard = _sounds(plan, played, name, silence)
    text = "\n".join([*head, "!new_stream", *pictures, "!new_stream", *heard, ""])
    # where any file of the picture's stream has sound of its own, libmpv makes that track 1
    return Timeline(text, times, 2 if any(cue.has_own_sound for cue in plan.cues) else 1)


def _pictures(plan: Plan, played: Iterable[int], name: Name) -> list[str]:
    segments = [segment for cue in played for segment in (*plan.cues[cue].picture, *plan.gap)]
    unit = lcm(*{part.denominator for segment in segments for part in (segment.length_s, segment.tick)})
    heads = {segment: f"{name(segment.source)},{_start(segment)}" for segment in dict.fromkeys(segments)}
    measures = {segment: (int(segment.length_s * unit), int(segment.tick * unit)) for segment in heads}
    lines, at_ns, nominal = [], 0, 0
    for segment, entering in zip(segments, [*segments[1:], segments[0]], strict=True):
        nominal += measures[segment][0]
        tick = measures[entering][1]
        edge_ns = nominal // tick * tick * _NS // unit - _EDGE_NS
        lines.append(f"{heads[segment]},{_seconds(edge_ns - at_ns)}")
        at_ns = edge_ns
    return lines


def _start(segment: Segment) -> str:
    if segment.at_keyframe:
        return _seconds(ceil(segment.enters_s * _NS))
    return _seconds(round((segment.enters_s - LEAD_S) * _NS))


def _sounds(plan: Plan, played: Iterable[int], name: Name, silence: str) -> list[str]:
    """Write the sound's stream, its silences run together; its edges are rounded, never added up."""
    lines: list[str] = []
    end_s = quiet_s = Fraction(0)
    at_ns = 0

    def add(head: str, until_s: Fraction) -> None:
        nonlocal at_ns
        edge_ns = round(until_s * _NS)
        lines.append(f"{head},{_seconds(edge_ns - at_ns)}")
        at_ns = edge_ns

    for part in [part for cue in played for part in (*plan.cues[cue].sound, plan.gap_s)]:
        length_s = part.length_s if isinstance(part, Segment) else part
        if isinstance(part, Segment):
            for until_s in _silences(end_s - quiet_s, end_s):
                add(f"{silence},0", until_s)
            add(f"{name(part.source)},{_seconds(round(part.enters_s * _NS))}", end_s + length_s)
            quiet_s = Fraction(0)
        else:
            quiet_s += length_s
        end_s += length_s
    for until_s in _silences(end_s - quiet_s, end_s):
        add(f"{silence},0", until_s)
    return lines


def _silences(start_s: Fraction, end_s: Fraction) -> list[Fraction]:
    """Return where the pieces of a silence end, none longer than its file."""
    pieces = ceil((end_s - start_s) / SILENCE_S)
    return [min(start_s + number * SILENCE_S, end_s) for number in range(1, pieces + 1)]


def _seconds(nanoseconds: int) -> str:
    whole, rest = divmod(nanoseconds, _NS)
    return f"{whole}.{rest:09d}".rstrip("0").rstrip(".")
