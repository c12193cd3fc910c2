"""Undoes what a drill has done, also when the drill itself is killed: `python -m installation.drill.undoing WHAT …`.

It waits until its standard input ends, as it does when the drill ends, however that may be. WHAT is
`mistake PATH SIZE`, the file and its size in bytes before the mistake, or `screen KIND OUTPUT`, to be switched on.
"""

import errno
import os
import sys
from pathlib import Path

MISTAKE = b"drill: a mistake made on purpose, by a drill; this line may be deleted\n"
"""Added to loop.yaml, whose every byte it leaves as it is; no key of a loop has that name."""


def make_mistake(path: Path, size: int) -> None:
    """Add the line to a file of `size` bytes. Raises OSError, and then has added nothing."""
    with path.open("r+b", buffering=0) as file:
        added = _added(file.fileno(), size)
        if file.seek(0, os.SEEK_END) != size:
            raise OSError(errno.EBUSY, "somebody saves it at this moment", str(path))
        if os.pwrite(file.fileno(), added, size) < len(added):
            os.ftruncate(file.fileno(), size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def undo_mistake(path: Path, size: int) -> bool:
    """Take the line off again, where it still is the end of the file; False where somebody has saved meanwhile."""
    with path.open("r+b", buffering=0) as file:
        added = _added(file.fileno(), size)
        if os.pread(file.fileno(), len(added) + 1, size) != added:
            return False
        os.ftruncate(file.fileno(), size)
        return True


def _added(descriptor: int, size: int) -> bytes:
    ends = size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"
    return MISTAKE if ends else b"\n" + MISTAKE


def main() -> None:
    """Wait for the end of the standard input, then undo."""
    what, *how = sys.argv[1:]
    sys.stdin.buffer.read()
    if what == "mistake":
        undo_mistake(Path(how[0]), int(how[1]))
    else:
        from installation.screens.finding import find

        _, screen = find(how[0], how[1], television=lambda _on: False)
        screen.power(True)
        screen.close()


if __name__ == "__main__":
    main()
