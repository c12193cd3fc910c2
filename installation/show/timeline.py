"""The show's timeline as libmpv reads it: one EDL that repeats the loop for hours, so that no wrap is ever a load.

An EDL line is `file,start,length`. A loop with sound has two streams beside each other, picture and sound, of the
same length: a file without sound among others would upset the clock.

libmpv moves a frame's time onto the timeline and rounds it to the file's time base, then asks on which side of a
segment's edge it lies. With exact numbers some joins show a frame too many and lose the next one. So an edge lies
just before a step of the entering file's time base, and a segment begins and ends LEAD_S before its frames; only one
that enters at a keyframe begins exactly there, for a moment earlier libmpv would decode from the keyframe before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm
from pathlib import Path

from installation.errors import InstallationError
from installation.show.ordering import orders
from installation.show.plan import Plan
from installation.show.segments import LEAD_S, AnyCopy, Segment
from installation.show.turns import Turn

LONGEST_S = 24 * 3600
"""How long one timeline repeats the loop at the most; libmpv's own loop then bridges its end."""
MOST_SEGMENTS = 10_000
"""More segments open more slowly, and a restart is picture time: 60,000 take 0.4 s in libmpv 0.35."""
MOST_BYTES = 900_000
"""libmpv 0.35 does not recognise an EDL of more than 1,000,000 bytes."""
SILENCE_S = Fraction(600)
"""Length of the file of silence; longer silences repeat it."""

MOST_BLENDS = 200
"""A shuffled loop with crossfades has no more pairs of cues that meet: each pair's crossfade is a copy."""

_NS = 1_000_000_000
_EDGE_NS = 250
"""How far before a step of the time base an edge lies: more than libmpv's rounding of our figures, less than a step."""

Name = Callable[[Path | AnyCopy], str]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The EDL's text, and libmpv's number of its sound track (None: silent)."""

    text: str
    audio: int | None


def arrange(plan: Plan, order: str, seed: int) -> None:
    """Choose the plan's orders, and how many iterations one timeline holds."""
    if not plan.cues:
        return
    names, pace = [cue.name for cue in plan.cues], [cue.pace for cue in plan.cues]
    plan.orders = orders(order, seed, names, 1, pace)
    turns = _turns(plan, 1)
    pieces = sum(len(turn.picture) + len(plan.gap) for turn in turns)
    if _is_heard(plan):
        pieces += sum(len(turn.sound) + len(plan.gap) for turn in turns)
    if any(cue.blend_s for cue in plan.cues):
        pieces += 2 * len(turns)  # cues that meet otherwise may need other copies
    iterations = max(1, min(MOST_SEGMENTS // pieces, ceil(LONGEST_S / plan.loop_s)))
    plan.orders = orders(order, seed, names, min(iterations, _most_orders(plan)), pace)
    plan.iterations = iterations - iterations % len(plan.orders)


def write(plan: Plan, name: Name, silence: str) -> Timeline:
    """Write the plan's iterations; `name` tells each file's short name, relative to the EDL's folder.

    Raises InstallationError for a loop too large for any timeline.
    """
    turns = _turns(plan, plan.iterations)
    head, pictures = ["# mpv EDL v0", "!no_chapters"], _pictures(turns, plan, name)
    if _is_heard(plan):
        lines = [*head, "!new_stream", *pictures, "!new_stream", *_sounds(turns, plan, name, silence), ""]
        # where any file of the picture's stream has sound of its own, libmpv makes that track 1
        audio = 2 if any(segment.has_sound for turn in turns for segment in turn.picture) else 1
    else:
        lines, audio = [*head, *pictures, ""], None
    text = "\n".join(lines)
    if len(text.encode()) > MOST_BYTES:
        raise InstallationError(f"The loop has {len(lines)} pieces, more than one timeline can hold. Shorten it.")
    return Timeline(text, audio)


def _is_heard(plan: Plan) -> bool:
    return any(cue.sounds for cue in plan.cues)


def _turns(plan: Plan, iterations: int) -> list[Turn]:
    return [plan.turn(cue, after) for cue, after in plan.played(iterations)]


def _most_orders(plan: Plan) -> int:
    """Say how many different orders there may be, so that no more than MOST_BLENDS pairs of cues blend."""
    blending = sum(cue.blend_s > 0 for cue in plan.cues)
    if blending * (len(plan.cues) - 1) <= MOST_BLENDS:  # all the pairs there are
        return MOST_SEGMENTS
    return max(1, MOST_BLENDS // blending)


def _pictures(turns: list[Turn], plan: Plan, name: Name) -> list[str]:
    known = {id(turn): (*turn.picture, *plan.gap) for turn in turns}
    unit = lcm(
        *{part.denominator for segments in known.values() for one in segments for part in (one.length_s, one.tick)}
    )
    written = {key: [_measured(segment, name, unit) for segment in segments] for key, segments in known.items()}
    played = [measured for turn in turns for measured in written[id(turn)]]
    lines, at_ns, nominal = [], 0, 0
    for (head, length, _), (_, _, tick) in zip(played, [*played[1:], played[0]], strict=True):
        nominal += length
        edge_ns = nominal // tick * tick * _NS // unit - _EDGE_NS
        lines.append(f"{head},{_seconds(edge_ns - at_ns)}")
        at_ns = edge_ns
    return lines


def _measured(segment: Segment, name: Name, unit: int) -> tuple[str, int, int]:
    """Return the head of a segment's line, and its length and its file's tick, both in 1/unit seconds."""
    return f"{name(segment.source)},{_start(segment)}", int(segment.length_s * unit), int(segment.tick * unit)


def _start(segment: Segment) -> str:
    if segment.at_keyframe:
        return _seconds(ceil(segment.enters_s * _NS))
    return _seconds(round((segment.enters_s - LEAD_S) * _NS))


def _sounds(turns: list[Turn], plan: Plan, name: Name, silence: str) -> list[str]:
    """Write the sound's stream, its silences run together; its edges are rounded, never added up."""
    lines: list[str] = []
    end_s = quiet_s = Fraction(0)
    at_ns = 0

    def add(head: str, until_s: Fraction) -> None:
        nonlocal at_ns
        edge_ns = round(until_s * _NS)
        if edge_ns > at_ns:
            lines.append(f"{head},{_seconds(edge_ns - at_ns)}")
            at_ns = edge_ns

    for part in [part for turn in turns for part in (*turn.sound, plan.gap_s)]:
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
