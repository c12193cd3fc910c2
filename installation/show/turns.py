"""One cue's turn on the wall: its segments of picture and of sound, fades and the crossfade into the next included."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from installation.errors import Mark
from installation.show.segments import (
    LEAD_S,
    Light,
    Segment,
    Segments,
    SoundCopy,
    blended,
    faded,
    of_sound,
    straight,
)
from installation.show.strips import BLACK, Heard, Run, Sound, Strip, cut_sound
from installation.show.trimming import Excerpt

LAG_S = Fraction(1, 100)
"""Sound goes on without a seam as long as it is no later than this behind its picture: a seam can be heard as a click.

A segment that gives the next one its lead is so much shorter than its frames.
"""

Words = tuple[tuple[str, str], ...]
"""A text in one or more languages: the language's tag and the text."""


@dataclass(frozen=True)
class PlannedCue:
    """One cue as it will play. `sound` is what is heard from the strip's beginning to its end.

    `number` is its own in loop.yaml, from 1. `blend_s` is how long it blends with the cue before it: whole frames of
    its own. That time belongs to the turn of the cue before, whose end is seen meanwhile. `excerpt` is what of a clip
    is shown; `flashes_s` says when its flashes are seen, from the strip's beginning, where the loop speaks of them.
    """

    name: str
    kind: str
    mark: Mark | None
    strip: Strip
    sound: Sound
    fade_in_s: Fraction = Fraction(0)
    fade_out_s: Fraction = Fraction(0)
    blend_s: Fraction = Fraction(0)
    title: Words = ()
    caption: Words = ()
    number: int = 0
    excerpt: Excerpt | None = None
    flashes_s: tuple[Fraction, ...] = ()

    @property
    def pace(self) -> Fraction:
        """How many flashes it shows in a second."""
        return len(self.flashes_s) / self.strip.length_s

    @property
    def sounds(self) -> bool:
        """Whether anything of it is heard."""
        return any(part.master for part in self.sound)

    @property
    def is_dark(self) -> bool:
        """Whether it is black from end to end, so that there is no picture to fade."""
        return all(run.kind == BLACK for run in self.strip.runs)


@dataclass(frozen=True)
class Turn:
    """What plays while it is a cue's turn. In `sound`, which lasts as long as the picture, a bare length is silence."""

    picture: Segments
    sound: tuple[Segment | Fraction, ...]

    @property
    def length_s(self) -> Fraction:
        """Length of the turn, without the gap after it."""
        return _length(self.picture)


def turn(cue: PlannedCue) -> Turn:
    """Lay out a cue's turn before one that does not crossfade with it."""
    return _Layout(cue, Fraction(0)).turn()


def blended_turn(cue: PlannedCue, after: PlannedCue, length_s: Fraction) -> Turn:
    """Lay out a cue's turn before `after`, into which it blends; `length_s` is its length before any other cue."""
    cut_short = _Layout(cue, after.blend_s)
    return cut_short.turn(after, length_s - cut_short.length_s)


class _Layout:
    """A cue from the end of its own crossfade to the beginning of the next one, `blend_s` before its end."""

    def __init__(self, cue: PlannedCue, blend_s: Fraction) -> None:
        self._cue, self._strip = cue, cue.strip
        self._start_s, self._end_s = cue.blend_s, cue.strip.length_s - blend_s
        self._fade_in_s = Fraction(0) if cue.blend_s or cue.is_dark else cue.fade_in_s
        self._fade_out_s = Fraction(0) if blend_s or cue.is_dark else cue.fade_out_s
        self._pieces = self._without_end(list(self._lit()))

    @property
    def length_s(self) -> Fraction:
        """How long it is on the wall."""
        return sum((_length(piece) for _, piece in self._pieces), Fraction(0))

    def turn(self, after: PlannedCue | None = None, blend_s: Fraction = Fraction(0)) -> Turn:
        """Return the turn, with a crossfade into `after` at its end that stays for `blend_s`."""
        picture = [segment for _, piece in self._pieces for segment in piece]
        sound = self._sound()
        if after:
            runs = after.strip.cut(Fraction(0), after.blend_s)
            picture.append(blended(self._strip, self._end_s, after.strip, runs, blend_s))
            sound.append(self._mixed(after, sound, blend_s))
        return Turn(tuple(picture), tuple(sound))

    def _lit(self) -> Iterator[tuple[Fraction, Segments]]:
        """Yield the pieces, each with its place in the strip: out of black, as it is, into black."""
        bright_s = self._start_s + self._fade_in_s
        # a fade out may be longer than its cue where a crossfade always takes its place
        dim_s = max(self._end_s - self._fade_out_s, bright_s)
        if self._fade_in_s:
            rising = self._strip.cut(self._start_s, bright_s)
            yield self._start_s, faded(self._strip, rising, Light(Fraction(0), 1 / self._fade_in_s))
        yield from self._plain(bright_s, dim_s)
        at_s = self._strip.next_frame_s(dim_s)
        if at_s < self._end_s:
            falling = self._strip.cut(dim_s, self._end_s)
            light = Light((self._end_s - at_s) / self._fade_out_s, -1 / self._fade_out_s)
            yield at_s, faded(self._strip, falling, light)

    def _plain(self, start_s: Fraction, end_s: Fraction) -> Iterator[tuple[Fraction, Segments]]:
        at_s = self._strip.next_frame_s(start_s)
        known: dict[Run, Segments] = {}
        for run in self._strip.cut(start_s, end_s):
            if run not in known:
                known[run] = straight(self._strip, run)
            yield at_s, known[run]
            at_s += run.length_s

    def _without_end(self, pieces: list[tuple[Fraction, Segments]]) -> list[tuple[Fraction, Segments]]:
        """Take from the last frame what the crossfade goes on showing: it may begin between two frames."""
        over_s = self._strip.next_frame_s(self._end_s) - self._end_s
        if not over_s:
            return pieces
        at_s, (*kept, last) = pieces.pop()
        if last.length_s - over_s > LEAD_S:
            kept.append(replace(last, length_s=last.length_s - over_s))
        return [*pieces, (at_s, tuple(kept))] if kept else pieces

    def _sound(self) -> list[Segment | Fraction]:
        """Return the sound: straight from the master, or from a copy of the whole cue where any of it fades."""
        if not self._cue.sounds:
            return [self.length_s] if self._pieces else []
        crossfades = self._cue.blend_s or self._end_s < self._strip.length_s
        if not (self._fade_in_s or self._fade_out_s or crossfades):
            parts = [cut_sound(self._cue.sound, at_s, at_s + _length(piece)) for at_s, piece in self._pieces]
            return [segment for part in parts for segment in of_sound(part)]
        copy = SoundCopy(self._cue.sound, self._fade_in_s, self._fade_out_s)
        heard: list[Segment] = []
        for at_s, piece in self._pieces:
            length_s = _length(piece)
            if heard and at_s - _leaves_s(heard[-1]) < LAG_S:
                heard[-1] = replace(heard[-1], length_s=heard[-1].length_s + length_s)
            else:
                heard.append(Segment(copy, at_s, length_s, copy.tick, why="a fade"))
        return [*heard]

    def _mixed(self, after: PlannedCue, heard: Sequence[Segment | Fraction], length_s: Fraction) -> Segment | Fraction:
        """Return the sound of the crossfade: it goes on where the turn's own sound, `heard`, leaves off."""
        if not (self._cue.sounds or after.sounds):
            return length_s
        start_s = _leaves_s(heard[-1]) if heard and isinstance(heard[-1], Segment) else self._end_s
        early_s = length_s - after.blend_s
        silence = (Heard(early_s),) if early_s > 0 else ()
        rising = (*silence, *cut_sound(after.sound, max(-early_s, Fraction(0)), after.blend_s))
        copy = SoundCopy(rising, under=cut_sound(self._cue.sound, start_s, start_s + length_s))
        return Segment(copy, Fraction(0), length_s, copy.tick, why="a crossfade")


def _length(segments: Segments) -> Fraction:
    return sum((segment.length_s for segment in segments), Fraction(0))


def _leaves_s(segment: Segment) -> Fraction:
    """Say where in its file a segment ends."""
    return segment.enters_s + segment.length_s
