"""When the watchdog has a show prepared, and what it makes of the answer."""

import os
import selectors
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from installation.places import Places
from installation.processes.children import REAP_S, Telling
from installation.show import model
from installation.show.model import Show, ShowError
from installation.wall.noticing import Noticing

GRACE_S = 3.0
"""An edited loop may take this long to prepare before the last good show is put on the wall meanwhile."""
SLOW_S = 2.0
"""A preparation that takes longer is told to staff."""
AGAIN_S = 30.0
"""While cues are left out, nothing can be played or nobody notices edits, prepare is asked again this often."""
STALLED_S = 300.0
"""A worker that says nothing for so long hangs: the largest still that is allowed takes a tenth of that."""
LATER_S = 600.0
"""What went beyond a limit is tried again after this long, or when something is edited."""
MEMORY_BYTES = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
"""A worker may use half of the machine's memory: the picture needs the rest."""


@dataclass(slots=True)
class Outcome:
    """How a preparation ended; `kind` is ready, kept, partial, nothing or failed, as the worker says.

    `saved`: it was asked for because somebody saved a YAML file.
    """

    kind: str
    problems: list[str] = field(default_factory=list)
    edited: str = ""
    unusable: bool = False
    saved: bool = False

    @property
    def made(self) -> bool:
        """Whether there is a show that was made of the files as they are."""
        return self.kind in ("ready", "partial")


class Preparing:
    """The ears for edits, at most one worker at a time, and the shows that it made.

    `playing` tells the folders of the shows that play or wait: the worker tidies all but those and its own. `aside`
    are the numbers, in loop.yaml, of cues that shows are made without until the next edit. A worker that says nothing
    for `stalled_s`, or uses more than `memory_bytes`, is ended.
    """

    def __init__(
        self,
        config: Path,
        places: Places,
        selector: selectors.BaseSelector,
        playing: Callable[[], Iterable[Path]],
        stalled_s: float = STALLED_S,
        memory_bytes: int = MEMORY_BYTES,
    ) -> None:
        self._config = config
        self._places = places
        self._selector = selector
        self._playing = playing
        self._noticing = Noticing(config, selector)
        self._stalled_s, self._memory_bytes = stalled_s, memory_bytes
        self._worker: Telling | None = None
        self._stuck: Telling | None = None
        """A worker that could not be ended: the kernel holds it, waiting for a dead disk."""
        self._began_at = self._ended_at = self._heard_at = self._later = 0.0
        self._doing = ""
        self._last: dict[str, Any] = {}
        self._refused = ""
        self._footage = ""
        self._wanted = self._saved = self._missed = False
        self.progress: float | None = None
        self.aside: frozenset[int] = frozenset()

    @property
    def listens(self) -> bool:
        """Whether an edit would be noticed now."""
        return self._noticing.listens

    @property
    def runs(self) -> bool:
        """Whether a worker is at it."""
        return self._worker is not None

    def is_slow(self, now: float) -> bool:
        """Whether a worker is at it for so long that staff should know."""
        return self.runs and now - self._began_at > SLOW_S

    def current(self) -> tuple[Path, Show] | None:
        """Read the last show that prepare made; None when there is none that this version can read."""
        try:
            folder = self._places.current.resolve(strict=True)
        except OSError:
            return None
        show = self.read(folder)
        if show is None:
            return None
        self._footage = self._footage or show.settings.footage
        return folder, show

    def read(self, folder: Path) -> Show | None:
        """Read a show; None when this version cannot."""
        try:
            return model.read(folder)
        except ShowError:
            return None

    def notice(self, now: float) -> bool:
        """Begin anew when something was edited, and tell whether it was.

        A worker that runs has read what no longer holds, and is ended.
        """
        edit = self._noticing.hear(self._footage, now)
        if edit and edit.edited:
            self._wanted, self._saved, self.aside = True, self._saved or edit.saved, frozenset()
            self._end_worker()
        if edit and edit.missed:
            self._missed = True
        if self._missed and not self.runs:
            self._missed, current = False, self.current()
            self._wanted = self._wanted or current is None or not current[1].is_fresh
        if self._wanted:
            self.begin(now)
        return edit is not None and edit.edited

    def again(self, now: float) -> None:
        """Begin anew, whatever a worker that runs has made so far."""
        self._end_worker()
        self.begin(now)

    def repeat(self, now: float, again_s: float, *, in_trouble: bool) -> None:
        """Begin again after `again_s` where the last time left trouble, or where an edit would not be noticed."""
        due = max(self._began_at, self._ended_at, self._later) + again_s
        if (in_trouble or not self._noticing.works) and now > due:
            self.begin(now)

    def begin(self, now: float) -> None:
        """Start a worker if none runs."""
        if self.runs or (self._stuck and self._stuck.running):
            return
        self._wanted, self._began_at, self._heard_at, self._last = False, now, now, {}
        self._doing, self._stuck, self._later = "", None, 0.0
        try:
            known = (self._config, self._places.state, self._places.log)
            aside = ",".join(map(str, sorted(self.aside)))
            self._worker = Telling("installation.show.worker", *known, aside, *self._playing())
            self._selector.register(self._worker.stdout, selectors.EVENT_READ)
        except OSError as error:
            self._refused = str(error)

    def hear(self, now: float) -> Outcome | None:
        """Take in what the worker writes; returns its outcome once it has ended."""
        if self._refused:
            refused, self._refused, self._ended_at = self._refused, "", now
            return Outcome("failed", [refused])
        if self._worker is None:
            return None
        messages, ended = self._worker.messages()
        for message in messages:
            self._heard_at = now
            self.progress = message.get("progress", self.progress)
            self._doing = message.get("doing", self._doing)
            if "outcome" in message:
                self._last = message
        if not ended:
            return self._limit(now)
        code = self._end_worker(REAP_S)
        self._ended_at = now
        saved, self._saved = self._saved, False
        if not self._last:
            return Outcome("failed", [f"its process ended by itself, exit {code}"])
        last = self._last
        self._footage = last.get("footage") or self._footage
        return Outcome(
            last["outcome"], last.get("problems", []), last.get("edited", ""), last.get("unusable", False), saved
        )

    def _limit(self, now: float) -> Outcome | None:
        """End a worker that hangs or eats the memory; returns what became of it."""
        assert self._worker  # noqa: S101 - only mypy needs to hear it
        heavy = self._worker.memory_bytes > self._memory_bytes
        if not heavy and now - self._heard_at <= self._stalled_s:
            return None
        self._end_worker()
        self._ended_at, self._later, self._saved = now, now + LATER_S, False
        at = f" at: {self._doing}" if self._doing else ""
        if heavy:
            used = f"more than {self._memory_bytes / 2**30:.1f} GiB of memory were needed{at}"
            return Outcome("failed", [f"{used}; make that file smaller"])
        return Outcome("failed", [f"nothing went on for {self._stalled_s:.0f} s{at}; see whether its disk answers"])

    def end(self) -> None:
        """End both processes, whatever they are doing; what the worker has not swapped in is no show."""
        self._noticing.end()
        self._end_worker()

    def _end_worker(self, within_s: float = 0.0) -> int | None:
        if self._worker is None:
            return None
        self._selector.unregister(self._worker.stdout)
        code = self._worker.finish(within_s)
        if code is None:
            self._stuck = self._worker
        self._worker, self.progress = None, None
        return code
