"""The process that notices edits, kept alive, and always on the archive that kiosk.yaml names now."""

import selectors
from dataclasses import dataclass
from pathlib import Path

from installation.processes.children import Telling

PAUSE_S = 10.0
"""A process that died is started again after this long."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Something was edited and has settled; `saved`: a YAML file. `missed`: nobody listened, it may have been."""

    saved: bool = False
    missed: bool = False


class Noticing:
    """At most one such process; its words end the watchdog's wait at once."""

    def __init__(self, config: Path, selector: selectors.BaseSelector) -> None:
        self._config = config
        self._selector = selector
        self._process: Telling | None = None
        self._footage: str | None = None
        self._due = 0.0

    @property
    def works(self) -> bool:
        """Whether an edit would be noticed now."""
        return self._process is not None

    def hear(self, footage: str, now: float) -> Edit | None:
        """Tell what was edited since the last time; `footage` is the archive's folder, empty while it is not known."""
        if self._process and footage != self._footage:
            self.end()
        if self._process is None:
            return self._start(footage, now) if now >= self._due else None
        messages, ended = self._process.messages()
        if ended:
            self.end()
            self._due = now + PAUSE_S
        return Edit(saved=any(message.get("saved") for message in messages)) if messages else None

    def end(self) -> None:
        """End the process."""
        if self._process:
            self._selector.unregister(self._process.stdout)
            self._process.finish()
            self._process = None

    def _start(self, footage: str, now: float) -> Edit | None:
        first, self._footage = self._footage is None, footage
        try:
            self._process = Telling("installation.edits", self._config, footage)
        except OSError:  # no memory for another process
            self._due = now + PAUSE_S
            return None
        self._selector.register(self._process.stdout, selectors.EVENT_READ)
        return None if first else Edit(missed=True)
