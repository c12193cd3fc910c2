"""From the loop and the archive to cues that can be laid on a timeline, and all that stands against them."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from installation.config.loop import AnyKind, BlackCue, ClipCue, Fading, Loop, StillCue, TitleCue
from installation.errors import FootageError, Problem
from installation.footage.archive import STILLS, Archive, printable
from installation.footage.probe import Probe
from installation.footage.stills import Still
from installation.show.plan import Plan
from installation.show.segments import straight
from installation.show.strips import BLACK, HOLD, STILL, Heard, Run, Sound, Strip, frames, total
from installation.show.trimming import CueError, trimmed
from installation.show.turns import PlannedCue, Words

HEARD_S = Fraction(1, 50)
"""A sound track shorter than its picture by more than this is filled up with silence."""
STILL_SIZE = (1920, 1080)
"""Stills are shown this large at least, if they are; larger where clips are."""

Canvas = tuple[Fraction, int, int]
"""Frames a second, width and height."""


@dataclass(slots=True)
class Known:
    """What is asked about the archive's files: a clip's probe, a still's size. Both raise FootageError."""

    probe: Callable[[Path], Probe]
    look: Callable[[Path], Still]


def plan(loop: Loop, archive: Archive, known: Known, *, sound: bool = True) -> Plan:
    """Plan every cue of the loop; a cue with a problem is left out and its problem kept."""
    made = Plan()
    planning = _Planning(loop, archive, known, sound, made.problems)
    made.cues = planning.cues()
    if loop.gap:
        made.gap = straight(planning.black(loop.gap), Run(BLACK, loop.gap))
    return made


class _Planning:
    """The way from a loop's cues to planned ones."""

    def __init__(self, loop: Loop, archive: Archive, known: Known, sound: bool, problems: list[Problem]) -> None:
        self._loop, self._archive, self._known, self._sound, self._problems = loop, archive, known, sound, problems
        self._clips: dict[int, tuple[Path, Probe]] = {}
        for index, cue in enumerate(loop.cues):
            if isinstance(cue, ClipCue):
                try:
                    path = self._find_clip(cue)
                    self._clips[index] = path, known.probe(path)
                except FootageError as error:
                    problems.append(Problem(str(error), cue.mark_of("clip")))
        self._canvas = _canvas([found for _, found in self._clips.values()])

    def cues(self) -> list[PlannedCue]:
        """Plan the cues one by one, then see whether they can meet as they are to."""
        planned = [(cue, self._planned(index, cue)) for index, cue in enumerate(self._loop.cues)]
        return self._meeting([(cue, made) for cue, made in planned if made and not cue.spoiled])

    def black(self, length_s: Fraction) -> Strip:
        """Return a strip of black."""
        return Strip((Run(BLACK, length_s),), *self._canvas)

    def _planned(self, index: int, cue: AnyKind) -> PlannedCue | None:
        if isinstance(cue, ClipCue) and index not in self._clips:
            return None
        try:
            strip, sound = self._content(index, cue)
            fade_in_s, fade_out_s = self._fades(cue, strip)
            blend_s = self._blend(cue, strip)
        except CueError as error:
            self._problems.append(Problem(str(error), cue.mark_of(error.key)))
            return None
        words = _words(cue.title) if isinstance(cue, TitleCue) else ()
        return PlannedCue(
            _name(cue), cue.kind, cue.mark, strip, sound, fade_in_s, fade_out_s, blend_s, words, _words(cue.caption)
        )

    def _content(self, index: int, cue: AnyKind) -> tuple[Strip, Sound]:
        match cue:
            case ClipCue():
                return self._clip(cue, *self._clips[index])
            case StillCue():
                return self._still(cue), (Heard(cue.shown),)
            case TitleCue():
                return self.black(cue.shown), (Heard(cue.shown),)
            case BlackCue():
                return self.black(cue.black), (Heard(cue.black),)

    def _find_clip(self, cue: ClipCue) -> Path:
        path = self._archive.find(cue.clip)
        if path.suffix.lower() in STILLS:
            raise FootageError(f"{printable(cue.clip)} is a still: write 'still: NAME' and how long, 'for: 10'.")
        return path

    def _clip(self, cue: ClipCue, path: Path, probe: Probe) -> tuple[Strip, Sound]:
        first, last = trimmed(cue, probe)
        once = frames(path, probe, first, last)
        held = (replace(once, kind=HOLD, length_s=cue.hold, first=last - 1, count=1),) if cue.hold else ()
        turned = probe.rotation in (90, 270)
        width, height = (probe.height, probe.width) if turned else (probe.width, probe.height)
        strip = Strip((once,) * cue.times + held, probe.rate, width, height, probe)
        if probe.sound is None or not self._sound or not cue.sound:
            return strip, (Heard(strip.length_s),)
        silence = (Heard(cue.hold),) if cue.hold else ()
        return strip, _sound(path, probe, first, once.length_s) * cue.times + silence

    def _still(self, cue: StillCue) -> Strip:
        try:
            path = self._archive.find(cue.still)
            found = self._known.look(path)
        except FootageError as error:
            raise CueError("still", str(error)) from error
        rate, *size = self._canvas
        width, height = found.fitted((max(STILL_SIZE[0], size[0]), max(STILL_SIZE[1], size[1])))
        return Strip((Run(STILL, cue.shown, str(path), found.sha256),), rate, width, height)

    def _fades(self, cue: AnyKind, strip: Strip) -> tuple[Fraction, Fraction]:
        if not isinstance(cue, Fading):
            return Fraction(0), Fraction(0)
        fade_in_s = self._loop.fade_in if cue.fade_in is None else cue.fade_in
        fade_out_s = self._loop.fade_out if cue.fade_out is None else cue.fade_out
        if fade_in_s + fade_out_s > strip.length_s:
            key = "fade_out" if cue.fade_out is not None else "fade_in"
            told = f"the fades ({_figures(fade_in_s)} in, {_figures(fade_out_s)} out) are longer than the cue"
            raise CueError(key, f"{told} ({_figures(strip.length_s)}); shorten them.")
        return fade_in_s, fade_out_s

    def _blend(self, cue: AnyKind, strip: Strip) -> Fraction:
        """Return how long the crossfade into a cue is, in whole frames of it."""
        crossfade_s = self._loop.crossfade if cue.crossfade is None else cue.crossfade
        if not crossfade_s:
            return Fraction(0)
        if self._loop.gap:
            raise CueError("crossfade", "a crossfade needs cues that meet, but there is a 'gap' between them.")
        return total(strip.cut(Fraction(0), crossfade_s))

    def _meeting(self, cues: list[tuple[AnyKind, PlannedCue]]) -> list[PlannedCue]:
        """Leave out cues whose crossfades are longer than the cues they meet, until all the others can."""
        while True:
            wrong = next(self._too_long(cues), None)
            if wrong is None:
                return [planned for _, planned in cues]
            index, told = wrong
            self._problems.append(Problem(told, cues[index][0].mark_of("crossfade")))
            del cues[index]

    def _too_long(self, cues: list[tuple[AnyKind, PlannedCue]]) -> Iterator[tuple[int, str]]:
        """Yield the cues that blend for longer than they, or what may come before them, can give."""
        for index, (_, planned) in enumerate(cues):
            if not planned.blend_s:
                continue
            for _, before in self._before(cues, index):
                given_s = before.strip.length_s - before.blend_s
                short = before if planned.blend_s > given_s else planned
                if planned.blend_s > min(given_s, planned.strip.length_s):
                    told = f"a crossfade of {_figures(planned.blend_s)} is more than {printable(short.name)} can give"
                    yield index, f"{told} ({_figures(min(given_s, planned.strip.length_s))}); shorten it."
                    break

    def _before(self, cues: list[tuple[AnyKind, PlannedCue]], index: int) -> list[tuple[AnyKind, PlannedCue]]:
        if self._loop.order == "shuffled":
            return [cue for number, cue in enumerate(cues) if number != index or len(cues) == 1]
        step = 1 if self._loop.order == "reversed" else -1
        return [cues[(index + step) % len(cues)]]


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


def _figures(seconds: Fraction) -> str:
    return f"{float(seconds):.3f}".rstrip("0").rstrip(".") + " s"


def _sound(path: Path, probe: Probe, first: int, length_s: Fraction) -> Sound:
    """Return the master's sound from frame `first` on, with silence where it has none."""
    if probe.sound is None:
        return (Heard(length_s),)
    start_s = probe.start - probe.origin + probe.time(first)
    sound_s = probe.sound.start - probe.origin
    heard_from = max(start_s, sound_s)
    heard_to = min(start_s + length_s, sound_s + probe.sound.duration)
    if heard_from - start_s < HEARD_S:
        heard_from = start_s
    if start_s + length_s - heard_to < HEARD_S:
        heard_to = start_s + length_s
    if heard_to <= heard_from:
        return (Heard(length_s),)
    heard = Heard(heard_to - heard_from, str(path), probe.sha256, heard_from, probe.sound.rate)
    parts = (Heard(heard_from - start_s), heard, Heard(start_s + length_s - heard_to))
    return tuple(part for part in parts if part.length_s)


def _canvas(probes: list[Probe]) -> Canvas:
    """Choose rate, width and height of blacks: those of most clips, so that a black changes nothing else."""
    kinds: Counter[Canvas] = Counter((probe.rate, probe.width, probe.height) for probe in probes)
    rate, width, height = kinds.most_common(1)[0][0] if kinds else (Fraction(25), 1280, 720)
    return rate, width + width % 2, height + height % 2
