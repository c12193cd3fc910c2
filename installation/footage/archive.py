"""The archive folder: which files it holds, and the way from a name in YAML to one of them."""

import os
import stat
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from installation.errors import FootageError

CLIPS = frozenset({".avi", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".ts", ".vob", ".webm"})
STILLS = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})

FOREIGN = frozenset({"$RECYCLE.BIN", "@eaDir", "System Volume Information", "lost+found"})
"""Folders that file systems and network disks keep for themselves: deleted or derived files lie there."""

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@dataclass(frozen=True)
class Archive:
    """The files below `folder`, which may itself be a symbolic link. Nothing here ever writes."""

    folder: Path

    def find(self, name: str) -> Path:
        """Return the absolute path, links resolved, of the regular file that `name` means in the folder.

        Raises FootageError in one line when it is missing, lies outside, or is no regular file.
        """
        shown = printable(name)
        if not name.strip():
            raise FootageError("The name of the file is empty.")
        if "\0" in name:
            raise FootageError(f"{shown} holds a NUL character; no file can have that name.")
        if name.startswith("/") or ".." in PurePosixPath(name).parts:
            raise FootageError(f"{shown} leads outside the footage folder. Write the name as it is inside it.")
        root = self._root()
        try:
            real = (root / name).resolve(strict=True)
            mode = real.stat().st_mode
        except PermissionError:
            raise FootageError(f"{shown} may not be read by this user. Change its permissions.") from None
        except (OSError, RuntimeError, UnicodeEncodeError):  # RuntimeError: links that lead in a circle
            raise FootageError(self._missing(root / name, name)) from None
        if not real.is_relative_to(root):
            raise FootageError(f"{shown} is a link that leads outside the footage folder. Put the file itself there.")
        if not stat.S_ISREG(mode):
            raise FootageError(f"{shown} is {_KINDS.get(stat.S_IFMT(mode), 'something')}, not a file.")
        return real

    def check(self) -> None:
        """Raise FootageError where the folder itself is not there."""
        self._root()

    def clips(self) -> list[Path]:
        """Return every video file by its ending, sorted; absolute paths, links inside the folder kept."""
        return self._listed(CLIPS)

    def stills(self) -> list[Path]:
        """Return every picture by its ending, as `clips` does."""
        return self._listed(STILLS)

    def files(self) -> list[Path]:
        """Return every clip and still, sorted: all that fixity answers for."""
        return self._listed(CLIPS | STILLS)

    def name(self, path: Path) -> str:
        """Return the name by which YAML means `path`, one of `clips()` or `files()`."""
        return path.relative_to(self._root()).as_posix()

    def _root(self) -> Path:
        root = self.folder.resolve()
        if not root.is_dir():
            shown = printable(str(self.folder))
            raise FootageError(f"The footage folder {shown} is not there. Is its disk plugged in?")
        return root

    def _listed(self, endings: frozenset[str]) -> list[Path]:
        root = self._root()
        found = []
        for at, folders, names in os.walk(root):
            folders[:] = [name for name in folders if not name.startswith(".") and name not in FOREIGN]
            for name in names:
                path = Path(at, name)
                if not name.startswith(".") and path.suffix.lower() in endings and _is_inside(path, root):
                    found.append(path)
        return sorted(found)

    def _missing(self, path: Path, name: str) -> str:
        try:
            dangling = path.is_symlink()
        except (OSError, UnicodeEncodeError):
            dangling = False
        if dangling:
            return f"{printable(name)} is a link to a file that is not there."
        names = [self.name(file) for file in self.files()]
        spelled = {PurePosixPath(known).name.lower(): known for known in names}
        spelled |= {known.lower(): known for known in names}
        near = get_close_matches(name.lower(), spelled, n=1) if len(name) <= 300 else []
        offer = f" Did you mean '{printable(spelled[near[0]])}'?" if near else ""
        return f"{printable(name)} is not in the footage folder.{offer}"


def printable(name: str) -> str:
    """Return a file's name fit for one line of a message: control characters escaped, 120 characters at most."""
    short = name if len(name) <= 120 else name[:117] + "..."
    return "".join(
        letter
        if letter.isprintable() or unicodedata.category(letter) == "Zs"
        else letter.encode("unicode_escape").decode("ascii")
        for letter in short
    )


def _is_inside(path: Path, root: Path) -> bool:
    try:
        return path.is_file() and (not path.is_symlink() or path.resolve().is_relative_to(root))
    except (OSError, RuntimeError):
        return False
