"""Where everything that is written lies: one state folder, and a log folder inside it or beside it."""

import os
import time
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from installation.whole import sweep


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one installation; none need exist before `make`."""

    state: Path
    log: Path

    @classmethod
    def under(cls, folder: Path) -> "Places":
        """Everything under one folder, as `--state DIR` promises."""
        folder = folder.absolute()
        return cls(state=folder, log=folder / "log")

    @classmethod
    def usual(cls, environ: Mapping[str, str] = os.environ) -> "Places":
        """What systemd hands out (STATE_DIRECTORY, LOGS_DIRECTORY), else the user's own state folder."""
        state = environ.get("STATE_DIRECTORY", "").partition(":")[0]
        log = environ.get("LOGS_DIRECTORY", "").partition(":")[0]
        if not state:
            from platformdirs import user_state_path

            return cls.under(user_state_path("installation"))
        return cls(state=Path(state), log=Path(log) if log else Path(state) / "log")

    @property
    def staff_log(self) -> Path:
        """The log that exhibition staff read."""
        return self.log / "installation.log"

    @property
    def journal(self) -> Path:
        """The same events, a JSON object a line, for programs."""
        return self.log / "journal.jsonl"

    @property
    def shows(self) -> Path:
        """The compiled shows, and `current`, a link to the one that plays."""
        return self.state / "show"

    @property
    def current(self) -> Path:
        """The folder of the show that plays (a link, replaced whole)."""
        return self.shows / "current"

    @property
    def copies(self) -> Path:
        """The exhibition copies, named by what they hold."""
        return self.state / "copies"

    @property
    def probes(self) -> Path:
        """What is known of each file of the archive, by content."""
        return self.state / "probes.json"

    @property
    def fixity(self) -> Path:
        """What was told of masters that are not as sealed."""
        return self.state / "fixity.json"

    @property
    def risks(self) -> Path:
        """What was found of the photosensitivity of clips and shows, by content."""
        return self.state / "risks"

    @property
    def run(self) -> Path:
        """The present: status, lock, resume point, picture."""
        return self.state / "run"

    @property
    def status(self) -> Path:
        """The present in one JSON object."""
        return self.run / "status.json"

    @property
    def resume(self) -> Path:
        """Where the loop stood, for the next start."""
        return self.run / "resume.json"

    @property
    def lock(self) -> Path:
        """Held by the one watchdog of this state folder."""
        return self.run / "lock"

    @property
    def picture(self) -> Path:
        """What the screen shows, as the eye saw it; the current picture of the show where there is no screen."""
        return self.run / "picture.png"

    def preview(self, config: Path) -> "Places":
        """Return the places of a preview of the YAML in `config`: a folder of its own, none of the kiosk's."""
        config = config.resolve()
        return Places.under(self.state / "preview" / f"{config.name}-{zlib.crc32(os.fsencode(config)):08x}")

    def make(self) -> None:
        """Make the folders that are missing, and sweep out what power cuts left in them. Raises OSError.

        A log folder that cannot be made, as on a medium that is gone, keeps nothing from the wall: its lines wait.
        """
        for folder in (self.state, self.shows, self.copies, self.run):
            folder.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):
            self.log.mkdir(parents=True, exist_ok=True)
        for folder in (self.state, self.run):
            sweep(folder, time.time())
