"""What can be known of a screen before the player is blamed for a dark wall."""

from enum import Enum
from typing import Protocol


class Sight(Enum):
    """The answer when asked whether there is a screen."""

    HAS_SCREEN = "has-screen"
    NO_SCREEN = "no-screen"
    UNKNOWN = "unknown"


class Screen(Protocol):
    """A screen that can be asked. `display` is X's name for it; empty where the player needs none."""

    display: str

    def look(self) -> Sight:
        """Ask the screen itself; answers within a second, whatever state it is in."""

    def close(self) -> None:
        """Let go of it."""


class NoScreen:
    """A kiosk without a screen: the show plays all the same, and its picture is written to a file."""

    display = ""

    def look(self) -> Sight:
        """Answer that all is well: there is nothing to lose."""
        return Sight.HAS_SCREEN

    def close(self) -> None:
        """Nothing to let go of."""
