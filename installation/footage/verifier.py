"""The process that holds the archive against its seal: `python -m installation.footage.verifier PARENT FOOTAGE TOLD`.

It writes an event of the journal a line on standard output, as {"event": KIND, "name": …} or {"event": KIND,
"problem": …, "more": …}: masters that are not what was sealed, are gone, or cannot be read. At the end it writes
{"verified": FILES}, which is left out where the folder was never sealed. Each finding is told once: TOLD, a file of
the state folder, keeps what was told until the file is as sealed again or another change comes.
"""

import ctypes
import json
import os
import platform
import sys
import time
from pathlib import Path

from installation import kin
from installation.errors import FootageError
from installation.footage import fixity
from installation.footage.archive import Archive, printable
from installation.whole import write_whole

REST = 9
"""After each block it rests this many times as long as that took: nine tenths of the disk's time are the player's."""
NAMED = 3
"""So many files are named in one sentence."""
_IOPRIO_SET = {"x86_64": 251, "aarch64": 30}  # syscall(2); the C library has no name for it
_IDLE = 3 << 13  # ioprio_set(2): IOPRIO_CLASS_IDLE

Told = dict[str, str]
"""What was told of each file: the digest that it had, or what else was wrong."""


def main() -> None:
    """Verify once and tell what is new."""
    parent, footage, file = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    kin.die_with(parent)
    be_idle()
    try:
        found = fixity.verify(footage, _Resting())
        now = findings(Archive(footage), found)
    except FootageError:  # never sealed, or the archive is away, which prepare tells
        return
    told = _read(file)
    for event in news(found, now, told):
        _say(event)
    if now != told:
        try:
            write_whole(file, json.dumps(now, ensure_ascii=False).encode(errors="backslashreplace"))
        except OSError:
            sys.exit(1)
    _say({"verified": len(found.good)})


def findings(archive: Archive, found: fixity.Fixity) -> Told:
    """Say what is wrong with each file: `missing`, the digest of one that has changed, a sentence of one unread."""
    now = dict.fromkeys(found.missing, "missing") | {problem: problem for problem in found.problems}
    for name in found.changed:
        try:
            now[name] = fixity.digest(archive.find(name), _Resting())
        except FootageError:
            now[name] = "changed"  # and away again
    return now


def news(found: fixity.Fixity, now: Told, told: Told) -> list[dict[str, object]]:
    """Return the events for what was not told yet."""
    events: list[dict[str, object]] = []
    for kind, names in (("master_changed", found.changed), ("master_gone", found.missing)):
        new = [printable(name) for name in names if told.get(name) != now[name]]
        if new:
            rest = f" and {len(new) - NAMED} more" if len(new) > NAMED else ""
            events.append({"event": kind, "name": ", ".join(new[:NAMED]) + rest})
    unread = [problem for problem in found.problems if problem not in told]
    if unread:
        events.append({"event": "master_unread", "problem": unread[0], "more": len(unread) - 1})
    return events


def be_idle() -> None:
    """Take processor and disk only where nobody else wants them."""
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    number = _IOPRIO_SET.get(platform.machine())
    if number:
        ctypes.CDLL(None).syscall(number, 1, 0, _IDLE)


class _Resting:
    """Told after each block that was read."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def __call__(self, _done: int, _all: int) -> None:
        time.sleep(REST * (time.monotonic() - self._since))
        self._since = time.monotonic()


def _read(file: Path) -> Told:
    try:
        return {str(name): str(what) for name, what in json.loads(file.read_bytes()).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
