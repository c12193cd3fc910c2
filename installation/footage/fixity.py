"""Fixity: the SHA256SUMS of the archive, written and checked. `sha256sum -c` reads it too."""

import hashlib
import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from installation.errors import FootageError
from installation.footage.archive import Archive, printable
from installation.whole import write_whole

SUMS = "SHA256SUMS"
BLOCK = 1 << 20

Progress = Callable[[int, int], None]
"""Told (bytes done, bytes in all) after every block."""

# A line of GNU coreutils: a leading backslash says that the name's backslashes and line ends are escaped.
_LINE = re.compile(rb"(\\?)([0-9a-fA-F]{64}) [ *](.+)", re.DOTALL)
_ESCAPES = {b"\\": b"\\\\", b"\n": b"\\n", b"\r": b"\\r"}
_PLAIN = {escaped: plain for plain, escaped in _ESCAPES.items()}


@dataclass(frozen=True, slots=True)
class Fixity:
    """Names, sorted, against the list sealed before; `problems` are sentences about what could not be read."""

    good: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        """Whether every sealed file is there and unchanged; new files harm nothing."""
        return not (self.changed or self.missing or self.problems)


def digest(path: Path, progress: Progress | None = None) -> str:
    """Return the SHA-256 of a regular file in hexadecimal, reading it block by block.

    Raises FootageError for anything but a regular file, one that may not be read, or one that changed meanwhile.
    """
    shown = printable(path.name)
    try:
        # Without O_NONBLOCK a named pipe would keep us waiting for its writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123 - a Path has no door for a descriptor
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise FootageError(f"{shown} is not a regular file.")
            sha, block, done = hashlib.sha256(), memoryview(bytearray(BLOCK)), 0
            while count := file.readinto(block):
                sha.update(block[:count])
                done += count
                if progress:
                    progress(done, before.st_size)
            after = os.fstat(descriptor)
    except OSError as error:
        raise FootageError(f"{shown} cannot be read: {error.strerror}.") from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or done != after.st_size:
        raise FootageError(f"{shown} changed while it was read. Wait until it is copied, then try again.")
    return sha.hexdigest()


def seal(folder: Path, progress: Progress | None = None) -> Fixity:
    """Write SHA256SUMS for every file of the archive; return how they stand against the seal before.

    Raises FootageError, and leaves the old seal, when a file cannot be read or the folder not be written.
    """
    archive = Archive(folder)
    before, _ = read_sums(folder)
    paths = archive.files()
    total = _Total(paths, progress)
    now = {archive.name(path): digest(path, total.step(path)) for path in paths}
    try:
        write_whole(folder / SUMS, b"".join(_line(name, now[name]) for name in sorted(now)))
    except OSError as error:
        raise FootageError(f"{SUMS} cannot be written: {error.strerror}.") from None
    return Fixity(
        good=tuple(sorted(name for name in now if before.get(name) == now[name])),
        changed=tuple(sorted(name for name in now if before.get(name, now[name]) != now[name])),
        missing=tuple(sorted(before.keys() - now.keys())),
        new=tuple(sorted(now.keys() - before.keys())),
    )


def verify(folder: Path, progress: Progress | None = None) -> Fixity:
    """Read every sealed file again and compare. Raises FootageError where the folder was never sealed."""
    archive = Archive(folder)
    known = {archive.name(path) for path in archive.files()}
    if not (folder / SUMS).is_file():
        raise FootageError("The footage folder was never sealed: it has no SHA256SUMS. Seal it first.")
    sealed, problems = read_sums(folder)
    good: list[str] = []
    changed: list[str] = []
    missing: list[str] = []
    paths: dict[str, Path] = {}
    for name in sorted(sealed):
        try:
            paths[name] = archive.find(name)
        except FootageError as error:
            if os.path.lexists(archive.folder / name):
                problems.append(str(error))
            else:
                missing.append(name)
    total = _Total(list(paths.values()), progress)
    for name, path in paths.items():
        try:
            same = digest(path, total.step(path)) == sealed[name]
        except FootageError as error:
            problems.append(str(error))
        else:
            (good if same else changed).append(name)
    new = sorted(known - sealed.keys())
    return Fixity(tuple(good), tuple(changed), tuple(missing), tuple(new), tuple(problems))


class _Total:
    """One progress over many files."""

    def __init__(self, paths: list[Path], progress: Progress | None) -> None:
        self._progress = progress
        self._all = sum(path.stat().st_size for path in paths)
        self._before = 0

    def step(self, path: Path) -> Progress | None:
        """Return what to tell while `path`, the next file, is read."""
        if self._progress is None:
            return None
        tell, before = self._progress, self._before
        self._before += path.stat().st_size
        return lambda done, _: tell(before + done, self._all)


def read_sums(folder: Path) -> tuple[dict[str, str], list[str]]:
    """Return name → digest of the SHA256SUMS, and a sentence for each line that is none."""
    try:
        raw = (folder / SUMS).read_bytes()
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        raise FootageError(f"{SUMS} cannot be read: {error.strerror}.") from None
    sums: dict[str, str] = {}
    problems = []
    for number, line in enumerate(raw.split(b"\n"), 1):
        if not line.strip() or line.startswith(b"#"):
            continue
        match = _LINE.fullmatch(line.rstrip(b"\r"))
        if match is None:
            problems.append(f"{SUMS}, line {number}, is not a checksum and a name. Seal the folder again.")
            continue
        escaped, sha, name = match.groups()
        if escaped:
            name = re.sub(rb"\\[\\nr]", lambda found: _PLAIN[found[0]], name)
        sums[os.fsdecode(name)] = sha.decode().lower()
    return sums, problems


def _line(name: str, sha: str) -> bytes:
    raw = os.fsencode(name)
    escaped = re.sub(rb"[\\\n\r]", lambda found: _ESCAPES[found[0]], raw)
    return (b"\\" if escaped != raw else b"") + sha.encode() + b"  " + escaped + b"\n"
