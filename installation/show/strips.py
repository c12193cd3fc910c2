"""What a cue shows and sounds like, before it is laid on a timeline: strips of picture and sound that can be cut."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from pathlib import Path

from installation.footage.probe import Probe

FRAMES, HOLD, STILL, BLACK = "frames", "hold", "still", "black"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of picture of one kind: `count` frames of a master from `first` on, one frame held, a still, black.

    `sha256` is the master's, which is a path.
    """

    kind: str
    length_s: Fraction
    master: str = ""
    sha256: str = ""
    first: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch of sound of a master, entered at `enters_s` as a player counts its file from 0; no master: silence."""

    length_s: Fraction
    master: str = ""
    sha256: str = ""
    enters_s: Fraction = Fraction(0)
    rate: int = 48_000
    """Samples a second, as the master has them."""

    def cut(self, start_s: Fraction, end_s: Fraction) -> "Heard":
        """Return the part between two times, counted from its own beginning."""
        moved_s = start_s if self.master else Fraction(0)
        return replace(self, length_s=end_s - start_s, enters_s=self.enters_s + moved_s)


Sound = tuple[Heard, ...]
Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Strip:
    """All that one cue shows: runs, one after the other, of one master or of none.

    `rate` is in frames a second, width and height in pixels, upright; `probe` is a clip's.
    """

    runs: Runs
    rate: Fraction
    width: int
    height: int
    probe: Probe | None = None

    @property
    def length_s(self) -> Fraction:
        """Length of the whole strip."""
        return total(self.runs)

    @property
    def shape(self) -> Fraction:
        """Width to height as it is seen."""
        aspect = self.probe.sample_aspect if self.probe and self.probe.sample_aspect else Fraction(1)
        turned = self.probe is not None and self.probe.rotation in (90, 270)
        return Fraction(self.width, self.height) * (1 / aspect if turned else aspect)

    def cut(self, start_s: Fraction, end_s: Fraction) -> Runs:
        """Return the runs whose frames begin within [start_s, end_s): a frame is never divided."""
        return self._until(self._from(self.runs, start_s), end_s - self.next_frame_s(start_s))

    def next_frame_s(self, time_s: Fraction) -> Fraction:
        """Say when the first frame at or after a time begins; where there is none, when the strip ends."""
        return self.length_s - total(self._from(self.runs, time_s))

    def seen_from(self, time_s: Fraction) -> tuple[Runs, Fraction]:
        """Return the runs from the frame on that is seen at a time, and for how long it has been seen by then."""
        rest, ends_s = self._from(self.runs, time_s), self.next_frame_s(time_s)
        if ends_s == time_s:
            return rest, Fraction(0)
        seen = self._until(self.runs, time_s)[-1]
        if seen.kind == FRAMES and self.probe:
            last = seen.first + seen.count
            seen = frames(Path(seen.master), self.probe, last - 1, last)
        return (seen, *rest), seen.length_s - (ends_s - time_s)

    def _from(self, runs: Runs, time_s: Fraction) -> Runs:
        for number, run in enumerate(runs):
            if time_s <= 0:
                return runs[number:]
            if time_s < run.length_s:
                return (*self._divided(run, time_s)[1], *runs[number + 1 :])
            time_s -= run.length_s
        return ()

    def _until(self, runs: Runs, time_s: Fraction) -> Runs:
        kept: list[Run] = []
        for run in runs:
            if time_s <= 0:
                break
            if time_s < run.length_s:
                kept.append(self._divided(run, time_s)[0])
                break
            kept.append(run)
            time_s -= run.length_s
        return tuple(kept)

    def _divided(self, run: Run, time_s: Fraction) -> tuple[Run, Runs]:
        """Divide a run where the first frame at or after a time inside it begins; there may be none.

        What stands still has frames too; the last of them is longer, where the length is no whole number of them.
        """
        if run.kind != FRAMES or self.probe is None:
            head_s = ceil(time_s * self.rate) / self.rate
            if run.length_s - head_s < 1 / self.rate:
                return run, ()
            return replace(run, length_s=head_s), (replace(run, length_s=run.length_s - head_s),)
        head = frame_at(self.probe, self.probe.time(run.first) + time_s) - run.first
        if head >= run.count:
            return run, ()
        head_s = self.probe.time(run.first + head) - self.probe.time(run.first)
        rest = replace(run, length_s=run.length_s - head_s, first=run.first + head, count=run.count - head)
        return replace(run, length_s=head_s, count=head), (rest,)


def frames(path: Path, probe: Probe, first: int, last: int) -> Run:
    """Return the run of the frames [first, last) of a clip."""
    return Run(FRAMES, length_of(probe, first, last), str(path), probe.sha256, first, last - first)


def length_of(probe: Probe, first: int, last: int) -> Fraction:
    """Say how long the frames [first, last) of a clip last."""
    return (probe.time(last) if last < probe.frames else probe.duration) - probe.time(first)


def frame_at(probe: Probe, seconds: Fraction) -> int:
    """Find the first frame shown at or after `seconds`, counted from the clip's first frame."""
    if probe.regular:
        return min(ceil(seconds * probe.rate), probe.frames)
    return bisect_left(range(probe.frames), seconds, key=probe.time)


def total(parts: Iterable[Run | Heard]) -> Fraction:
    """Say how long runs or sounds are together."""
    return sum((part.length_s for part in parts), Fraction(0))


def cut_sound(sound: Sound, start_s: Fraction, end_s: Fraction) -> Sound:
    """Return what is heard between two times, counted from the sound's beginning."""
    parts, at_s = [], Fraction(0)
    for part in sound:
        head_s, tail_s = max(start_s - at_s, Fraction(0)), min(end_s - at_s, part.length_s)
        if head_s < tail_s:
            parts.append(part.cut(head_s, tail_s))
        at_s += part.length_s
    return tuple(parts)
