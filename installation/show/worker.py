"""The process in which a show is prepared: `python -m installation.show.worker PARENT CONFIG STATE LOG ASIDE [KEEP…]`.

ASIDE are the numbers of cues in loop.yaml to leave out, such as 3,7; nothing for none. KEEP are the folders of shows
that still play or wait; the worker leaves them where they are.
It answers the watchdog on standard output, a JSON object a line: {"progress": 0.4} now and then, at the end
{"outcome": …}. To a person at a terminal it shows a progress bar on standard error.
"""

import json
import os
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from installation import kin
from installation.errors import InstallationError, Problem
from installation.places import Places
from installation.show.prepare import Preparation, Prepared

if TYPE_CHECKING:
    from rich.progress import Progress

EVERY_S = 0.2
"""Time between two words of progress."""
POLITE = 10
"""Niceness: the picture on the wall goes first."""


class Telling:
    """Progress for the watchdog, and for a person where one is looking."""

    def __init__(self) -> None:
        self._due = time.monotonic() + 2 * EVERY_S  # what is done sooner needs no bar
        self._bar: Progress | None = None

    def __call__(self, what: str, done: float) -> None:
        """Tell how far it is, not too often."""
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + EVERY_S
        _say({"progress": round(done, 3), "doing": what})
        if sys.stderr.isatty():
            self._draw(what, done)

    def end(self) -> None:
        """Take the bar away."""
        if self._bar:
            self._bar.stop()

    def _draw(self, what: str, done: float) -> None:
        from rich.console import Console
        from rich.progress import Progress

        if self._bar is None:
            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
            self._bar.add_task("", total=1.0)
        self._bar.update(self._bar.task_ids[0], description=what, completed=done)


def main() -> None:
    """Prepare once and answer."""
    parent, config, state, log, numbers, *keep = sys.argv[1:]
    kin.die_with(int(parent))
    os.nice(POLITE)
    with suppress(OSError):  # where memory runs out, the kernel is to take it from here and not from the player
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    telling = Telling()
    try:
        places = Places(Path(state), Path(log))
        aside = frozenset(int(number) for number in numbers.split(",") if number)
        prepared = Preparation(Path(config), places, telling, list(map(Path, keep)), aside).run()
    except InstallationError as error:
        prepared = Prepared("failed", [str(Problem(str(error)))])
    telling.end()
    _say(asdict(prepared))


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
