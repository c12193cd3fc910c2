"""From a cue's points to the frames that it shows of its clip."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from installation.config.loop import ClipCue
from installation.footage.probe import Probe
from installation.show.strips import FRAMES, HOLD, Run, Runs, frame_at, frames, length_of
from installation.timecode import LAST, FlashTime, Point, TimecodeError, format_length, format_time

if TYPE_CHECKING:
    from installation.flash.model import Flash

_CALLED = {"in": "in point", "out": "out point", "hold": "held frame"}


class CueError(Exception):
    """What is wrong with a cue, in a sentence, and the key whose value is."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip and what is known of it: its flashes, as they come, only where somebody asks for them."""

    name: str
    path: Path
    probe: Probe
    flashes: "Sequence[Flash]" = ()


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a cue shows of its clip: frames [first, last), so many times.

    One frame stays for `hold_s`: `held` each time, or else the last one, after the last time.
    """

    first: int
    last: int
    times: int = 1
    held: int | None = None
    hold_s: Fraction = Fraction(0)

    def runs(self, clip: Clip) -> Runs:
        """Return the runs of the strip that shows it."""
        if self.held is None:
            return _frames(clip, self.first, self.last) * self.times + self._hold(clip, self.last - 1)
        before, after = _frames(clip, self.first, self.held + 1), _frames(clip, self.held + 1, self.last)
        return (before + self._hold(clip, self.held) + after) * self.times

    def _hold(self, clip: Clip, frame: int) -> Runs:
        return (Run(HOLD, self.hold_s, str(clip.path), clip.probe.sha256, frame, 1),) if self.hold_s else ()


def excerpt(cue: ClipCue, clip: Clip) -> Excerpt:
    """Find out what a cue shows of its clip. Raises CueError, at `in`, `out` or `hold`."""
    first, last = _trimmed(cue, clip)
    hold_s = cue.hold.length_s and max(cue.hold.length_s, 1 / clip.probe.rate)
    if cue.hold.on is None:
        return Excerpt(first, last, cue.times, hold_s=hold_s or Fraction(0))
    held = _held(cue.hold.on, clip, first, last)
    if hold_s is not None:
        return Excerpt(first, last, cue.times, held, hold_s)
    if held == last - 1:
        told = f"the held frame is the last that is shown of {clip.name}; say for how long it stays"
        raise CueError("hold", f"{told}: 'on … for 2s'.")
    return Excerpt(first, held + 1, cue.times, held, length_of(clip.probe, held + 1, last))


def lit_s(runs: Runs, clip: Clip) -> tuple[Fraction, ...]:
    """Say when the runs show the beginning of a flash."""
    found, at_s = [], Fraction(0)
    for run in runs:
        if run.kind == FRAMES:
            first, last = (bisect_left(clip.flashes, frame, key=_frame) for frame in (run.first, run.first + run.count))
            found += [at_s + flash.time - clip.probe.time(run.first) for flash in clip.flashes[first:last]]
        at_s += run.length_s
    return tuple(found)


def _trimmed(cue: ClipCue, clip: Clip) -> tuple[int, int]:
    """Return the first frame shown and the first no longer shown."""
    start_s, start = _found(cue.in_point, "in", clip) if cue.in_point else (Fraction(0), "0:00")
    end_s = clip.probe.duration
    stop_s, stop = _found(cue.out_point, "out", clip) if cue.out_point else (end_s, format_time(end_s))
    if stop_s <= start_s:
        raise CueError("out", f"out point {stop} does not lie after the in point {start}; swap them.")
    first, last = frame_at(clip.probe, start_s), frame_at(clip.probe, stop_s)
    if last <= first:
        told = f"no frame of {clip.name} lies between its in and out point ({start} to {stop}); move them apart."
        raise CueError("out", told)
    return first, last


def _held(point: Point, clip: Clip, first: int, last: int) -> int:
    """Return the frame that is to stay: of a flash the brightest."""
    at_s, told = _found(point, "hold", clip)
    held = frame_at(clip.probe, at_s)
    if isinstance(point, FlashTime) and point.offset is None:
        held = _flash(point, "hold", clip).brightest
    if not first <= held < last:
        shown = f"{format_time(clip.probe.time(first))} to {format_time(clip.probe.time(last - 1))}"
        told = f"held frame {told} is not among those shown of {clip.name} ({shown})"
        raise CueError("hold", f"{told}; hold another, or move 'in' or 'out'.")
    return held


def _found(point: Point, key: str, clip: Clip) -> tuple[Fraction, str]:
    """Return when a point is, and what messages call it. Raises CueError, at `key`, where the clip has no such time."""
    end_s, about_s = clip.probe.duration, 1 / (2 * clip.probe.rate)  # a time read off a table is rounded
    end = format_time(end_s)
    try:
        if isinstance(point, FlashTime):
            flash_s = _flash(point, key, clip).time
            at_s = point.at(clip.probe.rate, flash_s)
            told, beside = point.written, f"; {point.flash} is at {format_time(flash_s)}"
        else:
            at_s = point.at(clip.probe.rate)
            told, beside = format_time(at_s), ""
    except TimecodeError as error:
        raise CueError(key, f"{error}.") from error
    if at_s > end_s + about_s or (at_s >= end_s and key != "out"):
        by = f"{format_length(at_s - end_s)} " if beside else ""
        raise CueError(key, f"{_CALLED[key]} {told} lies {by}after the end of {clip.name} ({end}{beside}).")
    if at_s < -about_s:
        by = format_length(-at_s)
        raise CueError(key, f"{_CALLED[key]} {told} lies {by} before the beginning of {clip.name} (0:00{beside}).")
    at_s = max(at_s, Fraction(0))
    return at_s, f"{told} ({format_time(at_s)})" if beside else told


def _flash(point: FlashTime, key: str, clip: Clip) -> "Flash":
    """Return the flash that a point is told from."""
    count = len(clip.flashes)
    if point.number <= count and count:
        return clip.flashes[-1 if point.number == LAST else point.number - 1]
    has = {0: "no flashes", 1: "1 flash"}.get(count, f"{count} flashes")
    missing = "" if point.number == LAST else f"; there is no {point.flash}"
    raise CueError(key, f"{clip.name} has {has}{missing}.")


def _frame(flash: "Flash") -> int:
    return flash.frame


def _frames(clip: Clip, first: int, last: int) -> Runs:
    return (frames(clip.path, clip.probe, first, last),) if first < last else ()
