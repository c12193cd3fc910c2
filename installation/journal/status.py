"""The present in one JSON object, and in one short paragraph for staff."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from installation.journal.sentences import count, spell
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

    def is_well(self, now: float) -> bool:
        """Whether the wall shows what it should, and the watchdog still says so."""
        return self.phase == "playing" and not self.problems and now - self.written <= STALE_S


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
    """Say the present in one short paragraph."""
    if now - status.written > STALE_S:
        return f"The watchdog has not written for {spell(now - status.written)}. Please restart the installation."
    sentences = {
        "playing": f"{'There is a problem, but' if status.problems else 'All is well:'} "
        f"the {'loop plays' if status.picture else 'picture is on the screen'} since {_clock(status.since, now)}.",
        "starting": "The player is starting.",
        "resting": "The player has failed and is about to be started again.",
        "waiting": f"There is no screen since {_clock(status.since, now)}. "
        "The picture comes back by itself when the screen does.",
        "preparing": "The loop is being prepared; the wall is black until it is done.",
        "black": "The wall is black, because nothing can be played.",
    }
    said = [sentences[status.phase]]
    if status.phase == "playing":
        place = f"{status.name} at {spell(status.position)}" if status.name else "black"
        said.append(f"Cue {status.cue + 1} of {status.cues} ({place}), loop {status.iteration}.")
        said.append(f"{count(status.restarts, 'restart')} and {spell(status.dark)} dark since the start.")
    if status.turn_in is not None:
        said.append(f"A new loop is ready and comes at the next turn, in about {spell(status.turn_in)}.")
    if status.progress is not None:
        said.append(f"A loop is being prepared ({status.progress:.0%}).")
    if status.picture:
        said.append(f"There is no screen; the current picture is {status.picture}.")
    if status.problems:
        more = f" And {count(len(status.problems) - 1, 'more problem')}; see `installation check`."
        said.append(f"Problem: {status.problems[0]}" + (more if status.problems[1:] else ""))
    return " ".join(said)


def _clock(then: float, now: float) -> str:
    from datetime import datetime

    moment, today = datetime.fromtimestamp(then).astimezone(), datetime.fromtimestamp(now).astimezone()
    return f"{moment:%H:%M}" if moment.date() == today.date() else f"{moment:%Y-%m-%d %H:%M}"
