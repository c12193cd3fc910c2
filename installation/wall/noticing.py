"""The process that notices edits, always on the archive that kiosk.yaml names now."""

import selectors
from dataclasses import dataclass
from pathlib import Path

from installation.processes.kept import Kept


@dataclass(frozen=True, slots=True)
class Edit:
    """What was noticed. `edited`: something was edited and has settled; `saved`: a YAML file.

    `missed`: nobody listened until now, so something may have been edited that nobody will tell.
    """

    edited: bool
    saved: bool
    missed: bool


class Noticing:
    """What is edited, as the process `installation.edits` tells it."""

    def __init__(self, config: Path, selector: selectors.BaseSelector) -> None:
        self._config = config
        self._kept = Kept("installation.edits", selector)
        self._footage = ""
        self._listens = False

    @property
    def works(self) -> bool:
        """Whether the process lives, and listens or soon will."""
        return self._kept.lives

    @property
    def listens(self) -> bool:
        """Whether an edit would be noticed now."""
        return self._kept.lives and self._listens

    def hear(self, footage: str, now: float) -> Edit | None:
        """Tell what was edited since the last time; `footage` is the archive's folder, empty while it is not known."""
        if footage != self._footage:
            self._footage, self._listens = footage, False
        messages, ended = self._kept.hear(now, str(self._config), footage)
        if not messages and not ended:
            return None
        said = {name for message in messages for name, value in message.items() if value}
        self._listens = not ended and (self._listens or "listens" in said)
        return Edit("edited" in said, "saved" in said, "listens" in said)

    def end(self) -> None:
        """End the process."""
        self._kept.end()
