"""Breaks a kiosk at random for as long as asked, looks at its screen, and ends with a table of figures.

`python -m tests.soak --for 1h [--seed N] [--every S] [--keep]`: on an X server of its own, a loop of a minute whose
every frame carries its number, about one fault every S seconds. After each fault it waits until the picture is seen
again and moves. Exit code 1 where one did not heal, or anything is left behind at the end.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import psutil
from rich.console import Console

from installation.timecode import parse
from tests.glass.xserver import XServer
from tests.soak.drawing import draw
from tests.soak.faults import FAULTS, LIMIT_S, Fault, Struck
from tests.soak.figures import Outcome, Row, Weights, outcome_table, rows, weight_table
from tests.soak.judging import judge
from tests.soak.kiosk import DUE_S, ROOMS, SIZES, Kiosk

OWED_S = 60.0
"""A process that was killed and that the picture does not need has to be there again by then."""
SETTLE_S = 240.0
"""After the last fault the last good edit has to be on the wall by then: it waits for the loop to come round."""
TELL_S = 60.0
APPEAR_S = 10.0
"""What the installation starts beside the picture is there by then."""


class Soak:
    """One run: the faults, what became of each, and what the processes weighed."""

    def __init__(self, kiosk: Kiosk, seed: int, every_s: float, console: Console) -> None:
        self._kiosk = kiosk
        self._seed, self._every_s = seed, every_s
        self._console = console
        self._owed: list[tuple[float, str, Struck]] = []
        self._last: tuple[Fault, Struck, bool] | None = None
        self._began = self._told = time.monotonic()
        self.outcomes: list[Outcome] = []
        self.weights = {room: Weights() for room in ROOMS}
        self.iterations = 0

    def run(self, seconds: float) -> None:
        """Shake the kiosk for so long, from the first picture on."""
        if not self._kiosk.look():
            raise RuntimeError(f"no picture to begin with: {self._kiosk.status()}")
        first = self._kiosk.status()["iteration"]
        self._weigh()
        for at_s, fault, rng in self._until(seconds):
            self._strike(fault, rng, self._began + at_s)
        self._judge()
        self._settle()
        self._weigh()
        self.iterations = self._kiosk.status().get("iteration", first) - first + 1

    def _until(self, seconds: float) -> Iterator[tuple[float, Fault, Random]]:
        """Yield faults, each in time or, where the one before took long, as soon as may be."""
        rooms = {room for room in ROOMS if self._kiosk.wait_for(f"installation.{room}", APPEAR_S)}
        faults = [fault for fault in FAULTS if not fault.room or fault.room in rooms]
        self._began = time.monotonic()
        for at_s, fault, rng in draw(faults, self._seed, self._every_s):
            if max(at_s, time.monotonic() - self._began) > seconds:
                return
            yield at_s, fault, rng

    def _strike(self, fault: Fault, rng: Random, at: float) -> None:
        """Do one fault at `at` and wait for the picture; the next one's time is watched over too."""
        time.sleep(max(0.0, at - time.monotonic()))
        self._judge()
        self._kiosk.look()
        struck = None
        with suppress(psutil.NoSuchProcess):  # it ended in this very moment
            struck = fault.strike(self._kiosk, rng)
        if struck is None:
            return
        healed = self._kiosk.wait_to_see(struck.since, LIMIT_S) and struck.healed
        self._last = fault, struck, healed
        if struck.owed:
            self._owed.append((time.monotonic() + OWED_S, fault.name, struck))
        if not healed:
            self._say_lost(fault)
            self._kiosk.kill_watchdog()
            self._kiosk.start()
        self._collect()
        self._weigh()
        self._tell()

    def _judge(self) -> None:
        """Judge what was seen from the last fault until now."""
        if self._last:
            fault, struck, healed = self._last
            verdict = judge(self._kiosk.seen, struck.since, DUE_S)
            self.outcomes.append(Outcome(fault.name, healed, verdict.dark_s, () if struck.veiled else verdict.strange))
            self._last = None

    def _collect(self) -> None:
        """See which processes are there again that were killed, and which have been waited for too long."""
        waiting = []
        for until, name, struck in self._owed:
            process = self._kiosk.find(struck.owed)
            if process and process.pid != struck.lost:
                continue
            if time.monotonic() < until:
                waiting.append((until, name, struck))
            else:
                self.outcomes.append(Outcome(f"{name}: gone for good", healed=False, dark_s=0))
        self._owed = waiting

    def _settle(self) -> None:
        """Have one more edit, which must come to the wall when everything is whole again."""
        self._kiosk.edit(Random(0))
        until = time.monotonic() + SETTLE_S
        while not self._kiosk.is_well and time.monotonic() < until:
            time.sleep(0.5)
        self._collect()
        healed = self._kiosk.is_well and not self._owed
        self.outcomes.append(Outcome("the last edit comes to the wall", healed, dark_s=0))
        if not healed:
            self._console.print("not well at the end:", self._kiosk.status(), self._owed)

    def _weigh(self) -> None:
        for room, weights in self.weights.items():
            weights.take(self._kiosk.find(f"installation.{room}"))

    def _tell(self) -> None:
        if time.monotonic() < self._told + TELL_S:
            return
        self._told = time.monotonic()
        row = Row.of("all", self.outcomes)
        told = f"{(self._told - self._began) / 60:.0f} min: {row.count} faults, {row.healed} healed, "
        told += f"{row.median_s:.1f} s without a picture, {row.worst_s:.1f} s at worst; "
        self._console.print(told + ", ".join(f"{room} {one.cells[0]}" for room, one in self.weights.items()))

    def _say_lost(self, fault: Fault) -> None:
        self._console.print(f"NOT HEALED: {fault.name}", self._kiosk.status(), *self._kiosk.stage.log()[-12:], sep="\n")


def main() -> int:
    asked = argparse.ArgumentParser("python -m tests.soak", description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--for", dest="length", default="1h", help="such as 1h, 3min [1h]")
    asked.add_argument("--seed", type=int, default=2017)
    asked.add_argument("--every", type=float, default=6.5, metavar="S", help="seconds from fault to fault [6.5]")
    asked.add_argument("--keep", action="store_true", help="leave the folder where it is")
    wanted = asked.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False)
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        with XServer(SIZES[0]) as server, Kiosk(folder, server) as kiosk:
            soak = Soak(kiosk, wanted.seed, wanted.every, console)
            with suppress(KeyboardInterrupt):
                soak.run(float(parse(wanted.length).seconds))
            return _sum_up(soak, kiosk, console)
    finally:
        if wanted.keep:
            console.print(f"Everything lies in {folder}.")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _sum_up(soak: Soak, kiosk: Kiosk, console: Console) -> int:
    """End the installation, print the tables, and tell by the exit code whether all is well."""
    kiosk.stop()
    processes, files = kiosk.processes_left(), kiosk.files_left()
    order = [fault.name for fault in FAULTS]
    others = dict.fromkeys(outcome.fault for outcome in soak.outcomes if outcome.fault not in order)
    found = rows(soak.outcomes, [*order, *others])
    strange = [run for outcome in soak.outcomes for run in outcome.strange]
    console.print(outcome_table(found), "", weight_table(soak.weights), "", sep="\n")
    console.print(f"iterations of the loop: {soak.iterations}")
    console.print(f"neither the work nor black on the screen: {len(strange)} times")
    console.print("lines of the log:", ", ".join(f"{word} {count}" for word, count in kiosk.words().most_common()))
    console.print(f"processes left behind: {len(processes)}", *processes, sep="\n  ")
    console.print(f"files left behind: {len(files)}", *files, sep="\n  ")
    console.print(f"files begun by a process that was killed, to be swept away: {len(kiosk.begun())}")
    for outcome in soak.outcomes:
        for run in outcome.strange:
            console.print(f"{outcome.fault}: {run}")
    return 0 if found[-1].healed == found[-1].count and not processes and not files else 1


if __name__ == "__main__":
    sys.exit(main())
