"""From in and out points to the frames between them."""

from fractions import Fraction

from installation.config.loop import ClipCue
from installation.footage.archive import printable
from installation.footage.probe import Probe
from installation.show.strips import frame_at
from installation.timecode import Time, TimecodeError, format_time


class CueError(Exception):
    """What is wrong with a cue, in a sentence, and the key whose value is."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


def trimmed(cue: ClipCue, probe: Probe) -> tuple[int, int]:
    """Return the first frame shown and the first no longer shown. Raises CueError, at `in` or `out`."""
    name, end = printable(cue.clip.rpartition("/")[2]), probe.duration
    start_s = _seconds(cue.in_point, "in", probe) if cue.in_point else Fraction(0)
    stop_s = _seconds(cue.out_point, "out", probe) if cue.out_point else end
    if stop_s > end + 1 / (2 * probe.rate):  # a length read off a table is rounded
        told = f"out point {format_time(stop_s)} lies after the end of {name} ({format_time(end)})."
        raise CueError("out", told)
    if start_s >= end:
        raise CueError("in", f"in point {format_time(start_s)} lies after the end of {name} ({format_time(end)}).")
    if stop_s <= start_s:
        told = f"out point {format_time(stop_s)} does not lie after the in point {format_time(start_s)}; swap them."
        raise CueError("out", told)
    first, last = frame_at(probe, start_s), frame_at(probe, stop_s)
    if last <= first:
        shown = f"{format_time(start_s)} to {format_time(stop_s)}"
        raise CueError("out", f"no frame of {name} lies between its in and out point ({shown}); move them apart.")
    return first, last


def _seconds(time: Time, key: str, probe: Probe) -> Fraction:
    try:
        return time.at(probe.rate)
    except TimecodeError as error:
        raise CueError(key, f"{error}.") from error
