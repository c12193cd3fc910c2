"""The watchdog's process: `python -m installation.watchdog CONFIG STATE LOG`, which is what `start` becomes."""

import fcntl
import os
import signal
import sys
from pathlib import Path

from installation.places import Places
from installation.watchdog.watching import UnusableError, Watchdog

UNUSABLE = 2
ALREADY_RUNNING = 3


def main() -> int:
    """Hold the state folder's lock and watch until SIGTERM, SIGHUP or Ctrl-C; returns the exit code."""
    config, state, log = map(Path, sys.argv[1:4])
    places = Places(state, log)
    try:
        places.make()
        lock = os.open(places.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        _say(f"The state folder {state} cannot be written: {error.strerror}. Choose another with --state.")
        return UNUSABLE
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        runs = os.pread(lock, 32, 0).decode(errors="replace").strip()
        _say(f"The installation is already running (process {runs}, state in {state}). End it with: installation stop")
        return ALREADY_RUNNING
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    watchdog = Watchdog(config, places, _say)
    for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(ending, lambda *_: watchdog.end())
    try:
        watchdog.run()
    except UnusableError as problems:
        _say(str(problems))
        return UNUSABLE
    return 0


def _say(line: str) -> None:
    # the terminal that started it may be gone, or its disk full: the picture goes on
    try:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return


if __name__ == "__main__":
    sys.exit(main())
