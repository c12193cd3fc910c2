"""The kiosk that is shaken: the real installation on an X server of its own, and what can be seen and done of it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any, Self

import psutil

from installation.journal.log import files
from installation.places import Places
from installation.whole import LEFT_S
from tests.glass.marked import Reading, Seen, make_clip, strip_on
from tests.glass.reader import GlassReader, Run
from tests.glass.stage import ENOUGH_S, Stage
from tests.glass.xserver import XServer
from tests.soak.judging import moves

SIZES = ((640, 360), (640, 480), (800, 450))
LENGTHS = {1: 300, 2: 360, 3: 240, 4: 300, 5: 450}
"""Frames of each clip, at 30 a second: a loop of a minute."""
SOUNDING = (2, 3, 5)
RATE = 30
HOLD_S, BLACK_S = 1.0, 1.0
"""Both follow clip 4."""
ROOMS = ("watchdog", "player", "edits", "eye")
"""The processes that live as long as the installation, by the room of the house that each is."""
SAMPLES_PER_S = 120

DUE_S: dict[Seen, float] = {
    Reading(clip, frame): 1 / RATE + (HOLD_S + BLACK_S) * ((clip, frame) == (4, LENGTHS[4] - 1))
    for clip, frames in LENGTHS.items()
    for frame in range(frames)
}
"""Every picture of the loop, and how long it is until the next one is due."""


def loop_text(rng: Random) -> tuple[str, float]:
    """Write a loop of all the clips in some order, one of them cut short; returns its length in seconds too."""
    out = rng.randrange(80, 150) / 10
    cues = [f"  - clip: clip-{clip}.mp4\n" for clip in LENGTHS]
    cues[2] += "    fade_in: 0.5\n    fade_out: 0.5\n"
    cues[3] += f"    hold: {HOLD_S}\n  - black: {BLACK_S}\n"
    cues[4] += f"    out: {out}\n"
    rng.shuffle(cues)
    rest = sum(frames for clip, frames in LENGTHS.items() if clip != 5) / RATE
    return "cues:\n" + "".join(cues), rest + HOLD_S + BLACK_S + out


class Kiosk:
    """One installation below `folder`, from the first picture until `end`."""

    def __init__(self, folder: Path, server: XServer) -> None:
        self.server = server
        self.stage = Stage(folder / "kiosk", server.display)
        self.places = Places.under(self.stage.state)
        self.aside = folder / "aside"
        self.temporary = folder / "tmp"
        for made in (self.aside, self.temporary):
            made.mkdir()
        for clip, frames in LENGTHS.items():
            make_clip(self.clip(clip), clip, frames, sound=clip in SOUNDING)
        self._said = folder / "said.txt"
        self._watchdog: subprocess.Popen[bytes] | None = None
        self._readers: list[GlassReader] = []
        self.loop, self.loop_s = "", 0.0
        self.edit(Random(0))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end_readers()
        if self._watchdog:
            family = [self._watchdog.pid, *children(self._watchdog.pid)]
            self._watchdog.kill()
            self._watchdog.wait()
            for pid in family[1:]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def clip(self, number: int) -> Path:
        return self.stage.footage / f"clip-{number}.mp4"

    def edit(self, rng: Random) -> None:
        """Write another loop, a good one."""
        self.loop, self.loop_s = loop_text(rng)
        self.stage.loop(self.loop)

    def start(self) -> None:
        command = [sys.executable, "-m", "installation", "start"]
        command += ["--config", str(self.stage.config), "--state", str(self.stage.state)]
        environ = self.stage.environ() | {"TMPDIR": str(self.temporary)}
        with self._said.open("ab") as said:
            self._watchdog = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=said, stderr=said)

    def kill_watchdog(self) -> None:
        assert self._watchdog
        self._watchdog.kill()
        self._watchdog.wait()

    def stop(self) -> None:
        """End the installation as a technician does."""
        assert self._watchdog
        self.stage.run("stop")
        self._watchdog.wait(ENOUGH_S)

    def start_server(self) -> None:
        """Start the X server again; the number may be taken for a moment, by somebody who tries it."""
        for _ in range(50):
            with suppress(RuntimeError):
                return self.server.start_again()
            time.sleep(0.1)
        raise RuntimeError(f"no X server starts on {self.server.display}")

    def find(self, module: str) -> psutil.Process | None:
        """Return the process of a module of the installation, where one runs."""
        assert self._watchdog
        if self._watchdog.poll() is not None:
            return None
        if module == "installation.watchdog":
            return psutil.Process(self._watchdog.pid)
        for pid in children(self._watchdog.pid):
            with suppress(psutil.NoSuchProcess, OSError):
                if module.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                    return psutil.Process(pid)
        return None

    def wait_for(self, module: str, within_s: float = ENOUGH_S) -> psutil.Process | None:
        """Wait for the process of a module; None where none comes in time."""
        until = time.monotonic() + within_s
        while not (found := self.find(module)) and time.monotonic() < until:
            time.sleep(0.005)
        return found

    def status(self) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            told: dict[str, Any] = json.loads(self.places.status.read_text(encoding="utf-8"))
            return told
        return {}

    @property
    def is_well(self) -> bool:
        """Whether the loop of the last good edit is on the wall, and nothing is wrong with it."""
        told = self.status()
        whole = told.get("phase") == "playing" and not told["problems"] and told["turn_in"] is None
        return whole and abs(told["loop"] - self.loop_s) < 0.05

    def look(self) -> bool:
        """Look at the screen, as large as it is now; what was seen before is forgotten.

        Returns once a picture is seen, and tells whether one was.
        """
        self._end_readers()
        self.look_on()
        return self._readers[-1].wait_for(lambda seen: seen in DUE_S, ENOUGH_S) is not None

    def look_on(self) -> None:
        """Look at a screen that has another size; what was seen before is kept."""
        for reader in self._readers[-1:]:
            reader.__exit__(None, None, None)
        self._readers.append(GlassReader(self.server.display, strip_on(self.server.size), SAMPLES_PER_S))
        self._readers[-1].__enter__()

    def wait_to_see(self, since: float, within_s: float) -> bool:
        """Wait until the picture is seen and moves, well after `since`; tells whether it came."""
        until = time.monotonic() + within_s
        while not (seen := moves(self.seen, since, time.monotonic(), DUE_S)) and time.monotonic() < until:
            time.sleep(0.05)
        return seen

    @property
    def seen(self) -> list[Run]:
        """What was seen since `look`."""
        return [run for reader in self._readers for run in list(reader.readings)]

    def words(self) -> Counter[str]:
        """How many lines of the staff log begin with each word."""
        logs = [path for path in files(self.places.staff_log) if path.exists()]
        lines = [line for path in logs for line in path.read_text(encoding="utf-8").splitlines()]
        return Counter(line[21:].split(maxsplit=1)[0] for line in lines)

    def processes_left(self) -> list[str]:
        """After `stop`: the processes that still are on this kiosk's screen, or work on its folders."""
        left = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                command = " ".join(process.cmdline())
                ours = process.environ().get("DISPLAY") == self.server.display or str(self.stage.state) in command
                if ours and process.pid not in (os.getpid(), self.server.pid):
                    left.append(f"{process.pid} {command[:100]}")
        return left

    def files_left(self) -> list[Path]:
        """Whatever lies where nothing should, and files begun that are old enough to have been swept away."""
        begun = [path for path in self.begun() if time.time() - path.lstat().st_mtime > 2 * LEFT_S]
        strangers = [path for path in self.stage.footage.iterdir() if path not in map(self.clip, LENGTHS)]
        return begun + strangers + list(self.temporary.iterdir()) + list(self.aside.iterdir())

    def begun(self) -> list[Path]:
        """Files that were begun and not finished, by a process that was killed."""
        return [path for path in self.stage.state.rglob("*") if path.name.startswith(".")]

    def _end_readers(self) -> None:
        for reader in self._readers[-1:]:
            reader.__exit__(None, None, None)
        self._readers.clear()


def children(pid: int) -> list[int]:
    """Return the children of a process, which its main thread started; quicker than a walk over all processes."""
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    return []
