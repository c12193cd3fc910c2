"""The archive is held against its seal at the start and once a night, by a process that takes what others leave."""

import selectors
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from installation.processes.children import Telling


class Sealing:
    """At most one such process; `told` is the file in which it keeps what it has told before."""

    def __init__(self, told: Path, selector: selectors.BaseSelector, tell: Callable[..., None]) -> None:
        self._told = told
        self._selector = selector
        self._tell = tell
        self._process: Telling | None = None
        self._begun = False

    def look(self, footage: str, *, night: bool) -> None:
        """Tell what was found, and begin when it is time to; `footage` is the archive, empty while it is not known."""
        if self._process:
            messages, ended = self._process.messages()
            for message in messages:
                if kind := message.pop("event", ""):
                    self._tell(kind, **message)
            if ended:
                self.end()
        elif footage and (night or not self._begun):
            self._begun = True
            with suppress(OSError):  # no memory for another process: in the next night perhaps
                self._process = Telling("installation.footage.verifier", footage, self._told)
                self._selector.register(self._process.stdout, selectors.EVENT_READ)

    def end(self) -> None:
        """End the process, if there is one."""
        if self._process:
            self._selector.unregister(self._process.stdout)
            self._process.finish()
            self._process = None
