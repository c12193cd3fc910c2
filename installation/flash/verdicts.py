"""What is found, and what that means for each standard."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from installation.flash.curve import Point
from installation.flash.limits import SECOND_S, SEQUENCE_S

if TYPE_CHECKING:
    from installation.flash.together import FieldFlash

PASS, WARNING, FAIL = "pass", "warning", "fail"
GENERAL, RED, EXTENDED = "general", "red", "extended"

_ROUNDING_S = 1e-6


@dataclass(slots=True)
class Finding:
    """A stretch of a film, in seconds from its first picture, `peak` flashes in the second from `worst_s` on.

    `kind` is general, red or extended.
    """

    kind: str
    start_s: float
    end_s: float
    peak: int
    worst_s: float

    def join(self, other: "Finding") -> None:
        """Take in another finding of the kind."""
        if other.peak > self.peak:
            self.peak, self.worst_s = other.peak, other.worst_s
        self.start_s, self.end_s = min(self.start_s, other.start_s), max(self.end_s, other.end_s)


@dataclass(frozen=True, slots=True)
class Standard:
    """One standard's verdict, and the findings that it rests on, in the order of time."""

    verdict: str
    findings: list[Finding] = field(default_factory=list)

    @property
    def worst(self) -> Finding | None:
        """The finding with most flashes in a second."""
        return max(self.findings, key=lambda finding: finding.peak, default=None)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was found of each standard, and the film's course."""

    standards: dict[str, Standard]
    curve: list[Point]


class Findings:
    """Findings of one kind; those less than a second apart are one."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.found: list[Finding] = []

    def add(self, first_s: float, end_s: float, peak: int, worst_s: float) -> None:
        """Add a finding that ends later than all before."""
        new = Finding(self.kind, first_s, end_s, peak, worst_s)
        while self.found and new.start_s <= self.found[-1].end_s + SECOND_S:
            before = self.found.pop()
            before.join(new)
            new = before
        self.found.append(new)


def merged(found: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order of time, those of a kind that are less than a second apart as one."""
    kinds: dict[str, Findings] = {}
    for one in sorted(found, key=lambda one: one.end_s):
        kinds.setdefault(one.kind, Findings(one.kind)).add(one.start_s, one.end_s, one.peak, one.worst_s)
    return sorted((one for findings in kinds.values() for one in findings.found), key=lambda one: one.start_s)


class Sequences:
    """Flashes of one polarity, nearer to each other than what is allowed at any length, and how long that goes on."""

    def __init__(self, spacing_s: float, found: Findings) -> None:
        self._spacing_s, self._found = spacing_s, found
        self._before: FieldFlash | None = None
        self._start_s = self._last_s = float("-inf")
        self._worst: FieldFlash | None = None

    def see(self, flash: "FieldFlash") -> None:
        """Take in the next flash."""
        before = self._before
        if before and flash.start_s <= before.end_s:  # the rest of the same flash
            return
        self._before = flash
        if before is None or flash.start_s - before.start_s >= self._spacing_s - _ROUNDING_S:
            return
        if before.start_s - self._last_s >= SECOND_S - _ROUNDING_S:
            self._start_s, self._worst = before.start_s, before
        self._last_s = flash.start_s
        if self._worst is None or flash.count > self._worst.count:
            self._worst = flash
        if flash.end_s - self._start_s > SEQUENCE_S + _ROUNDING_S:
            self._found.add(self._start_s, flash.end_s, self._worst.count, self._worst.first_s)


def standard(fails: Iterable[Findings], near: Iterable[Findings]) -> Standard:
    """Return the verdict: the findings that fail, else those that come near."""
    for verdict, all_found in ((FAIL, fails), (WARNING, near)):
        found = sorted((one for findings in all_found for one in findings.found), key=lambda one: one.start_s)
        if found:
            return Standard(verdict, found)
    return Standard(PASS)


def to_plain(standards: dict[str, Standard]) -> dict[str, Any]:
    """Return what `--json` prints of the standards: times in seconds, to the millisecond."""
    return {
        name: {
            "verdict": one.verdict,
            "findings": [
                {"kind": f.kind, "start": round(f.start_s, 3), "end": round(f.end_s, 3), "peak": f.peak}
                for f in one.findings
            ],
        }
        for name, one in standards.items()
    }
