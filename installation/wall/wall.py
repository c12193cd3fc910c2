"""What is to be seen, and on which screen."""

from pathlib import Path

from installation.player.options import need_another_player
from installation.screens.finding import Find
from installation.screens.screen import NoScreen, Sight
from installation.show.model import Settings, Show


class Wall:
    """The show on the wall (None: black), its kiosk's settings, and the screen that they lead to.

    `newest` is the show that belongs there from the next wrap on: the same one, or one that waits.
    """

    def __init__(self, find_screen: Find) -> None:
        self._find = find_screen
        self.folder: Path | None = None
        self.show: Show | None = None
        self.newest: tuple[Path, Show] | None = None
        self.settings = Settings()
        self.kind, self.screen = find_screen(self.settings.screen, self.settings.output)

    @property
    def has_screen(self) -> bool:
        """Whether anyone can see it."""
        return not isinstance(self.screen, NoScreen)

    @property
    def unseen(self) -> str:
        """Why nobody can: none_wanted, none_found; empty where there is a screen."""
        if self.has_screen:
            return ""
        return "none_wanted" if self.settings.screen == "none" else "none_found"

    @property
    def waits(self) -> bool:
        """Whether another show waits for the wrap."""
        return self.newest is not None and self.newest[0] != self.folder

    @property
    def folders(self) -> list[Path]:
        """The folders of the show that plays and of the one that waits."""
        return [folder for folder in (self.folder, self.newest[0] if self.newest else None) if folder]

    def needs_another_player(self, settings: Settings) -> bool:
        """Whether a player set up for these settings is not the one that the wall needs now."""
        return need_another_player(settings, self.settings)

    def take(self, folder: Path, show: Show) -> None:
        """Have another show, and the screen that it asks for."""
        self.folder, self.show = folder, show
        before, self.settings = self.settings, show.settings
        if self.needs_another_player(before):
            self.screen.close()
            self.kind, self.screen = self._find(self.settings.screen, self.settings.output)

    def clear(self) -> None:
        """Have nothing to show."""
        self.folder = self.show = self.newest = None

    def find_late_screen(self) -> bool:
        """Move to a screen that came up only after the start, where none was found; tells whether one did."""
        if self.unseen != "none_found":
            return False
        kind, screen = self._find(self.settings.screen, self.settings.output)
        if kind == "none" or screen.look() is not Sight.HAS_SCREEN:
            screen.close()
            return False
        self.kind, self.screen = kind, screen
        return True
