"""One cue's turn on the wall: its segments of picture and of sound, fades and the crossfade into the next included."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from installation.errors import Mark
from installation.show.segments import Light, Segment, Segments, SoundCopy, blended, faded, of_sound, straight
from installation.show.strips import BLACK, Run, Sound, Strip, cut_sound, total

Words = tuple[tuple[str, str], ...]
"""A text in one or more languages: the language's tag and the text."""


@dataclass(frozen=True)
class PlannedCue:
    """One cue as it will play. `sound` is what is heard from the strip's beginning to its end.

    `blend_s` is how long it blends with the cue before it: whole frames of its own. That time belongs to the turn of
    the cue before, whose end is seen meanwhile.
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

    @property
    def sounds(self) -> bool:
        """Whether anything of it is heard."""
        return any(part.master for part in self.sound)


@dataclass(frozen=True)
class Turn:
    """What plays while it is a cue's turn. In `sound`, which lasts as long as the picture, a bare length is silence."""

    picture: Segments
    sound: tuple[Segment | Fraction, ...]

    @property
    def length_s(self) -> Fraction:
        """Length of the turn, without the gap after it."""
        return sum((segment.length_s for segment in self.picture), Fraction(0))


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
        dark = all(run.kind == BLACK for run in cue.strip.runs)
        self._fade_in_s = Fraction(0) if cue.blend_s else cue.fade_in_s
        self._fade_out_s = Fraction(0) if blend_s else cue.fade_out_s
        self._pieces = list(self._plain(self._start_s, self._end_s) if dark else self._lit())

    @property
    def length_s(self) -> Fraction:
        """How long it is on the wall."""
        return sum((segment.length_s for _, piece in self._pieces for segment in piece), Fraction(0))

    def turn(self, after: PlannedCue | None = None, blend_s: Fraction = Fraction(0)) -> Turn:
        """Return the turn, with a crossfade into `after` at its end that stays for `blend_s`."""
        picture = [segment for _, piece in self._pieces for segment in piece]
        sound = [part for at_s, piece in self._pieces for part in self._heard(at_s, piece)]
        if after:
            runs = after.strip.cut(Fraction(0), after.blend_s)
            under = self._strip.cut(self._end_s, self._strip.length_s)
            picture.append(blended(self._strip, under, after.strip, runs, blend_s))
            sound.append(self._mixed(after, blend_s))
        return Turn(tuple(picture), tuple(sound))

    def _lit(self) -> Iterator[tuple[Fraction, Segments]]:
        """Yield the pieces, each with its place in the strip: out of black, as it is, into black."""
        start_s, bright_s, dim_s = self._start_s, self._start_s + self._fade_in_s, self._end_s - self._fade_out_s
        if self._fade_in_s:
            rising = self._strip.cut(start_s, bright_s)
            yield start_s, faded(self._strip, rising, Light(Fraction(0), 1 / self._fade_in_s))
        yield from self._plain(bright_s, dim_s)
        if self._fade_out_s:
            falling = self._strip.cut(dim_s, self._end_s)
            at_s = self._end_s - total(falling)
            yield (
                at_s,
                faded(self._strip, falling, Light((self._end_s - at_s) / self._fade_out_s, -1 / self._fade_out_s)),
            )

    def _plain(self, start_s: Fraction, end_s: Fraction) -> Iterator[tuple[Fraction, Segments]]:
        runs = self._strip.cut(start_s, end_s)
        at_s = self._strip.length_s - total(self._strip.cut(start_s, self._strip.length_s))
        known: dict[Run, Segments] = {}
        for run in runs:
            if run not in known:
                known[run] = straight(self._strip, run)
            yield at_s, known[run]
            at_s += run.length_s

    def _heard(self, at_s: Fraction, piece: Segments) -> tuple[Segment | Fraction, ...]:
        """Return a piece's sound: straight from the master, or from a copy of the whole cue where any of it fades."""
        length_s = sum((segment.length_s for segment in piece), Fraction(0))
        if not self._cue.sounds:
            return (length_s,)
        crossfades = self._cue.blend_s or self._end_s < self._strip.length_s
        if self._fade_in_s or self._fade_out_s or crossfades:
            copy = SoundCopy(self._cue.sound, self._fade_in_s, self._fade_out_s)
            return (Segment(copy, at_s, length_s, copy.tick, why="a fade"),)
        parts = of_sound(cut_sound(self._cue.sound, at_s, at_s + length_s))
        return parts or (length_s,)

    def _mixed(self, after: PlannedCue, length_s: Fraction) -> Segment | Fraction:
        if not (self._cue.sounds or after.sounds):
            return length_s
        under = cut_sound(self._cue.sound, self._end_s, self._strip.length_s)
        copy = SoundCopy(cut_sound(after.sound, Fraction(0), after.blend_s), under=under)
        return Segment(copy, Fraction(0), length_s, copy.tick, why="a crossfade")
