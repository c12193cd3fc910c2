"""A process that tells things for as long as the installation runs: started again when it dies or is to do another."""

import selectors
from typing import Any

from installation.processes.children import Telling

PAUSE_S = 10.0
"""A process that dies is started again, but no sooner than this after its last start."""


class Kept:
    """At most one process of a module; its words end the watchdog's wait at once."""

    def __init__(self, module: str, selector: selectors.BaseSelector) -> None:
        self._module = module
        self._selector = selector
        self._process: Telling | None = None
        self._arguments: tuple[str, ...] = ()
        self._due = 0.0

    @property
    def lives(self) -> bool:
        """Whether the process is there."""
        return self._process is not None

    def hear(self, now: float, *arguments: str) -> tuple[list[dict[str, Any]], bool]:
        """Return what a process with these arguments has said since the last time, and whether it has ended."""
        if self._process and arguments != self._arguments:
            self.end()
            self._due = now
        if self._process is None and now >= self._due:
            self._start(now, arguments)
        if self._process is None:
            return [], False
        messages, ended = self._process.messages()
        if ended:
            self.end()
        return messages, ended

    def end(self) -> None:
        """End the process, if there is one."""
        if self._process:
            self._selector.unregister(self._process.stdout)
            self._process.finish()
            self._process = None

    def _start(self, now: float, arguments: tuple[str, ...]) -> None:
        self._arguments, self._due = arguments, now + PAUSE_S
        try:
            self._process = Telling(self._module, *arguments)
        except OSError:  # no memory for another process
            return
        self._selector.register(self._process.stdout, selectors.EVENT_READ)
