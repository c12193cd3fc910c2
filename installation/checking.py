"""Whether all is ready: one finding for each thing an installation stands on."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from installation import fonts, risking
from installation.errors import FootageError, Mark, Problem
from installation.flash.limits import View
from installation.flash.verdicts import FAIL
from installation.footage import fixity
from installation.footage.archive import Archive
from installation.footage.cache import ProbeCache
from installation.footage.fixity import Progress
from installation.footage.risks import Risks
from installation.hours import local
from installation.journal.languages import spell
from installation.journal.sentences import count, opening
from installation.places import Places
from installation.screens.finding import find
from installation.screens.screen import NoScreen, Sight
from installation.show import source
from installation.show.captions import chosen
from installation.show.copies import Copies
from installation.show.plan import Plan
from installation.show.planning import Known
from installation.show.segments import Copy
from installation.show.source import Source
from installation.show.strips import STILL

GOOD, WARNING, PROBLEM = 0, 1, 2
VERDICTS = {
    GOOD: "Ready.",
    WARNING: "Ready, but look at the warnings above.",
    PROBLEM: "Not ready: please mend the problems above.",
}
_DISPLAYS = {"wayland": "the Wayland display {}", "drm": "the console's own screen (DRM)"}
_SIGNS = {GOOD: "ok", WARNING: "warning", PROBLEM: "problem"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the answer; `grade` is GOOD, WARNING or PROBLEM."""

    grade: int
    subject: str
    text: str

    def __str__(self) -> str:
        return f"{_SIGNS[self.grade]:<8} {self.subject:<8} {self.text}"


def check(config: Path, places: Places, progress: Progress, environ: Mapping[str, str] = os.environ) -> list[Finding]:
    """Look at everything once; `progress` hears of files that are read for the first time."""
    read = source.read(config)
    cache = ProbeCache(places.probes)
    made = read.draft(Known.through(cache, progress))
    if places.state.is_dir():
        with suppress(OSError):  # told below
            cache.save()
    findings = [*_config(made), *_footage(read, made, places)]
    if read.archive:
        findings += _fixity(read.archive, made)
    return [
        *findings,
        *_flashes(read, made, places),
        *_hours(read, time.time()),
        *_state(places),
        _screen(read, environ),
        *_sound(read, made),
        *_fonts(read, environ),
    ]


def _config(made: Plan) -> list[Finding]:
    if made.problems:
        return [Finding(PROBLEM, "config", str(problem)) for problem in made.problems]
    loop_s = float(made.loop_s)
    return [Finding(GOOD, "config", f"{count(len(made.cues), 'cue')}, a loop of {spell(loop_s)}")]


def _footage(read: Source, made: Plan, places: Places) -> list[Finding]:
    if read.archive is None or made.problems:
        return []
    found = [Finding(GOOD, "footage", f"{count(len(made.masters), 'clip')} of {read.archive.folder}")]
    waiting = Copies(places.copies).missing(made.copies)
    # nothing is known yet of a still that has no copy but its size
    unseen = {run.master for copy in waiting if isinstance(copy, Copy) for run in copy.runs if run.kind == STILL}
    found += _damaged(map(Path, sorted(unseen)))
    if waiting:
        many = count(len(waiting), "exhibition copy", "exhibition copies")
        found.append(Finding(GOOD, "show", f"{many} will be made at the start"))
    return found


def _damaged(unseen: Iterable[Path]) -> Iterator[Finding]:
    from installation.footage import stills

    for path in unseen:
        try:
            stills.prove(path)
        except FootageError as error:
            yield Finding(PROBLEM, "footage", str(error))


def _fixity(archive: Archive, made: Plan) -> list[Finding]:
    """Hold what is known of the loop's files against the seal; nothing is read anew, `verify` does that."""
    if not made.masters:
        return []
    try:
        sealed, _ = fixity.read_sums(archive.folder)
    except FootageError as error:
        return [Finding(PROBLEM, "fixity", str(error))]
    if not sealed:
        return [Finding(WARNING, "fixity", "the archive is not sealed; `installation footage seal` does it")]
    changed, unsealed = [], []
    for path, sha256 in made.masters.items():
        name = archive.name(path)
        if name not in sealed:
            unsealed.append(name)
        elif sealed[name] != sha256:
            changed.append(name)
    found = [Finding(PROBLEM, "fixity", f"{name} is not what was sealed; put the master back") for name in changed]
    if unsealed:
        more = f" and {len(unsealed) - 3} more" if len(unsealed) > 3 else ""
        are = "is" if len(unsealed) == 1 else "are"
        told = f"{', '.join(unsealed[:3])}{more} {are} not sealed; `installation footage seal` does it"
        found.append(Finding(WARNING, "fixity", told))
    if found or made.problems:  # of a clip that cannot be read nothing good can be said
        return found
    return [Finding(GOOD, "fixity", "every clip of the loop is as it was sealed")]


def _hours(read: Source, now: float) -> list[Finding]:
    """Tell whether the wall is open now, and what the clock shows by which it opens: a wrong zone is seen at once."""
    if read.kiosk is None:
        return []
    hours = read.settings.hours
    clock = f" Now it is {local(hours, now):%A %H:%M (%Z)}." if hours else ""
    return [Finding(GOOD, "hours", opening(hours, now) + clock)]


def _flashes(read: Source, made: Plan, places: Places) -> list[Finding]:
    """Tell what is known of the loop's photosensitivity. Every frame has to be seen for that, so it is not found now.

    Nor is it by itself, later: it takes minutes of a processor that the picture needs.
    """
    if made.problems or not made.cues:
        return []
    judged = risking.known_show(read, made, Risks(places.risks), View())
    if judged is None:
        told = "whether the loop flashes too fast is not known yet; `installation footage risk --show` finds out"
        return [Finding(WARNING, "flashes", told)]
    if judged.verdict == FAIL:
        remedy = "put up the warning; `installation footage risk --show --sign FILE.pdf` sets it"
        return [Finding(WARNING, "flashes", f"{risking.summary(judged)}: {remedy}")]
    return [Finding(GOOD, "flashes", risking.summary(judged))]


def _state(places: Places) -> list[Finding]:
    """Try whether this user may write to the state folder, or make it; nothing is made now."""
    there = next(folder for folder in (places.state, *places.state.parents) if folder.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return []
    told = f"{places.state} cannot be written by this user; name another folder with --state DIR"
    return [Finding(PROBLEM, "state", told)]


def _screen(read: Source, environ: Mapping[str, str]) -> Finding:
    kind, screen = find(read.settings.screen, read.settings.output, environ)
    name = _DISPLAYS.get(kind, "the X display {}").format(screen.display)
    sight = screen.look()
    screen.close()
    if isinstance(screen, NoScreen):
        if read.settings.screen == "none":
            return Finding(GOOD, "screen", "none is wanted; the picture is written to a file")
        return Finding(WARNING, "screen", "there is no display; the loop will play without a screen")
    if sight is Sight.NO_SCREEN and kind == "drm":
        return Finding(PROBLEM, "screen", "no screen is plugged into this machine; look at the cable and the power")
    if sight is Sight.NO_SCREEN:
        return Finding(PROBLEM, "screen", f"{name} does not answer, or has no screen; start it, or look at the cable")
    if sight is Sight.UNKNOWN:
        return Finding(WARNING, "screen", f"{name} cannot be asked; is this user allowed to?")
    return Finding(GOOD, "screen", f"{name} answers")


def _sound(read: Source, made: Plan, cards: Path = Path("/proc/asound/cards")) -> list[Finding]:
    if not any(cue.sounds for cue in made.cues):
        if made.problems:  # what cannot be read may sound
            return []
        return [Finding(GOOD, "sound", "the loop is silent")]
    try:
        known = [line for line in cards.read_text(encoding="utf-8").splitlines() if line[:3].strip().isdigit()]
    except OSError:
        known = []
    if known:
        return [Finding(GOOD, "sound", f"{count(len(known), 'sound card')}, volume {read.settings.volume}")]
    return [Finding(WARNING, "sound", "the loop has sound, but this machine has no sound card; it plays silently")]


def _fonts(read: Source, environ: Mapping[str, str]) -> list[Finding]:
    """Look whether every letter of the loop's titles and captions can be set."""
    try:
        known = fonts.installed(environ)
    except fonts.FontsError as error:
        return [Finding(WARNING, "fonts", str(error))]
    texts = _texts(read)
    if not texts:
        return [Finding(GOOD, "fonts", "the loop has no titles or captions")]
    found = []
    if fonts.LETTERS not in known.families:
        told = "titles and captions are not set as they should be; install the Debian package fonts-noto-cjk"
        found.append(Finding(WARNING, "fonts", told))
    lacking: dict[str | None, tuple[Mark | None, dict[str, None]]] = {}
    for mark, text in texts:
        for character in known.lacking(text):
            _, characters = lacking.setdefault(fonts.package(character), (mark, {}))
            characters[character] = None
    for name, (mark, characters) in lacking.items():
        remedy = f"install the Debian package {name}" if name else "write something else"
        named = ", ".join(f"{character} (U+{ord(character):04X})" for character in list(characters)[:3])
        more = f" and {len(characters) - 3} more" if len(characters) > 3 else ""
        told = f"no font has {named}{more}; {remedy}"
        found.append(Finding(WARNING, "fonts", str(Problem(told, mark))))
    many = count(len(texts), "title or caption", "titles and captions")
    return found or [Finding(GOOD, "fonts", f"every letter of {many} can be set")]


def _texts(read: Source) -> list[tuple[Mark | None, str]]:
    """Return what the loop writes on the wall, and where it stands in the file."""
    if read.loop is None:
        return []
    found = []
    for cue in read.loop.cues:
        for key in ("title", "caption"):
            texts = getattr(cue, key, None)
            if texts:
                words = "".join(text for _, text in chosen(texts, read.loop.text.languages))
                found.append((cue.mark_of(key), words))
    return found
