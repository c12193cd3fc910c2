"""What can be known of a screen before the player is blamed for a dark wall."""

import os
from collections.abc import Mapping
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


def find(kind: str, environ: Mapping[str, str] = os.environ) -> tuple[str, Screen]:
    """Choose the screen for `screen.kind` of kiosk.yaml; returns the kind chosen (x11 or none) with it."""
    from installation.screens import x11

    display = x11.display(environ)
    if kind == "none" or (kind == "auto" and display is None):
        return "none", NoScreen()
    screen = x11.X11Screen(display or ":0", environ)
    if kind == "auto" and not environ.get("DISPLAY") and screen.look() is Sight.NO_SCREEN:
        return "none", NoScreen()  # a server that crashed has left its socket behind
    return "x11", screen
