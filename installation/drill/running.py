"""The installation that runs, as a drill sees it from outside: its status, its journal, its processes, its screen."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from installation.errors import InstallationError
from installation.journal import status
from installation.journal.status import Status
from installation.places import Places
from installation.processes import lock
from installation.screens.finding import find
from installation.show.model import settings_of

TAIL_BYTES = 65536
"""So much of the journal's end holds all that happens during a drill."""


class Running:
    """One running installation; `holder` is its watchdog's process id."""

    def __init__(self, places: Places, holder: int, config: Path, environ: Mapping[str, str]) -> None:
        self.places = places
        self.holder = holder
        self.config = config
        self.settings = settings_of(places.current)
        self.environ = environ
        self.kind, self.screen = find(self.settings.screen, self.settings.output, environ, no_television)
        told = self.status()
        self._problems = told.problems if told else ()

    def status(self) -> Status | None:
        """Return what the watchdog has said last."""
        return status.read(self.places.status)

    @property
    def plays(self) -> bool:
        """Whether a show is on the wall."""
        told = self.status()
        return told is not None and told.phase == "playing"

    @property
    def is_as_before(self) -> bool:
        """Whether a show is on the wall, and no problem is there that was not there when the drill began."""
        told = self.status()
        return told is not None and told.phase == "playing" and told.problems == self._problems

    @property
    def player(self) -> int:
        """The player's process id; 0 where none lives. A status may be older than its player's end."""
        told = self.status()
        with suppress(OSError, ValueError, IndexError):
            if told and told.player:
                # the name in brackets may hold anything; the state and the parent follow it: proc(5)
                fields = Path(f"/proc/{told.player}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                return told.player if int(fields[1]) == self.holder else 0
        return 0

    def told(self, kind: str, since: float, containing: str = "") -> dict[str, Any] | None:
        """Return the first event of a kind that the journal has from `since` on (Unix seconds), its time as `at`."""
        with suppress(OSError):
            with self.places.journal.open("rb") as journal:
                journal.seek(max(0, journal.seek(0, os.SEEK_END) - TAIL_BYTES))
                lines = journal.read().splitlines()
            for line in lines:
                with suppress(ValueError, KeyError, TypeError):
                    event: dict[str, Any] = json.loads(line)
                    event["at"] = datetime.fromisoformat(event["time"]).timestamp()
                    if event["event"] == kind and event["at"] >= since and containing in event["said"]:
                        return event
        return None

    @contextmanager
    def as_its_user(self) -> Iterator[None]:
        """Be the user that the installation runs as, for as long as something is written beside its own files."""
        owner, group = Path(f"/proc/{self.holder}").stat().st_uid, Path(f"/proc/{self.holder}").stat().st_gid
        if os.geteuid() != 0 or owner == 0:
            yield
            return
        os.setegid(group)
        os.seteuid(owner)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(0)


def no_television(on: bool) -> bool:  # noqa: ARG001
    """Leave a television alone: one that is put to sleep through its cable is nobody's to wake but the hours'."""
    return False


def find_running(places: Places) -> Running | None:
    """Return the installation that runs on these places; None where none does.

    Raises InstallationError where it belongs to another user, who alone may break it.
    """
    holder = lock.holder(places)
    if holder is None:
        return None
    process = Path(f"/proc/{holder}")
    try:
        command = (process / "cmdline").read_bytes().split(b"\0")
        environ = dict(
            os.fsdecode(pair).split("=", 1) for pair in (process / "environ").read_bytes().split(b"\0") if b"=" in pair
        )
    except PermissionError:
        raise InstallationError(
            "The installation runs as another user. Run the drill as that user, or as root."
        ) from None
    except FileNotFoundError:
        return None  # it has ended in this moment
    config = os.fsdecode(command[command.index(b"installation.watchdog") + 1])
    return Running(places, holder, Path(config), environ)
