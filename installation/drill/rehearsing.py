"""A drill: one fault after the other on the wall that plays, each watched until visitors see the work again."""

import fcntl
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGSTOP

from installation.drill.faults import Cover, Fault, Mistake, Player, ScreenOff
from installation.drill.running import Running
from installation.errors import InstallationError
from installation.journal.events import Event
from installation.journal.log import Journal

LIMIT_S = 60.0
"""What takes longer has not healed: the longest pause before a restart is half of it."""
STEP_S = 0.05
QUIET_S = 2.0
"""So long the picture is left alone between two faults."""
RESTED_S = 11.0
"""… and so long after one that ended the player: after ten seconds of play none is kept away for long."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How one fault ended; seconds from the strike. `left_out` says why it was not rehearsed."""

    fault: str
    darkens: bool = True
    noticed_s: float | None = None
    back_s: float | None = None
    settled: bool = False
    left_out: str = ""

    @property
    def healed(self) -> bool:
        """Whether it was noticed, and is over without a trace."""
        return self.noticed_s is not None and self.back_s is not None and self.settled

    @property
    def verdict(self) -> str:
        """The last cell of its row."""
        if self.left_out:
            return f"left out: {self.left_out}"
        return "healed" if self.healed else "NOT HEALED"


def faults(running: Running) -> list[Fault]:
    """Return the faults that a drill has, in their order."""
    return [
        Player("player killed", SIGKILL, running),
        Player("player stopped", SIGSTOP, running),
        Cover(running),
        Mistake(running),
        ScreenOff(running),
    ]


def drill(
    running: Running,
    rehearsed: Iterable[Fault],
    tell: Callable[[str], None],
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Finding]:
    """Rehearse faults, and have the staff's log say that it was a drill; `tell` hears each fault's name before it.

    Raises InstallationError where another drill is at it.
    """
    alone = _alone(running.places.run)
    _log(running, Event("drill_began"))
    findings: list[Finding] = []
    try:
        for fault in rehearsed:
            tell(fault.name)
            findings.append(rehearse(fault, lambda: running.is_as_before, now, sleep))
    finally:
        made = [finding for finding in findings if not finding.left_out]
        figures = {"faults": len(made), "unhealed": sum(not finding.healed for finding in made)}
        _log(running, Event("drill_failed" if figures["unhealed"] else "drill_ended", figures))
        os.close(alone)
    return findings


def _alone(folder: Path) -> int:
    """Hold a folder's lock, which the kernel lets go of with this process: nothing is written for it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise InstallationError("Another drill is at it. Wait until it has ended.") from None
    return descriptor


def rehearse(
    fault: Fault,
    plays: Callable[[], bool],
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Finding:
    """Do one fault, wait until it is noticed and over, undo what is left of it, and wait until the wall plays."""
    if reason := fault.why_not():
        return Finding(fault.name, left_out=reason)
    since, noticed, back = now(), None, None
    try:
        fault.strike()
        while now() - since < LIMIT_S and (noticed is None or back is None):
            sleep(STEP_S)
            noticed = fault.noticed_at(since) if noticed is None else noticed
            if back is None and fault.is_over():
                back = now()
    except OSError as error:
        return Finding(fault.name, left_out=error.strerror or str(error))
    finally:
        fault.undo()
    return Finding(
        fault.name,
        fault.darkens,
        noticed_s=None if noticed is None else noticed - since,
        back_s=None if back is None else back - since,
        settled=_settles(RESTED_S if fault.darkens else QUIET_S, plays, now, sleep),
    )


def _settles(
    quiet_s: float, plays: Callable[[], bool], now: Callable[[], float], sleep: Callable[[float], None]
) -> bool:
    """Wait until the wall has played for a while; False where it does not come to that."""
    began = last_dark = now()
    while now() - last_dark < quiet_s:
        if now() - began > LIMIT_S:
            return False
        sleep(STEP_S)
        if not plays():
            last_dark = now()
    return True


def rows(findings: Sequence[Finding]) -> list[tuple[str, str, str, str]]:
    """The table's rows: fault, noticed after, picture back after, verdict."""

    def seconds(length: float | None) -> str:
        return "–" if length is None else f"{length:.1f} s"

    def back(finding: Finding) -> str:
        return seconds(finding.back_s) if finding.darkens or not finding.healed else "never away"

    return [(finding.fault, seconds(finding.noticed_s), back(finding), finding.verdict) for finding in findings]


def _log(running: Running, event: Event) -> None:
    """Write a line into the log, as the user whose log it is; a disk that refuses costs the line."""
    settings = running.settings
    with running.as_its_user():
        journal = Journal(
            running.places,
            lambda _line: None,
            language=settings.language,
            timezone=settings.timezone,
            keep_days=settings.keep_days,
        )
        journal.tell(event)
        journal.write()
