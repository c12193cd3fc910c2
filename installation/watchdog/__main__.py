"""The watchdog's process: `python -m installation.watchdog CONFIG STATE LOG`, which is what `start` becomes."""

import signal
import sys
from contextlib import suppress
from pathlib import Path

from installation.places import Places
from installation.processes import lock
from installation.wall.programme import UnusableError
from installation.watchdog.watching import Watchdog

UNUSABLE = 2
ALREADY_RUNNING = 3


def main() -> int:
    """Hold the state folder's lock and watch until SIGTERM or Ctrl-C; returns the exit code.

    SIGHUP, which a terminal sends that is closed, has the files read again and ends nothing.
    """
    config, state, log = map(Path, sys.argv[1:4])
    places = Places(state, log)
    try:
        places.make()
        held = lock.take(places)
    except OSError as error:
        _say(f"The state folder {state} cannot be written: {error.strerror}. Choose another with --state.")
        return UNUSABLE
    if held is None:
        runs = lock.holder(places)
        _say(f"The installation is already running (process {runs}, state in {state}). `installation stop` ends it.")
        return ALREADY_RUNNING
    watchdog = Watchdog(config, places, _say)
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: watchdog.end())
    signal.signal(signal.SIGHUP, lambda *_: watchdog.read_again())
    try:
        watchdog.run()
    except UnusableError as problems:
        _say(str(problems))
        return UNUSABLE
    return 0


def _say(line: str) -> None:
    # the terminal that started it may be gone, or its disk full: the picture goes on
    with suppress(OSError, ValueError):
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
