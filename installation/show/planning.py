"""From the loop and the archive to cues that can be laid on a timeline, and all that stands against them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from installation.config.loop import AnyKind, BlackCue, ClipCue, Fading, Loop, StillCue, TitleCue
from installation.errors import FootageError, Problem
from installation.footage.archive import Archive, printable
from installation.footage.probe import Probe
from installation.footage.stills import Still
from installation.show.plan import Plan
from installation.show.segments import straight
from installation.show.strips import BLACK, HOLD, STILL, Heard, Run, Sound, Strip, frames
from installation.show.trimming import CueError, trimmed
from installation.show.turns import PlannedCue, Words

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
    """What is asked about the archive's files: a clip's probe, a still's size. Both raise FootageError."""

    probe: Callable[[Path], Probe]
    look: Callable[[Path], Still]


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
        self._clips: dict[int, tuple[Path, Probe]] = {}
        for index, cue in enumerate(loop.cues):
            if isinstance(cue, ClipCue):
                try:
                    path = archive.find(cue.clip)
                    self._clips[index] = path, known.probe(path)
                except FootageError as error:
                    problems.append(Problem(str(error), cue.mark_of("clip")))
        self._canvas = _canvas([found for _, found in self._clips.values()])
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

    def _planned(self, index: int, cue: AnyKind) -> PlannedCue | None:
        if isinstance(cue, ClipCue) and index not in self._clips:
            return None
        try:
            strip, sound = self._content(index, cue)
            blend_s = self._blend(cue, strip)
            fade_in_s, fade_out_s = self._fades(cue)
        except CueError as error:
            self._problems.append(Problem(str(error), cue.mark_of(error.key)))
            return None
        words = _words(cue.title) if isinstance(cue, TitleCue) else (), _words(cue.caption)
        lengths = fade_in_s, fade_out_s, blend_s
        return PlannedCue(_name(cue), cue.kind, cue.mark, strip, sound, *lengths, *words, number=index + 1)

    def _content(self, index: int, cue: AnyKind) -> tuple[Strip, Sound]:
        match cue:
            case ClipCue():
                return self._clip(cue, *self._clips[index])
            case StillCue():
                strip = self._still(cue)
            case TitleCue():
                strip = self.black(cue.shown)
            case BlackCue():
                strip = self.black(cue.black)
        return strip, (Heard(strip.length_s),)

    def _clip(self, cue: ClipCue, path: Path, probe: Probe) -> tuple[Strip, Sound]:
        first, last = trimmed(cue, probe)
        once = frames(path, probe, first, last)
        hold_s = max(cue.hold, 1 / probe.rate) if cue.hold else Fraction(0)
        held = (replace(once, kind=HOLD, length_s=hold_s, first=last - 1, count=1),) if hold_s else ()
        turned = probe.rotation in (90, 270)
        width, height = (probe.height, probe.width) if turned else (probe.width, probe.height)
        strip = Strip((once,) * cue.times + held, probe.rate, width, height, probe)
        if probe.sound is None or not self._sound or not cue.sound:
            return strip, (Heard(strip.length_s),)
        silence = (Heard(hold_s),) if hold_s else ()
        return strip, _sound(path, probe, first, once.length_s) * cue.times + silence

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
            told = f"a crossfade of {_figures(crossfade_s)} leaves nothing of the cue ({_figures(strip.length_s)})"
            raise CueError("crossfade", f"{told}; shorten it.")
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
                told = f"a fade in of {_figures(planned.fade_in_s)} is longer than the cue"
                yield index, "fade_in", f"{told} ({_figures(planned.strip.length_s)})"
            for after in following(index):
                blend_s = cues[after][1].blend_s
                if not blend_s and planned.fade_out_s > rest_s:
                    told = f"a fade out of {_figures(planned.fade_out_s)} is more than the cue has left for it"
                    yield index, "fade_out", f"{told} ({_figures(rest_s)})"
                if blend_s > rest_s:
                    told = f"a crossfade of {_figures(blend_s)} is more than {printable(planned.name)} can give"
                    yield after, "crossfade", f"{told} ({_figures(rest_s)})"

    def _following(self, cues: list[Pair]) -> Callable[[int], list[int]]:
        """Return what tells which cues may follow one: of all in a shuffled loop, those that ask for most and least."""
        if self._loop.order != "shuffled":
            step = -1 if self._loop.order == "reversed" else 1
            return lambda index: [(index + step) % len(cues)]
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
