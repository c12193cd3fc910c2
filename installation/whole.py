"""Writing a file whole: after a power cut it holds the old content or the new, never a part of either."""

import os
from contextlib import suppress
from pathlib import Path

LEFT_S = 3600.0


def write_whole(path: Path, content: bytes | str, *, durable: bool = True) -> None:
    """Replace `path` by `content` (text becomes UTF-8) and return once it is safe on the disk.

    The folder must exist. A reader at any moment sees the old file or the new. Raises OSError when the disk
    refuses; the old file then stands as it was and nothing is left beside it. What need not outlive a power cut is
    written with `durable=False`, which spares the disk.
    """
    raw = content.encode() if isinstance(content, str) else content
    # A short hidden name of its own: the longest file name still fits, and two writers never share a file.
    temporary = path.parent / f".{os.urandom(8).hex()}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a Path has no door for a descriptor
            file.write(raw)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        keep_names(path.parent)  # without this a power cut may forget the renaming


def keep_names(folder: Path) -> None:
    """Have the names of a folder, as they are now, safe on the disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path, now: float) -> None:
    """Remove what power cuts left of `write_whole` in a folder; a file younger than an hour may still be written."""
    for left in folder.glob(".*.tmp"):
        with suppress(OSError):
            if now - left.stat().st_mtime > LEFT_S:
                left.unlink()
