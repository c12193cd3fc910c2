"""Compiles YAML and footage into a show and swaps it in whole. The last good show stays until then."""

import errno
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from installation import hours
from installation.config import KIOSK, LOOP
from installation.config.loop import Text
from installation.errors import FootageError, InstallationError
from installation.flash.model import Flash
from installation.footage.cache import ProbeCache
from installation.footage.probe import Probe
from installation.footage.stills import Still
from installation.places import Places
from installation.show import captions, model, source, storing, timeline
from installation.show.copies import Copies
from installation.show.letterings import letterings
from installation.show.model import Input, Show, ShowError
from installation.show.placing import Wall
from installation.show.plan import Plan
from installation.show.planning import Known
from installation.show.source import Source

FULL = (errno.ENOSPC, errno.EDQUOT)

Progress = Callable[[str, float], None]
"""Hears what is being done, in a few words, and how much of that is done (0 to 1)."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """How it ended: ready or partial (a new show is in), kept (the last one stays), nothing (there is none).

    `edited` is the hour of the last edit. `unusable`: nothing, and not for want of footage, the YAML says nothing.
    """

    outcome: str
    problems: list[str] = field(default_factory=list)
    edited: str = ""
    unusable: bool = False
    footage: str = ""
    """The archive's folder, as kiosk.yaml says now; empty where it says nothing usable."""


class Preparation:
    """One run: the archive's cache and the copies it works with.

    `keep` are folders of shows that still play, `aside` the numbers of cues that the show is to be made without.
    """

    def __init__(
        self,
        config: Path,
        places: Places,
        progress: Progress,
        keep: Sequence[Path] = (),
        aside: Collection[int] = frozenset(),
    ) -> None:
        self._config = config
        self._places = places
        self._progress = progress
        self._keep = keep
        self._aside = aside
        self._cache = ProbeCache(places.probes)
        self._copies = Copies(places.copies)
        self._yaml: list[Input] = []

    def run(self) -> Prepared:
        """Compile the show if it can be, and never replace a good one by less.

        Raises InstallationError where the machine, not a person's file, stands in the way, such as a full disk.
        """
        try:
            self._places.make()
            # looked at before it is read: what is saved meanwhile is no part of the show
            self._yaml = [Input.of(self._config / name) for name in (LOOP, KIOSK)]
            read = source.read(self._config)
            made = self._proved(read)
            if made.problems:
                prepared = self._salvage(read, made)
            else:
                self._promote(read, made)
                prepared = Prepared("ready", edited=self._edited(read))
            return replace(prepared, footage=read.settings.footage)
        except OSError as error:
            remedy = "Make room there." if error.errno in FULL else "Check the disk and who may write there."
            told = f"{self._places.state} cannot be written: {error.strerror}. {remedy}"
            raise InstallationError(told) from error
        finally:
            with suppress(OSError):  # without it the next run is only slower
                self._cache.save()

    def _salvage(self, read: Source, made: Plan) -> Prepared:
        """Choose the best of a loop with mistakes: the last good show, else what can play of it or of the last."""
        problems = list(map(str, made.problems))
        last = self._last()
        playable = last is not None and last.is_playable
        if last and playable and last.is_good:
            return Prepared("kept", problems, self._edited(read))
        if _shows_footage(read, made):
            self._promote(read, made)
            return Prepared("partial", problems, self._edited(read))
        if playable:
            return Prepared("kept", problems, self._edited(read))
        if last:
            before = source.read(self._places.current, base=self._config)
            rest = self._proved(before)
            if _shows_footage(before, rest):
                rest.problems[:0] = made.problems
                self._promote(before, rest)
                return Prepared("partial", list(map(str, rest.problems)), self._edited(read))
        return Prepared("nothing", problems, self._edited(read), unusable=read.loop is None or read.kiosk is None)

    def _proved(self, read: Source) -> Plan:
        """Plan, prove by decoding and make the copies; a file that fails leaves its cues out and all begins again."""
        broken: dict[Path, FootageError] = {}

        def probe(path: Path) -> Probe:
            if path in broken:
                raise broken[path]
            return self._cache.probe(path, self._of_file("reading", path))

        def look(path: Path) -> Still:
            if path in broken:
                raise broken[path]
            return self._cache.look(path)

        def flashes(path: Path) -> Sequence[Flash]:
            return self._cache.flashes(path, self._of_file("looking for flashes in", path))

        while True:
            made = read.draft(Known(probe, look, flashes), self._aside)
            failed = self._prove(made) | self._copy(made)
            if not failed:
                return made
            broken |= failed

    def _of_file(self, doing: str, path: Path) -> Callable[[int, int], None]:
        """Return what hears how much of a file is done."""
        return lambda done, size: self._progress(f"{doing} {path.name}", done / max(size, 1))

    def _prove(self, made: Plan) -> dict[Path, FootageError]:
        failed = {}
        for number, (path, points) in enumerate(made.points.items()):
            self._progress("proving the footage", number / len(made.points))
            try:
                self._cache.prove(path, self._cache.probe(path), points)
            except FootageError as error:
                failed[path] = error
        return failed

    def _copy(self, made: Plan) -> dict[Path, FootageError]:
        missing = self._copies.missing(made.copies)
        failed: dict[Path, FootageError] = {}
        for number, copy in enumerate(missing, 1):
            masters = [Path(master) for master in copy.masters]
            if any(master in failed for master in masters):
                continue
            what = f"copy {number} of {len(missing)}: {' and '.join(path.name for path in masters) or 'black'}"
            try:
                self._copies.make(copy, self._probe, partial(self._progress, what))
            except FootageError as error:
                failed |= dict.fromkeys([error.path] if error.path else masters, error)
        return failed

    def _probe(self, path: Path) -> Probe:
        """Return what a clip holds; an error tells which of a copy's clips it is about."""
        try:
            return self._cache.probe(path)
        except FootageError as error:
            raise FootageError(str(error), path) from error

    def _promote(self, read: Source, made: Plan) -> None:
        """Write the show and make it the current one."""
        names = storing.Names(self._copies)
        written = timeline.write(made, names, storing.SILENCE)
        show, texts = storing.show_of(made, written, self._captions(read, made), read.settings)
        watched = [*self._yaml, *map(Input.of, read.wanted())]
        storing.store(self._places, show, texts, names.links, watched, read.raw)
        storing.tidy(self._places, self._copies, self._keep)

    def _captions(self, read: Source, made: Plan) -> str:
        """Set the words of the loop; empty where there are none."""
        text = read.loop.text if read.loop else Text()
        words = list(letterings(made, text.languages))
        wall = Wall(read.settings.fit, read.settings.rotate)
        return captions.write(words, text, wall) if words else ""

    def _last(self) -> Show | None:
        try:
            return model.read(self._places.current)
        except ShowError:
            return None

    def _edited(self, read: Source) -> str:
        """Say at what hour of its own clock the kiosk was last edited."""
        times = [path.stat().st_mtime for path in (self._config / LOOP, self._config / KIOSK) if path.exists()]
        return f"{hours.shown(read.settings.timezone, max(times)):%H:%M}" if times else ""


def _shows_footage(read: Source, made: Plan) -> bool:
    """Whether something plays: a loop of footage that has lost all of it is not kept going for its blacks."""
    return any(cue.kind in ("clip", "still") for cue in made.cues) or (bool(made.cues) and not read.has_footage)
