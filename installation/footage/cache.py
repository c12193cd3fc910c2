"""What was found out about the archive's files, kept between runs, so that only new or changed files are read."""

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from installation.errors import FootageError
from installation.flash.model import Flash
from installation.footage import frames, stills
from installation.footage.archive import printable
from installation.footage.fixity import Progress, digest
from installation.footage.packets import Sound
from installation.footage.probe import Probe, probe
from installation.footage.stills import Still
from installation.whole import write_whole

# Raise it when a probe or a look at the same bytes would come out differently.
_VERSION = 2
INDEX_VERSION = 3
"""Goes up whenever the same clip gives another index of flashes."""

_PARTS = ("digests", "probes", "stills", "proven", "flashes")

_Found = TypeVar("_Found", Probe, Still)
_Stamp = list[int | str]  # size, mtime and ctime in nanoseconds, inode; then the digest


class ProbeCache:
    """Digests by path and stat; probes and flashes of clips, looks at stills and proven points by digest; in one file.

    A file that is missing, broken or of another version counts as empty; without one nothing is kept. Failures are
    not kept.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._kept = _read(file)
        self._changed = False

    def probe(self, path: Path, progress: Progress | None = None) -> Probe:
        """Return the probe of the clip at `path`, read anew only where its bytes may have changed.

        `progress` is told how many of the file's bytes are read. Raises FootageError as `probe.probe` does.
        """
        sha256 = self._digest(path, progress)
        return self._known(self._kept["probes"], sha256, _probe, lambda: probe(path, sha256))

    def look(self, path: Path, progress: Progress | None = None) -> Still:
        """Return what is known of the still at `path`; as `probe` does for a clip. Raises as `stills.look` does."""
        sha256 = self._digest(path, progress)
        return self._known(self._kept["stills"], sha256, _still, lambda: stills.look(path, sha256))

    def prove(self, path: Path, found: Probe | Still, points: Iterable[int] = (0,)) -> None:
        """Prove those of `points` that were not proven in these bytes before; a still is one point, 0.

        Raises FootageError as `frames.prove` and `stills.prove` do.
        """
        proven = set(self._kept["proven"].get(found.sha256, ()))
        unproven = set(points) - proven
        if unproven:
            if isinstance(found, Still):
                stills.prove(path)
            else:
                frames.prove(path, found, unproven)
            self._kept["proven"][found.sha256] = sorted(proven | unproven)
            self._changed = True

    def flashes(self, path: Path, progress: Progress | None = None) -> tuple[Flash, ...]:
        """Return the flashes of the clip at `path`; found anew, by decoding all of it, only where bytes are new.

        `progress` is told how many of its frames were seen. Raises FootageError as `probe` and `analyse` do.
        """
        found = self.probe(path)
        known = self.known_flashes(found)
        if known is None:
            from installation.footage.analysis import analyse

            known = analyse(path, found, progress).flashes
            self.keep_flashes(found, known)
        return known

    def known_flashes(self, found: Probe) -> tuple[Flash, ...] | None:
        """Return the flashes of a clip, if they are kept; None if they have to be found."""
        try:
            kept = self._kept["flashes"][found.sha256]
            if kept["version"] == INDEX_VERSION:
                return tuple(Flash(**_exact(Flash, flash)) for flash in kept["flashes"])
        except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError):
            pass
        return None

    def keep_flashes(self, found: Probe, index: tuple[Flash, ...]) -> None:
        """Keep the flashes that were found in a clip somewhere else."""
        self._kept["flashes"][found.sha256] = {"version": INDEX_VERSION, "flashes": [asdict(flash) for flash in index]}
        self._changed = True

    def save(self) -> None:
        """Write the cache whole, if it changed, without what belongs to files that are gone. Raises OSError.

        What another process has written meanwhile stays.
        """
        if not self._changed or self._file is None:
            return
        with _alone(self._file.parent):
            for part, others in _read(self._file).items():
                self._kept[part] = others | self._kept[part]
            self._forget()
            write_whole(self._file, json.dumps({"version": _VERSION, **self._kept}, default=str, separators=(",", ":")))
        self._changed = False

    def _forget(self) -> None:
        """Forget what belongs to files that are gone, but not where their folder is away too, as with its disk."""
        digests = {path: stamp for path, stamp in self._kept["digests"].items() if not _is_gone(Path(path))}
        living = {stamp[-1] for stamp in digests.values()}
        for part, known in self._kept.items():
            self._kept[part] = {sha256: plain for sha256, plain in known.items() if sha256 in living}
        self._kept["digests"] = digests

    def _known(
        self, kept: dict[str, Any], sha256: str, read: Callable[[Any], _Found], find: Callable[[], _Found]
    ) -> _Found:
        """Return what is kept under a digest, or find it out and keep it."""
        try:
            return read(kept[sha256])
        except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError):
            found = find()
        kept[sha256] = asdict(found)
        self._changed = True
        return found

    def _digest(self, path: Path, progress: Progress | None) -> str:
        try:
            stat = path.stat()
        except OSError as error:
            raise FootageError(f"{printable(path.name)} cannot be read: {error.strerror}.") from None
        stamp: _Stamp = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
        name = os.fspath(path.absolute())
        known = self._kept["digests"].get(name)
        if known and known[:-1] == stamp:
            return str(known[-1])
        sha256 = digest(path, progress)
        self._kept["digests"][name] = [*stamp, sha256]
        self._changed = True
        return sha256


def _read(file: Path | None) -> dict[str, dict[str, Any]]:
    """Read what is kept, part by part."""
    try:
        kept = json.loads(file.read_bytes()) if file else {}
        if kept["version"] == _VERSION:
            return {
                **{part: dict(kept.get(part, {})) for part in _PARTS},
                "digests": {path: [*map(int, stamp[:4]), str(stamp[4])] for path, stamp in kept["digests"].items()},
                "proven": {sha256: [*map(int, points)] for sha256, points in kept["proven"].items()},
            }
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        pass
    return {part: {} for part in _PARTS}


def _is_gone(path: Path) -> bool:
    return path.parent.exists() and not path.exists()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, where its file system has any. Raises OSError where there is no such folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _probe(plain: dict[str, Any]) -> Probe:
    """Read a probe back from JSON, where fractions are texts and tuples lists."""
    sound = plain["sound"] and Sound(**_exact(Sound, plain["sound"]))
    return Probe(**{**_exact(Probe, plain), "sound": sound})


def _still(plain: dict[str, Any]) -> Still:
    return Still(**_exact(Still, plain))


def _exact(kind: type[Probe | Still | Sound | Flash], plain: dict[str, Any]) -> dict[str, Any]:
    exact = dict(plain)
    for one in fields(kind):
        value = exact[one.name]
        if one.type is Fraction:
            exact[one.name] = Fraction(value)
        elif isinstance(value, list):
            exact[one.name] = tuple(map(int, value))
        elif one.type in (int, str, bool) and type(value) is not one.type:
            raise TypeError(one.name)
    return exact
