"""The present in one JSON object, and in one short paragraph for staff."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from installation.hours import AUTO, shown
from installation.journal.sentences import CATALOGUE, until
from installation.whole import write_whole

STALE_S = 10.0
"""A status older than this was left by a watchdog that no longer writes: it is written every two seconds."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the watchdog knows now. Times of day are Unix seconds, lengths seconds; `picture` where no screen is."""

    written: float
    pid: int
    phase: str
    since: float
    show: str = ""
    cues: int = 0
    loop: float = 0.0
    cue: int = -1
    name: str = ""
    iteration: int = 0
    position: float = 0.0
    at: float = 0.0
    """How far the cue is, and which time of the clip's file that is."""
    player: int = 0
    output: str = ""
    screen: str = ""
    dropped: int = 0
    restarts: int = 0
    dark: float = 0.0
    problems: tuple[str, ...] = ()
    progress: float | None = None
    picture: str = ""
    turn_in: float | None = None
    """Seconds until a show that waits for the wrap is on the wall."""
    turns: str | None = None
    """When the wall next opens or closes, as the clock there will show it (ISO 8601); None where it never does."""
    timezone: str = AUTO
    """The zone of the clock by which the wall opens."""
    language: str = "en"

    def is_well(self, now: float) -> bool:
        """Whether the wall shows what it should, and the watchdog still says so."""
        return self.phase in ("playing", "closed") and not self.problems and now - self.written <= STALE_S


def write(path: Path, status: Status) -> None:
    """Replace the status file whole. Raises OSError when the disk does not take it."""
    # after a power cut there is no present to be told
    raw = json.dumps(asdict(status), ensure_ascii=False).encode(errors="backslashreplace")
    write_whole(path, raw, durable=False)


def read(path: Path) -> Status | None:
    """Read the status file; None when there is none or it is of another version."""
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Status(**raw | {"problems": tuple(raw["problems"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def paragraph(status: Status, now: float) -> str:
    """Say the present in one short paragraph, in the language of the log."""
    say = CATALOGUE[status.language].now
    if now - status.written > STALE_S:
        return say("stale", written=now - status.written)
    said = [_phase(status, now)]
    if status.phase == "playing":
        place = {"number": status.cue + 1, "of": status.cues, "iteration": status.iteration}
        said.append(say("cue" if status.name else "no_cue", **place, name=status.name, position=status.at))
        said.append(say("day", restarts=status.restarts, dark=status.dark))
        if status.turns:
            said.append(_until(status, now, closed=False))
    if status.turn_in is not None:
        said.append(say("turn", turn_in=status.turn_in))
    if status.progress is not None:
        said.append(say("progress", progress=f"{status.progress:.0%}"))
    if status.picture:
        said.append(say("picture", picture=status.picture))
    if status.problems:
        said.append(say("problem", problem=status.problems[0], more_problems=len(status.problems) - 1))
    return " ".join(said)


def _phase(status: Status, now: float) -> str:
    if status.phase == "closed" and status.turns:
        return _until(status, now, closed=True)
    key = status.phase
    if key == "playing":
        key = ("troubled" if status.problems else "playing") + ("_unseen" if status.picture else "")
    return CATALOGUE[status.language].now(key, since=_since(status, now))


def _until(status: Status, now: float, *, closed: bool) -> str:
    change = datetime.fromisoformat(status.turns or "")
    return until(change, datetime.fromtimestamp(now, change.tzinfo), status.language, closed=closed)


def _since(status: Status, now: float) -> str:
    moment, today = shown(status.timezone, status.since), shown(status.timezone, now)
    return f"{moment:%H:%M}" if moment.date() == today.date() else f"{moment:%Y-%m-%d %H:%M}"
