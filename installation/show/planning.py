"""From the loop and the archive to cues that can be laid on a timeline, and all that stands against them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from installation.config.loop import AnyKind, BlackCue, ClipCue, Fading, Loop, StillCue, TitleCue
from installation.errors import FootageError, Problem
from installation.footage.archive import Archive, printable
from installation.footage.probe import Probe
from installation.footage.stills import Still
from installation.show.ordering import BY_FLASHES, SHUFFLED, orders
from installation.show.plan import Plan
from installation.show.segments import straight
from installation.show.strips import BLACK, FRAMES, STILL, Heard, Run, Sound, Strip
from installation.show.trimming import Clip, CueError, Excerpt, excerpt, lit_s
from installation.show.turns import PlannedCue, Words
from installation.timecode import format_length

if TYPE_CHECKING:
    from installation.flash.model import Flash
    from installation.footage.cache import ProbeCache
    from installation.footage.fixity import Progress

HEARD_S = Fraction(1, 50)
"""A sound track shorter than its picture by more than this is filled up with silence."""
STILL_SIZE = (1920, 1080)
"""Stills are shown this large at least, if they are; larger where clips are."""

Canvas = tuple[Fraction, int, int]
"""Frames a second, width and height."""
Pair = tuple[AnyKind, PlannedCue]

_APART = "a crossfade needs cues that meet, but there is a 'gap' between them: leave out one of the two."


@dataclass(slots=True)
class Known:
    """What is asked about the archive's files: a clip's probe and flashes, a still's size. All raise FootageError.

    Flashes are asked for only where the loop speaks of them: to find them every frame has to be seen.
    """

    probe: Callable[[Path], Probe]
    look: Callable[[Path], Still]
    flashes: "Callable[[Path], Sequence[Flash]]"

    @classmethod
    def through(cls, cache: "ProbeCache", progress: "Progress") -> "Known":
        """Ask a cache, which reads a file that it does not know; `progress` hears how much of it is read."""
        return cls(lambda path: cache.probe(path, progress), cache.look, lambda path: cache.flashes(path, progress))


class _Content(NamedTuple):
    """What a cue shows and sounds like; of a clip, what part of it, and when its flashes are seen."""

    strip: Strip
    sound: Sound
    excerpt: Excerpt | None = None
    flashes_s: tuple[Fraction, ...] = ()


def plan(
    loop: Loop, archive: Archive, known: Known, *, sound: bool = True, aside: Collection[int] = frozenset()
) -> Plan:
    """Plan every cue of the loop; a cue with a problem is left out and its problem kept.

    Those with a number in `aside` are left out without a word, as long as others are left.
    """
    found = tuple(number for number in range(1, len(loop.cues) + 1) if number in aside)
    made = Plan(aside=found if len(found) < len(loop.cues) else ())
    planning = _Planning(loop, archive, known, sound, made.problems)
    made.cues = planning.cues(made.aside)
    if loop.gap:
        black = planning.black(loop.gap)
        made.gap = straight(black, black.runs[0])
    return made


class _Planning:
    """The way from a loop's cues to planned ones."""

    def __init__(self, loop: Loop, archive: Archive, known: Known, sound: bool, problems: list[Problem]) -> None:
        self._loop, self._archive, self._known, self._sound, self._problems = loop, archive, known, sound, problems
        self._flashes: dict[Path, Sequence[Flash] | FootageError] = {}
        self._clips: dict[int, Clip] = {}
        for index, cue in enumerate(loop.cues):
            if isinstance(cue, ClipCue):
                try:
                    self._clips[index] = self._found(cue)
                except FootageError as error:
                    problems.append(Problem(str(error), cue.mark_of("clip")))
        self._canvas = _canvas([clip.probe for clip in self._clips.values()])
        if loop.gap and loop.crossfade:
            problems.append(Problem(_APART, loop.mark_of("crossfade")))

    def cues(self, aside: Collection[int]) -> list[PlannedCue]:
        """Plan the cues one by one, but for those aside, then see whether they can meet as they are to."""
        wanted = [(index, cue) for index, cue in enumerate(self._loop.cues) if index + 1 not in aside]
        planned = [(cue, self._planned(index, cue)) for index, cue in wanted]
        return self._meeting([(cue, made) for cue, made in planned if made and not cue.spoiled])

    def black(self, length_s: Fraction) -> Strip:
        """Return a strip of black, of a frame at least."""
        rate, width, height = self._canvas
        return Strip((Run(BLACK, max(length_s, 1 / rate)),), rate, width, height)

    def _found(self, cue: ClipCue) -> Clip:
        path = self._archive.find(cue.clip)
        probe = self._known.probe(path)
        asked = cue.counts_flashes or self._loop.order in BY_FLASHES
        name = printable(cue.clip.rpartition("/")[2])
        return Clip(name, path, probe, self._lit(path) if asked else ())

    def _lit(self, path: Path) -> "Sequence[Flash]":
        """Return a clip's flashes, asked for once however many cues show it, also where they cannot be found."""
        if path not in self._flashes:
            try:
                self._flashes[path] = self._known.flashes(path)
            except FootageError as error:
                self._flashes[path] = error
        found = self._flashes[path]
        if isinstance(found, FootageError):
            raise found
        return found

    def _planned(self, index: int, cue: AnyKind) -> PlannedCue | None:
        if isinstance(cue, ClipCue) and index not in self._clips:
            return None
        try:
            content = self._content(index, cue)
            blend_s = self._blend(cue, content.strip)
            fade_in_s, fade_out_s = self._fades(cue)
        except CueError as error:
            self._problems.append(Problem(str(error), cue.mark_of(error.key)))
            return None
        words = _words(cue.title) if isinstance(cue, TitleCue) else (), _words(cue.caption)
        lengths = fade_in_s, fade_out_s, blend_s
        part = content.excerpt, content.flashes_s
        strip, sound = content.strip, content.sound
        return PlannedCue(_name(cue), cue.kind, cue.mark, strip, sound, *lengths, *words, index + 1, *part)

    def _content(self, index: int, cue: AnyKind) -> _Content:
        match cue:
            case ClipCue():
                return self._clip(cue, self._clips[index])
            case StillCue():
                strip = self._still(cue)
            case TitleCue():
                strip = self.black(cue.shown)
            case BlackCue():
                strip = self.black(cue.black)
        return _Content(strip, (Heard(strip.length_s),))

    def _clip(self, cue: ClipCue, clip: Clip) -> _Content:
        part, probe = excerpt(cue, clip), clip.probe
        runs = part.runs(clip)
        turned = probe.rotation in (90, 270)
        width, height = (probe.height, probe.width) if turned else (probe.width, probe.height)
        strip = Strip(runs, probe.rate, width, height, probe)
        if probe.sound is None or not self._sound or not cue.sound:
            sound: Sound = (Heard(strip.length_s),)
        else:
            sound = tuple(heard for run in runs for heard in _sound(probe, run))
        return _Content(strip, sound, part, lit_s(runs, clip))

    def _still(self, cue: StillCue) -> Strip:
        try:
            path = self._archive.find(cue.still)
            found = self._known.look(path)
        except FootageError as error:
            raise CueError("still", str(error)) from error
        rate, *size = self._canvas
        width, height = found.fitted((max(STILL_SIZE[0], size[0]), max(STILL_SIZE[1], size[1])))
        return Strip((Run(STILL, max(cue.shown, 1 / rate), str(path), found.sha256),), rate, width, height)

    def _blend(self, cue: AnyKind, strip: Strip) -> Fraction:
        """Return how long the crossfade into a cue is, in whole frames of it."""
        if self._loop.gap:
            if cue.crossfade:
                raise CueError("crossfade", _APART)
            return Fraction(0)
        crossfade_s = self._loop.crossfade if cue.crossfade is None else cue.crossfade
        blend_s = strip.next_frame_s(crossfade_s)
        if blend_s == strip.length_s:
            told = f"a crossfade of {format_length(crossfade_s)} leaves nothing of the cue"
            raise CueError("crossfade", f"{told} ({format_length(strip.length_s)}); shorten it.")
        return blend_s

    def _fades(self, cue: AnyKind) -> tuple[Fraction, Fraction]:
        if not isinstance(cue, Fading):
            return Fraction(0), Fraction(0)
        fade_in_s = self._loop.fade_in if cue.fade_in is None else cue.fade_in
        return fade_in_s, self._loop.fade_out if cue.fade_out is None else cue.fade_out

    def _meeting(self, cues: list[Pair]) -> list[PlannedCue]:
        """Leave out cues whose fades and crossfades are longer than the cues that they lie in, until all fit."""
        while True:
            wrong = next(self._too_long(cues), None)
            if wrong is None:
                return [planned for _, planned in cues]
            index, key, told = wrong
            self._problems.append(Problem(f"{told}; shorten it.", cues[index][0].mark_of(key)))
            del cues[index]

    def _too_long(self, cues: list[Pair]) -> Iterator[tuple[int, str, str]]:
        """Yield the cues that fade or blend for longer than they, or what may come before them, can give."""
        following = self._following(cues)
        for index, (_, planned) in enumerate(cues):
            rest_s = planned.strip.length_s - (planned.blend_s or planned.fade_in_s)
            if rest_s < 0:
                told = f"a fade in of {format_length(planned.fade_in_s)} is longer than the cue"
                yield index, "fade_in", f"{told} ({format_length(planned.strip.length_s)})"
            for after in following(index):
                blend_s = cues[after][1].blend_s
                if not blend_s and planned.fade_out_s > rest_s:
                    told = f"a fade out of {format_length(planned.fade_out_s)} is more than the cue has left for it"
                    yield index, "fade_out", f"{told} ({format_length(rest_s)})"
                if blend_s > rest_s:
                    told = f"a crossfade of {format_length(blend_s)} is more than {printable(planned.name)} can give"
                    yield after, "crossfade", f"{told} ({format_length(rest_s)})"

    def _following(self, cues: list[Pair]) -> Callable[[int], list[int]]:
        """Return what tells which cues may follow one: of all in a shuffled loop, those that ask for most and least."""
        if self._loop.order != SHUFFLED:
            names, pace = [cue.name for _, cue in cues], [cue.pace for _, cue in cues]
            (order,) = orders(self._loop.order, self._loop.seed, names, 1, pace)
            after = dict(zip(order, [*order[1:], *order[:1]], strict=True))
            return lambda index: [after[index]]
        ranked = sorted(range(len(cues)), key=lambda index: cues[index][1].blend_s)
        alike = len({planned.name for _, planned in cues}) == 1
        return lambda index: [after for after in (*ranked[:2], *ranked[-2:]) if after != index or alike]


def _words(texts: dict[str, str] | None) -> Words:
    return tuple((texts or {}).items())


def _name(cue: AnyKind) -> str:
    match cue:
        case ClipCue():
            return cue.clip
        case StillCue():
            return cue.still
        case TitleCue():
            return next(iter(cue.title.values()))
        case BlackCue():
            return "black"


def _sound(probe: Probe, run: Run) -> Sound:
    """Return what is heard with a run: the master's sound, with silence where it has none; a held frame is silent."""
    if probe.sound is None or run.kind != FRAMES:
        return (Heard(run.length_s),)
    start_s = probe.start - probe.origin + probe.time(run.first)
    sound_s = probe.sound.start - probe.origin
    heard_from = max(start_s, sound_s)
    heard_to = min(start_s + run.length_s, sound_s + probe.sound.duration)
    if heard_from - start_s < HEARD_S:
        heard_from = start_s
    if start_s + run.length_s - heard_to < HEARD_S:
        heard_to = start_s + run.length_s
    if heard_to <= heard_from:
        return (Heard(run.length_s),)
    heard = Heard(heard_to - heard_from, run.master, probe.sha256, heard_from, probe.sound.rate)
    parts = (Heard(heard_from - start_s), heard, Heard(start_s + run.length_s - heard_to))
    return tuple(part for part in parts if part.length_s)


def _canvas(probes: list[Probe]) -> Canvas:
    """Choose rate, width and height of blacks: those of most clips, so that a black changes nothing else."""
    kinds: Counter[Canvas] = Counter((probe.rate, probe.width, probe.height) for probe in probes)
    rate, width, height = kinds.most_common(1)[0][0] if kinds else (Fraction(25), 1280, 720)
    return rate, width + width % 2, height + height % 2
