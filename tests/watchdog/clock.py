"""A clock that can be set while an installation runs by it: libfaketime, fed from a file."""

import subprocess
import time
from datetime import datetime
from functools import cache
from pathlib import Path

from tests.glass.stage import Stage

# libfaketime 0.9.10 refuses Python's time.sleep while the monotonic clock is left alone; select it lets pass
SLEEP = """
import select, time
time.sleep = lambda seconds: select.select([], [], [], seconds)
"""


class ClockedStage(Stage):
    """A stage whose processes see the time of day that `set_clock` gives; intervals stay true."""

    def __init__(self, folder: Path, zone: str) -> None:
        super().__init__(folder)
        self._offset = folder / "offset"
        self._zone = zone
        (folder / "python").mkdir()
        (folder / "python" / "sitecustomize.py").write_text(SLEEP)
        self._preloaded = {
            "LD_PRELOAD": library(),
            "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
            "PYTHONPATH": str(folder / "python"),
            "TZ": zone,
        }

    def set_clock(self, shown: str) -> None:
        """Set the clock to an instant, as ISO 8601 with its offset; it runs on from there."""
        ahead_s = datetime.fromisoformat(shown).timestamp() - time.time()
        new = self._offset.with_suffix(".new")
        new.write_text(f"{ahead_s:+.3f}\n")
        new.replace(self._offset)  # read at every look at the clock: never half a number

    def environ(self) -> dict[str, str]:
        return super().environ() | self._preloaded

    def told(self) -> list[str]:
        """The whole log, also what the clock put aside: a line as it was written, without its date."""
        files = sorted((self.state / "log").glob("installation*.log"), key=lambda file: file.stat().st_mtime_ns)
        return [line[11:] for file in files for line in file.read_text(encoding="utf-8").splitlines()]


@cache
def library() -> str:
    """Where Debian's libfaketime lies."""
    listed = subprocess.run(["dpkg", "-L", "libfaketime"], capture_output=True, text=True, check=True).stdout
    return next(line for line in listed.splitlines() if line.endswith("libfaketimeMT.so.1"))
