"""Power cuts at random times while a show is prepared and the watchdog's files are written, on a disk of its own."""

import gc
import json
import random
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from installation.errors import InstallationError
from installation.journal.events import Event
from installation.journal.log import Journal, files
from installation.places import Places
from installation.player.engine import FAILED, STARTED, MpvEngine
from installation.player.options import options
from installation.show import model
from installation.show.model import Settings
from installation.show.prepare import Preparation
from installation.whole import write_whole
from tests.disks import Ext4
from tests.glass.marked import make_clip
from tests.glass.stage import ENOUGH_S

LOOPS = (
    "cues:\n  - clip: a.mp4\n    hold: 0.2\n    fade_in: 0.2\n  - black: 0.2\n",
    "cues:\n  - clip: b.mp4\n    fade_out: 0.4\n  - clip: a.mp4\n    in: 0.4\n",
    "cues:\n  - clip: a.mp4\n  - clip: b.mp4\n    crossfade: 0.2\n    hold: 0.4\n",
)
"""Edited in turn; each needs other copies of picture and sound than the one before."""


@dataclass
class Kiosk:
    """An installation whose state folder lies on the disk that is cut."""

    config: Path
    places: Places
    disk: Ext4
    engine: MpvEngine
    chance: random.Random
    edited: int = 0
    counted: int = 0
    """What the watchdog's files hold: a number that is written again and again."""
    lines: int = 0
    lengths_s: list[float] = field(default_factory=list)
    cut_early: int = 0

    @classmethod
    def on(cls, disk: Ext4, folder: Path, seed: int) -> "Kiosk":
        """Set one up, with a good show."""
        config, footage = folder / "config", folder / "footage"
        for part in (config, footage):
            part.mkdir()
        for number, name in enumerate(("a.mp4", "b.mp4"), 1):
            make_clip(footage / name, number, 25, Fraction(25), (64, 48), sound=True)
        (config / "kiosk.yaml").write_text("footage: ../footage\nscreen: {kind: none}\n", encoding="utf-8")
        engine = MpvEngine(options(Settings(sound=False), "none", None))
        made = cls(config, Places.under(disk.folder), disk, engine, random.Random(seed))
        made.edit()
        begun = time.monotonic()
        made.prepare()
        made.lengths_s.append(time.monotonic() - begun)
        write_whole(made.places.resume, "0")
        return made

    def edit(self) -> None:
        """Save another loop."""
        self.edited += 1
        (self.config / "loop.yaml").write_text(self.loop, encoding="utf-8")

    @property
    def loop(self) -> str:
        """The loop as it was saved last."""
        return LOOPS[self.edited % len(LOOPS)]

    def prepare(self) -> None:
        """Prepare as the worker does. Raises InstallationError when the disk is dead."""
        assert Preparation(self.config, self.places, lambda _what, _done: None).run().outcome == "ready"

    def live_through_a_cut(self) -> None:
        """Edit, prepare, lose the power in the middle of it, start again; everything is as it was or as it will be."""
        old = self.loop
        self.edit()
        # the shortest of the last: a busy machine may have made one of them ten times as long
        cut_s = self.chance.uniform(0, 1.2 * min(self.lengths_s[-20:]))
        dead = threading.Event()
        cutting = threading.Thread(target=self._cut, args=[cut_s, dead])
        writing = threading.Thread(target=self._write, args=[dead])
        for thread in (cutting, writing):
            thread.start()
        begun = time.monotonic()
        try:
            self.prepare()
            self.lengths_s.append(time.monotonic() - begun)
        except (InstallationError, OSError):
            self.cut_early += 1
        for thread in (cutting, writing):
            thread.join()
        gc.collect()  # whatever of a dead file is still held
        self._power_on()
        self.assert_good(old, self.loop)
        self.prepare()
        self.assert_good(self.loop)
        assert not [left for folder in (self.places.shows, self.places.copies) for left in folder.glob(".*")]

    def assert_good(self, *loops: str) -> None:
        """One of these loops is there, whole, and libmpv shows it; so are place and log."""
        current = self.places.current
        assert (current / "loop.yaml").read_text(encoding="utf-8") in loops
        assert model.read(current).is_playable
        self.engine.open(current.resolve() / model.TIMELINE, 0.0, None, None)
        while (event := self.engine.next_event(ENOUGH_S)) != STARTED:
            assert event not in (None, FAILED), event
        self.engine.stop()
        written = int(self.places.resume.read_text(encoding="utf-8"))
        assert self.counted <= written <= self.counted + 1
        self.counted = written
        if self.lines:
            text = "".join(path.read_text(encoding="utf-8") for path in files(self.places.journal))
            whole = [json.loads(line)["problem"] for line in text.split("\n") if line.endswith("}")]
            assert len(whole) >= self.lines, "a line was lost that had been safe"
            self.lines = len(whole)

    def _cut(self, after_s: float, dead: threading.Event) -> None:
        time.sleep(after_s)
        dead.set()  # before it is: an fsync on its way while the ioctl runs may say that all went well
        self.disk.cut()

    def _write(self, dead: threading.Event) -> None:
        """Write what the watchdog writes, again and again."""
        journal = Journal(self.places, lambda _line: None)
        while not dead.is_set():
            with suppress(OSError):
                write_whole(self.places.resume, str(self.counted + 1))
                self.counted += not dead.is_set()
            journal.tell(Event("left_out", {"problem": f"{self.lines}"}))
            journal.write()
            self.lines += not journal.waits and not dead.is_set()
            time.sleep(0.01)

    def _power_on(self) -> None:
        until = time.monotonic() + ENOUGH_S
        while True:
            try:
                subprocess.run(["umount", str(self.disk.folder)], check=True, capture_output=True)
                break
            except subprocess.CalledProcessError:
                assert time.monotonic() < until, "somebody holds the disk"
                time.sleep(0.02)
        self.disk.insert()
