"""Breaks a player from inside: Python runs this before the player's own first line, where its path has this folder.

`spin` and `grow` wait for a signal; `deaths`, a file in the folder that LEVER names, says how many players are to die
as they start, `needs` how many MiB each holds from its start on.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

SPIN, GROW = signal.SIGUSR1, signal.SIGUSR2
GROWN_BYTES = 400 * 2**20
_held: list[bytearray] = []


def _spin(*_: Any) -> None:
    while True:
        pass


def _grow(*_: Any) -> None:
    _hold(GROWN_BYTES)


def _hold(size: int) -> None:
    _held.append(bytearray(b"\1") * size)


def _number(path: Path) -> int:
    return int(path.read_text()) if path.exists() else 0


def _pull(folder: Path) -> None:
    signal.signal(SPIN, _spin)
    signal.signal(GROW, _grow)
    if deaths := _number(folder / "deaths"):
        (folder / "deaths").write_text(str(deaths - 1))
        os.kill(os.getpid(), signal.SIGSEGV)
    _hold(_number(folder / "needs") * 2**20)


if "LEVER" in os.environ and "installation.player" in sys.orig_argv:
    _pull(Path(os.environ["LEVER"]))
