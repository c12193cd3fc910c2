"""The photosensitivity of clips and of the show, found or known: what of it is told, and how."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from installation.errors import FootageError, InstallationError
from installation.flash.limits import View
from installation.flash.verdicts import (
    EXTENDED,
    FAIL,
    GENERAL,
    PASS,
    RED,
    WARNING,
    Assessment,
    Finding,
    Standard,
    to_plain,
)
from installation.footage.archive import Archive, printable
from installation.footage.fixity import Progress
from installation.footage.risks import Risks
from installation.journal.languages import spell
from installation.show import wrapped
from installation.show.plan import Plan
from installation.show.seen import Screen
from installation.show.source import Source
from installation.timecode import format_time

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from installation.drawing.sign import Warned
    from installation.footage.side_by_side import Found, Kept

SHOW = "show"
"""How the show is called among files."""

_STANDARDS = {"wcag-2.3.1": "WCAG 2.3.1", "bt.1702": "BT.1702"}
_KINDS = {GENERAL: "flashes", RED: "red flashes", EXTENDED: "a sequence of flashes of more than 5 s"}
_DUE = "It fails: put up a warning (`installation footage risk --show --sign FILE.pdf` draws one)."
_NEAR = "Near the limit, but within it."


@dataclass(frozen=True, slots=True)
class Judged:
    """A clip or the show, `length_s` long, and what was found of it; `title` is how a sheet calls it."""

    name: str
    length_s: float
    found: Assessment
    title: str

    @property
    def verdict(self) -> str:
        """The worse of the standards' verdicts."""
        verdicts = [standard.verdict for standard in self.found.standards.values()]
        return next(one for one in (FAIL, WARNING, PASS) if one in verdicts)

    @property
    def findings(self) -> list[Finding]:
        """What the worst verdict rests on, of all standards, in the order of time."""
        worst = [one for one in self.found.standards.values() if one.verdict == self.verdict]
        return sorted((finding for one in worst for finding in one.findings), key=lambda finding: finding.start_s)


Result = Judged | FootageError


def view(distance_m: float | None, width_m: float | None) -> View:
    """Return how the screen is seen. Raises InstallationError where only one figure is there, or one that is none."""
    if distance_m is None and width_m is None:
        return View()
    if distance_m is None or width_m is None:
        raise InstallationError("--distance and --width belong together: say both, in metres.")
    if not (0 < distance_m < 1000 and 0 < width_m < 1000):
        raise InstallationError("--distance and --width are metres, more than 0 and less than 1000.")
    return View.of(distance_m, width_m)


def clips(
    names: Sequence[str], footage: Path, kept: "Kept", pool: "Executor", progress: Progress, of: View
) -> list[Result]:
    """Judge clips, or remember: files, or names in the archive; what cannot be read is told in its place."""
    from installation.footage.side_by_side import analyses

    found: list[Path | FootageError] = [_path(name, footage) for name in names]
    seen = iter(analyses([path for path in found if isinstance(path, Path)], kept, pool, progress, of))
    return [_judged(next(seen)) if isinstance(path, Path) else path for path in found]


def _path(name: str, footage: Path) -> Path | FootageError:
    try:
        return Path(name) if Path(name).is_file() else Archive(footage).find(name)
    except FootageError as error:
        return error


def _judged(found: "Found") -> Result:
    if isinstance(found, FootageError):
        return found
    assert found.risk  # noqa: S101 - a view was given; only mypy needs to hear it
    name = printable(found.path.name)
    return Judged(name, float(found.probe.duration), found.risk, name)


def show(read: Source, plan: Plan, kept: Risks, of: View, progress: Progress) -> Judged:
    """Judge what the wall shows of a plan, or remember: its first iteration, and the wrap.

    Raises FootageError where a file cannot be decoded, InstallationError where there is nothing to show.
    """
    if not plan.cues:
        raise InstallationError("\n".join(map(str, plan.problems)) or "The loop has no cues.")
    return known_show(read, plan, kept, of) or _show(read, plan, wrapped.judge(plan, _screen(read), kept, of, progress))


def known_show(read: Source, plan: Plan, kept: Risks, of: View) -> Judged | None:
    """Return what is known of a plan, None where it was not judged yet."""
    found = wrapped.known(plan, _screen(read), kept, of)
    return _show(read, plan, found) if found else None


def plain(judged: list[Judged]) -> list[dict[str, Any]]:
    """Return what `--json` prints."""
    return [{"file": one.name, "standards": to_plain(one.found.standards)} for one in judged]


def told(judged: list[Judged]) -> str:
    """Say what was found, in lines for people."""
    return "\n".join(line for one in judged for line in _lines(one))


def _lines(one: Judged) -> Iterator[str]:
    yield f"{one.name}  {format_time(Fraction(round(one.length_s * 10), 10))}"
    for name, standard in one.found.standards.items():
        said = list(_findings(standard)) or ["no second with three flashes or more"]
        yield f"  {_STANDARDS[name]:<11} {standard.verdict:<8} {said[0]}"
        yield from (" " * 23 + more for more in said[1:])
    if one.verdict != PASS:
        yield f"  {_DUE if one.verdict == FAIL else _NEAR}"


def summary(one: Judged) -> str:
    """Say in half a sentence what was found."""
    if one.verdict == PASS:
        return "no second with three flashes or more, by WCAG 2.3.1 and BT.1702"
    peak = max(finding.peak for finding in one.findings)
    total_s = sum(end_s - start_s for start_s, end_s in stretches(one))
    where = f"up to {peak} flashes a second, {spell(total_s)} in a loop"
    if one.verdict == WARNING:
        return f"{where}: near the limit of WCAG 2.3.1 or BT.1702, but within it"
    failed = " and ".join(_STANDARDS[name] for name, found in one.found.standards.items() if found.verdict == FAIL)
    return f"fails {failed} ({where})"


def warned(one: Judged, plan: Plan) -> "Warned | None":
    """Return what a sign has to say of the show; None where no sign is due."""
    from installation.drawing.boxes import boxes
    from installation.drawing.sign import Warned

    if one.verdict == PASS:
        return None
    first = boxes(plan)[0]
    peak = max(finding.peak for finding in one.findings)
    return Warned(one.length_s, stretches(one), peak, by_title=first.cue.kind == "title")


def stretches(one: Judged) -> list[tuple[float, float]]:
    """Return from when to when it flashes as its verdict says, whatever the kind; the last may go over the wrap."""
    found: list[tuple[float, float]] = []
    for finding in one.findings:
        if found and finding.start_s <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], finding.end_s)
        else:
            found.append((finding.start_s, finding.end_s))
    return found


def _findings(standard: Standard) -> Iterator[str]:
    for finding in standard.findings:
        where = f"{_clock(finding.start_s)} to {_clock(finding.end_s)}"
        yield f"{where}  {_KINDS[finding.kind]}, up to {finding.peak} a second (from {_clock(finding.worst_s)})"


def _show(read: Source, plan: Plan, found: Assessment) -> Judged:
    texts = read.loop.title if read.loop else None
    return Judged(SHOW, float(plan.loop_s), found, "  ".join((texts or {SHOW: SHOW}).values()))


def _screen(read: Source) -> Screen:
    return Screen(read.settings.fit, read.settings.rotate)


def _clock(time_s: float) -> str:
    return format_time(Fraction(round(time_s * 10), 10))
