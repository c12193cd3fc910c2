"""Writes each event twice: a line for staff, a JSON object for programs. A full disk never stops the picture."""

import json
import os
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from installation.hours import AUTO, shown
from installation.journal.events import Event
from installation.journal.sentences import sentence
from installation.places import Places

LARGEST_BYTES = 2 * 1024 * 1024
"""A file of the log is put aside at this size; a quiet day has some hundred bytes."""
ALL_BYTES = 64 * 1024 * 1024
"""The whole log folder stays under this; the oldest days go first."""
WAITING = 2000
"""So many lines of each file are kept in memory, under 2 MB, while the disk does not take them; then the oldest go."""


class Journal:
    """The writer of the log folder, inside the watchdog; a drill adds lines. `tell` may be called beside `write`."""

    def __init__(
        self,
        places: Places,
        echo: Callable[[str], None],
        *,
        language: str = "en",
        timezone: str = AUTO,
        keep_days: int = 90,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._echo = echo
        self._now = now
        self._staff, self._programs = _File(places.staff_log), _File(places.journal)
        self._refused_since: float | None = None
        self.language = language
        self.timezone = timezone
        self.keep_days = keep_days

    @property
    def waits(self) -> bool:
        """Whether anything that was told has yet to be written."""
        return self._staff.waits or self._programs.waits

    def tell(self, event: Event) -> None:
        """Echo an event's line to whoever started the installation, and have it wait for `write`."""
        clock = shown(self.timezone, self._now())
        said = " ".join(sentence(event.kind, event.fields, self.language).splitlines())
        line = f"{clock:%Y-%m-%d %H:%M:%S}  {event.word:<8} {said}"
        record = {"time": clock.isoformat(), "word": event.word, "event": event.kind, **event.fields, "said": said}
        self._staff.add(line)
        self._programs.add(json.dumps(record, ensure_ascii=False, default=str))
        self._echo(line)

    def write(self) -> None:
        """Write what waits. What the disk refuses waits on; once it takes it, a line says since when it had not."""
        now = self._now()
        aside = partial(_put_aside, now=now, keep_days=self.keep_days, timezone=self.timezone)
        taken = self._staff.write(aside) & self._programs.write(aside)
        if not taken:
            self._refused_since = self._refused_since or now
        elif self._refused_since:
            since, self._refused_since = shown(self.timezone, self._refused_since), None
            lost = self._staff.lost
            self._staff.lost = self._programs.lost = 0
            self.tell(Event("log_late", {"refused": f"{since:%Y-%m-%d %H:%M}", "lost": lost}))
            self.write()


class _File:
    """One of the two files, those of days before beside it, and the lines that wait for it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: deque[str] = deque()
        self.lost = 0

    @property
    def waits(self) -> bool:
        """Whether there is something to be written."""
        return bool(self._waiting)

    def add(self, line: str) -> None:
        """Have a line wait, in the place of the oldest where there are too many."""
        self._waiting.append(line)
        while len(self._waiting) > WAITING:
            self._waiting.popleft()
            self.lost += 1

    def write(self, put_aside: Callable[[Path], None]) -> bool:
        """Write what waits, all of it or nothing; tells whether the disk took it. `put_aside` makes room for it."""
        lines = []
        while self._waiting:
            lines.append(self._waiting.popleft())
        if not lines:
            return True
        try:
            put_aside(self._path)
            _append(self._path, "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace"))
        except OSError:
            self._waiting.extendleft(reversed(lines))
            return False
        return True


def _put_aside(path: Path, now: float, keep_days: int, timezone: str) -> None:
    """Start a new file each day, and when the old one has grown too large."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return
    day = shown(timezone, stat.st_mtime).date()
    if day == shown(timezone, now).date() and stat.st_size < LARGEST_BYTES:
        return
    part = 0
    while (aside := path.with_stem(f"{path.stem}-{day}" + (f".{part}" if part else ""))).exists():
        part += 1
    path.rename(aside)
    with suppress(OSError):
        _tidy(path, now, keep_days)


def _tidy(path: Path, now: float, keep_days: int) -> None:
    """Remove the oldest files where they are too many or too old."""
    kept_bytes = LARGEST_BYTES  # for the one being written
    for old in reversed(files(path)[:-1]):
        stat = old.stat()
        kept_bytes += stat.st_size
        if now - stat.st_mtime > keep_days * 86400 or kept_bytes > ALL_BYTES // 2:
            old.unlink()


def _append(path: Path, raw: bytes) -> None:
    """Add whole lines to a file and have them safe on the disk. Raises OSError, and then has added nothing."""
    with path.open("a+b", buffering=0) as file:
        before = file.seek(0, os.SEEK_END)
        if before and os.pread(file.fileno(), 1, before - 1) != b"\n":
            raw = b"\n" + raw  # a power cut tore the last line
        try:
            while raw:
                raw = raw[file.write(raw) :]
            os.fdatasync(file.fileno())
        except OSError:
            with suppress(OSError):
                file.truncate(before)
            raise


def files(path: Path) -> list[Path]:
    """All files of a log, the oldest first, the one being written last."""
    aside = path.parent.glob(f"{path.stem}-*{path.suffix}")
    return [*sorted(aside, key=lambda old: (old.stat().st_mtime, old.name)), path]
