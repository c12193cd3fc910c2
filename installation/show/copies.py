"""The folder of the exhibition copies, each named by what it holds."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from installation.errors import InstallationError
from installation.footage.probe import Probe
from installation.show.segments import AnyCopy, Copy
from installation.whole import keep_names

Progress = Callable[[float], None]


class Copies:
    """The copies that there are, and the making of others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, copy: AnyCopy) -> Path:
        """Say where a copy lies, or will."""
        return self.folder / f"{copy.key}{_ending(copy)}"

    def missing(self, copies: Iterable[AnyCopy]) -> list[AnyCopy]:
        """Return those that have yet to be made."""
        return [copy for copy in copies if not self.path(copy).exists()]

    def make(self, copy: AnyCopy, probe: Callable[[Path], Probe], progress: Progress) -> None:
        """Make one copy, whole or not at all; `probe` tells what a clip holds, `progress` hears fractions of it.

        Raises FootageError when a master cannot be decoded, InstallationError when the disk does not take it.
        """
        unfinished = self.folder / f".{copy.key}.part{_ending(copy)}"
        try:
            if isinstance(copy, Copy):
                from installation.show.picture_copies import encode

                encode(unfinished, copy, probe, progress)
            else:
                from installation.show.sound_copies import write

                write(unfinished, copy, progress)
            with unfinished.open("rb") as written:
                os.fsync(written.fileno())
            unfinished.rename(self.path(copy))
            keep_names(self.folder)
        except OSError as error:
            told = f"The exhibition copies cannot be written to {self.folder}: {error.strerror}. Make room there."
            raise InstallationError(told) from error
        finally:
            unfinished.unlink(missing_ok=True)

    def tidy(self, used: set[Path]) -> None:
        """Remove every copy that is not among `used`."""
        for path in self.folder.iterdir():
            if path not in used:
                path.unlink(missing_ok=True)


def _ending(copy: AnyCopy) -> str:
    return ".mp4" if isinstance(copy, Copy) else ".flac"
