"""The cues of one loop as they come: when each is seen, and what there is to say of it besides."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from installation.journal.sentences import count
from installation.show.plan import Plan
from installation.show.turns import PlannedCue
from installation.timecode import format_time


@dataclass(frozen=True)
class Box:
    """A cue's turn, [start_s, end_s) of the loop; `after` follows it, and the gap, if there is one, lies between.

    `number` counts the turns from 1, `place` the cues as the file lists them. Where `after` crossfades with it, that
    is seen at the end of this turn.
    """

    number: int
    place: int
    cue: PlannedCue
    after: PlannedCue
    start_s: Fraction
    end_s: Fraction

    @property
    def length_s(self) -> Fraction:
        """Length of the turn, without the gap."""
        return self.end_s - self.start_s

    @property
    def is_black(self) -> bool:
        """Whether nothing is seen of it."""
        return self.cue.kind == "black"

    @property
    def fade_in_s(self) -> Fraction:
        """How long it takes to come out of black; nothing where it crossfades instead."""
        return Fraction(0) if self.cue.blend_s else self.cue.fade_in_s

    @property
    def fade_out_s(self) -> Fraction:
        """How long it takes to go into black; nothing where it crossfades instead."""
        return Fraction(0) if self.after.blend_s else self.cue.fade_out_s


def boxes(plan: Plan) -> list[Box]:
    """Return the turns of the plan's first iteration."""
    made, start_s = [], Fraction(0)
    for number, (index, after) in enumerate(plan.played(1), 1):
        end_s = start_s + plan.length_s(index)
        made.append(Box(number, index + 1, plan.cues[index], plan.cues[after], start_s, end_s))
        start_s = end_s + plan.gap_s
    return made


def dark_s(plan: Plan) -> Fraction:
    """Say how long the loop is black: its blacks and its gaps, not its fades."""
    return sum((box.length_s * box.is_black + plan.gap_s for box in boxes(plan)), Fraction(0))


def is_listed(plan: Plan) -> bool:
    """Whether the cues come as the file lists them."""
    return all(index == number for number, (index, _) in enumerate(plan.played(1)))


def details(box: Box) -> list[str]:
    """Say in the words of the file how a cue is shown, where it is not simply its file from end to end."""
    said = list(_excerpt(box.cue))
    for what, length_s in (("fade in", box.fade_in_s), ("fade out", box.fade_out_s), ("crossfade", box.cue.blend_s)):
        if length_s:
            said.append(f"{what} {seconds(length_s)}")
    if box.cue.strip.probe and box.cue.strip.probe.sound and not box.cue.sounds:
        said.append("sound off")
    return said


def clock(time_s: Fraction, parts: int) -> str:
    """Write a time to the tenth (`parts` 10) or hundredth: a segment's lead of two milliseconds is nothing to read."""
    return format_time(Fraction(round(time_s * parts), parts))


def seconds(length_s: Fraction, parts: int = 100) -> str:
    """Write a length to the hundredth, or another part, in seconds below a minute: 0.5 s, 1:30."""
    if length_s >= 60:
        return clock(length_s, parts)
    return f"{round(length_s * parts) / parts:.3f}".rstrip("0").rstrip(".") + " s"


def _excerpt(cue: PlannedCue) -> Iterator[str]:
    """Say where a clip is entered and left, how often it is shown, what of it stays; and its flashes, if known."""
    part, probe = cue.excerpt, cue.strip.probe
    if part is None or probe is None:
        return
    if part.first:
        yield f"in {clock(probe.time(part.first), 100)}"
    if part.last < probe.frames:
        yield f"out {clock(probe.time(part.last), 100)}"
    if part.times > 1:
        yield f"{part.times} times"
    if part.hold_s:
        where = "" if part.held is None else f" on {clock(probe.time(part.held), 100)}"
        yield f"hold {seconds(part.hold_s)}{where}"
    if cue.flashes_s:
        yield f"{count(len(cue.flashes_s), 'flash', 'flashes')}, {float(cue.pace):.2f} a second"
