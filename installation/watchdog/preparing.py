"""When the watchdog has a show prepared, and what it makes of the answer."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from installation.places import Places
from installation.show import model
from installation.show.model import Show, ShowError
from installation.watchdog.children import REAP_S, Worker

GRACE_S = 3.0
"""An edited loop may take this long to prepare before the last good show is put on the wall meanwhile."""
SLOW_S = 2.0
"""A preparation that takes longer is told to staff."""
AGAIN_S = 30.0
"""While cues are left out or nothing can be played, prepare is asked again this often: footage may be back."""


@dataclass(slots=True)
class Outcome:
    """How a preparation ended; `kind` is ready, kept, partial, nothing or failed, as the worker says."""

    kind: str
    problems: list[str] = field(default_factory=list)
    edited: str = ""
    unusable: bool = False


class Preparing:
    """At most one worker at a time, and the show that plays meanwhile."""

    def __init__(self, config: Path, places: Places) -> None:
        self._config = config
        self._places = places
        self.worker: Worker | None = None
        self.progress: float | None = None
        self.ended_at = 0.0
        self._last: dict[str, Any] = {}
        self._refused = ""

    def current(self) -> tuple[Path, Show] | None:
        """Read the last show that prepare made; None when there is none that this version can read."""
        try:
            folder = self._places.current.resolve(strict=True)
            return folder, model.read(folder)
        except (OSError, ShowError):
            return None

    def begin(self) -> None:
        """Start a worker if none runs."""
        if self.worker is None:
            self._last = {}
            try:
                self.worker = Worker(self._config, self._places.state, self._places.log)
            except OSError as error:
                self._refused = str(error)

    def hear(self, now: float) -> Outcome | None:
        """Take in what the worker writes; returns its outcome once it has ended."""
        if self._refused:
            refused, self._refused, self.ended_at = self._refused, "", now
            return Outcome("failed", [refused])
        if self.worker is None:
            return None
        messages, ended = self.worker.messages()
        for message in messages:
            self.progress = message.get("progress", self.progress)
            if "outcome" in message:
                self._last = message
        if not ended:
            return None
        code = self.worker.finish(REAP_S)
        self.worker, self.progress, self.ended_at = None, None, now
        if not self._last:
            return Outcome("failed", [f"exit {code}"])
        return Outcome(
            self._last["outcome"],
            self._last.get("problems", []),
            self._last.get("edited", ""),
            self._last.get("unusable", False),
        )

    def end(self) -> None:
        """End the worker, whatever it is doing; what it has not swapped in is no show."""
        if self.worker:
            self.worker.finish()
            self.worker = None
