"""Writes each event twice: a line for staff, a JSON object for programs. A full disk never stops the picture."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from installation.journal.events import Event
from installation.journal.sentences import sentence
from installation.places import Places

LARGEST_BYTES = 2 * 1024 * 1024
"""A file of the log is put aside at this size; a quiet day has some hundred bytes."""
ALL_BYTES = 64 * 1024 * 1024
"""The whole log folder stays under this; the oldest days go first."""


class Journal:
    """The one writer of the log folder, inside the watchdog."""

    def __init__(
        self,
        places: Places,
        echo: Callable[[str], None],
        *,
        language: str = "en",
        keep_days: int = 90,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._places = places
        self._echo = echo
        self._now = now
        self.language = language
        self.keep_days = keep_days

    def tell(self, event: Event) -> None:
        """Write the event down and echo its line to whoever started the installation. Never raises OSError."""
        now = self._now()
        clock = datetime.fromtimestamp(now).astimezone()
        said = " ".join(sentence(event.kind, event.fields, self.language).splitlines())
        line = f"{clock:%Y-%m-%d %H:%M:%S}  {event.word:<8} {said}"
        record = {"time": clock.isoformat(), "word": event.word, "event": event.kind, **event.fields, "said": said}
        self._append(self._places.staff_log, line, clock)
        self._append(self._places.journal, json.dumps(record, ensure_ascii=False, default=str), clock)
        self._echo(line)

    def _append(self, path: Path, line: str, now: datetime) -> None:
        with suppress(OSError):
            self._put_aside(path, now)
            with path.open("a", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(line + "\n")

    def _put_aside(self, path: Path, now: datetime) -> None:
        """Start a new file each day, and when the old one has grown too large."""
        try:
            stat = path.stat()
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            return
        written = datetime.fromtimestamp(stat.st_mtime).astimezone()
        if written.date() == now.date() and stat.st_size < LARGEST_BYTES:
            return
        part = 0
        while (aside := path.with_stem(f"{path.stem}-{written:%Y-%m-%d}" + (f".{part}" if part else ""))).exists():
            part += 1
        path.rename(aside)
        with suppress(OSError):
            self._tidy(path, now.timestamp())

    def _tidy(self, path: Path, now: float) -> None:
        kept_bytes = LARGEST_BYTES  # for the one being written
        for old in reversed(files(path)[:-1]):
            stat = old.stat()
            kept_bytes += stat.st_size
            if now - stat.st_mtime > self.keep_days * 86400 or kept_bytes > ALL_BYTES // 2:
                old.unlink()


def files(path: Path) -> list[Path]:
    """All files of a log, the oldest first, the one being written last."""
    aside = path.parent.glob(f"{path.stem}-*{path.suffix}")
    return [*sorted(aside, key=lambda old: (old.stat().st_mtime, old.name)), path]
