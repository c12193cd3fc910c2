"""The process that notices edits, kept alive, and always on the archive that kiosk.yaml names now."""

import selectors
from dataclasses import dataclass
from pathlib import Path

from installation.processes.children import Telling

PAUSE_S = 10.0
"""A process that died is started again after this long."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What was noticed. `edited`: something was edited and has settled; `saved`: a YAML file.

    `missed`: nobody listened until now, so something may have been edited that nobody will tell.
    """

    edited: bool
    saved: bool
    missed: bool


class Noticing:
    """At most one such process; its words end the watchdog's wait at once."""

    def __init__(self, config: Path, selector: selectors.BaseSelector) -> None:
        self._config = config
        self._selector = selector
        self._process: Telling | None = None
        self._footage = ""
        self._due = 0.0
        self.listens = False
        """Whether an edit would be noticed now."""

    @property
    def works(self) -> bool:
        """Whether the process lives, and listens or soon will."""
        return self._process is not None

    def hear(self, footage: str, now: float) -> Edit | None:
        """Tell what was edited since the last time; `footage` is the archive's folder, empty while it is not known."""
        if self._process and footage != self._footage:
            self.end()
        if self._process is None and now >= self._due:
            self._start(footage, now)
        if self._process is None:
            return None
        messages, ended = self._process.messages()
        if not messages and not ended:
            return None
        said = {name for message in messages for name, value in message.items() if value}
        self.listens = self.listens or "listens" in said
        if ended:
            self.end()
            self._due = now + PAUSE_S
        return Edit("edited" in said, "saved" in said, "listens" in said)

    def end(self) -> None:
        """End the process."""
        if self._process:
            self._selector.unregister(self._process.stdout)
            self._process.finish()
            self._process, self.listens = None, False

    def _start(self, footage: str, now: float) -> None:
        self._footage = footage
        try:
            self._process = Telling("installation.edits", self._config, footage)
        except OSError:  # no memory for another process
            self._due = now + PAUSE_S
            return
        self._selector.register(self._process.stdout, selectors.EVENT_READ)
