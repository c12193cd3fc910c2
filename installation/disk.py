"""What a disk has to do while the picture plays: in a thread of its own, so that one that stalls holds nobody."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


class Disk:
    """Does one job after another. A disk that refuses, with OSError, costs that job and no other."""

    def __init__(self) -> None:
        self._jobs: dict[str, Callable[[], None]] = {}
        self._changed = threading.Condition()
        self._busy = False
        self._thread: threading.Thread | None = None

    def ask(self, name: str, job: Callable[[], None]) -> None:
        """Have a job done soon; one of the same name that waits until now is left out. Answers at once."""
        with self._changed:
            self._jobs.pop(name, None)  # what is asked for last is done last
            self._jobs[name] = job
            self._changed.notify_all()
            if self._thread is None:
                # a daemon: a dead disk may hold it for ever, and must not hold the end of the process
                self._thread = threading.Thread(target=self._run, name="disk", daemon=True)
                self._thread.start()

    def answer(self, question: Callable[[], T], within_s: float, otherwise: T) -> T:
        """Return what a disk answers, or `otherwise` where it does not in time."""
        found: list[T] = []
        self.ask("question", lambda: found.append(question()))
        self.finish(within_s)
        return found[0] if found else otherwise

    def finish(self, within_s: float) -> bool:
        """Wait until every job is done; tells whether they are."""
        with self._changed:
            return self._changed.wait_for(lambda: not (self._jobs or self._busy), within_s)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._jobs)
                job = self._jobs.pop(next(iter(self._jobs)))
                self._busy = True
            with suppress(OSError):
                job()
