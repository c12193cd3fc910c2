"""What counts as an edit, and when it has settled: pure rules over looks at files. Times are monotonic seconds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from installation.config import KIOSK, LOOP
from installation.footage.archive import CLIPS, FOREIGN, STILLS

YAML_STILL_S = 0.25
"""A YAML file unchanged for this long is judged: an editor's several writes lie within milliseconds."""
STILL_S = 1.5
"""A clip unchanged for this long has been copied; a YAML file missing for this long is gone, not being replaced."""

Look = tuple[int, int, int, int] | None
"""Inode, permissions, size in bytes and time of change in nanoseconds of a file; None where there is none."""


def look(path: Path) -> Look:
    """Look at a file, through links."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mode, stat.st_size, stat.st_mtime_ns


def is_yaml(path: Path, config: Path) -> bool:
    """Whether `path` is one of the two files that people edit."""
    return path.parent == config and path.name in (LOOP, KIOSK)


def is_footage(path: Path, footage: Path) -> bool:
    """Whether the loop could show `path`: a clip, a still, or a folder; what an upload or a system hides is neither."""
    if path != footage:
        parts = path.relative_to(footage).parts
        if any(part.startswith(".") or part in FOREIGN for part in parts) or path.name == "SHA256SUMS":
            return False
    ending = path.suffix.lower()
    return ending in CLIPS or ending in STILLS or path.is_dir() or (not ending and not path.exists())


@dataclass(slots=True)
class Restless:
    """A file that was touched: how it looked, and since when it has looked so."""

    is_yaml: bool
    seen: Look
    since: float

    def has_settled(self, now: float) -> bool:
        """Whether it has been still for long enough."""
        return now - self.since >= (YAML_STILL_S if self.is_yaml and self.seen else STILL_S)


@dataclass(slots=True)
class Settling:
    """The files touched of late. `named` tells whether loop.yaml names a file: one that still grows is waited for."""

    named: Callable[[Path], bool]
    look: Callable[[Path], Look] = look
    _restless: dict[Path, Restless] = field(default_factory=dict)
    _settled: set[Path] = field(default_factory=set)
    _yaml: dict[Path, Look] = field(default_factory=dict)
    """How each YAML file looked when it had settled last: a file saved once is judged once."""

    @property
    def busy(self) -> bool:
        """Whether anything has yet to settle or to be told."""
        return bool(self._restless or self._settled)

    def touch(self, path: Path, now: float, *, is_yaml: bool) -> None:
        """Take note that something happened to `path`."""
        seen = self.look(path)
        known = self._restless.get(path)
        if known is None or known.seen != seen:
            self._restless[path] = Restless(is_yaml, seen, now)

    def settled(self, now: float) -> set[Path]:
        """Return the files to be judged now, once each.

        A YAML file is judged as soon as it is still. Files that the loop does not name are judged when no more of
        them come. While one that it names still grows, nothing is: what would be said of it is not true for long.
        """
        for path, restless in list(self._restless.items()):
            seen = self.look(path)
            if seen != restless.seen:
                self._restless[path] = Restless(restless.is_yaml, seen, now)
            elif restless.has_settled(now):
                del self._restless[path]
                if not restless.is_yaml:
                    self._settled.add(path)
                elif path not in self._yaml or self._yaml[path] != seen:
                    self._yaml[path] = seen
                    self._settled.add(path)
        growing = [path for path, restless in self._restless.items() if not restless.is_yaml]
        if any(self.named(path) for path in growing):
            return set()
        if growing and not any(path in self._yaml or self.named(path) for path in self._settled):
            return set()
        settled, self._settled = self._settled, set()
        return settled
