"""The process that notices edits: `python -m installation.edits PARENT CONFIG FOOTAGE`, started by the watchdog alone.

It writes a line to its standard output whenever edits have settled, and whether a YAML file is among them:
{"edited": ["/kiosk/config/loop.yaml"], "saved": true}. For each folder it says {"listens": "/kiosk/config"} once
nothing that happens there will be missed any more.
"""

import json
import os
import sys
import time
from pathlib import Path
from queue import Empty, SimpleQueue

from installation import kin
from installation.config import LOOP
from installation.edits.noticing import STEP_MS, Noticing
from installation.edits.settling import Settling, is_footage, is_yaml


def main() -> None:
    """Watch the folder of the configuration, and the archive where it is known, until the parent ends."""
    parent, config, footage = int(sys.argv[1]), Path(sys.argv[2]).resolve(), Path(sys.argv[3])
    kin.die_with(parent)
    touched = SimpleQueue[Path]()
    Noticing(config, touched.put, recursive=False, listens=lambda: _say({"listens": str(config)}))
    if sys.argv[3]:
        Noticing(footage, touched.put, recursive=True, listens=lambda: _say({"listens": str(footage)}))
    settling = Settling(lambda path: _names(config / LOOP, path))
    while True:
        try:
            path = touched.get(timeout=STEP_MS / 1000 if settling.busy else None)
            yaml = is_yaml(path, config)
            if yaml or path == config or (path.is_relative_to(footage) and is_footage(path, footage)):
                settling.touch(path, time.monotonic(), is_yaml=yaml)
        except Empty:
            edited = settling.settled(time.monotonic())
            if edited:
                _say({"edited": sorted(map(str, edited)), "saved": any(is_yaml(path, config) for path in edited)})


def _names(loop: Path, path: Path) -> bool:
    """Whether the text of loop.yaml has the name of a file; a guess is enough to wait for it."""
    try:
        return path.name in loop.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _say(message: dict[str, object]) -> None:
    line = json.dumps(message).encode() + b"\n"
    os.write(sys.stdout.fileno(), line)  # whole, whichever thread says it


if __name__ == "__main__":
    main()
