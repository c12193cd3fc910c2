"""Which screen this kiosk has."""

import os
from collections.abc import Callable, Mapping

from installation.screens import x11
from installation.screens.screen import NoScreen, Screen, Sight

Find = Callable[[str], tuple[str, Screen]]
"""What `find` does, as the watchdog asks for it."""


def find(kind: str, environ: Mapping[str, str] = os.environ) -> tuple[str, Screen]:
    """Choose the screen for `screen.kind` of kiosk.yaml; returns the kind chosen (x11 or none) with it."""
    display = x11.display(environ)
    if kind == "none" or (kind == "auto" and display is None):
        return "none", NoScreen()
    screen = x11.X11Screen(display or ":0", environ)
    if kind == "auto" and not environ.get("DISPLAY") and screen.look() is Sight.NO_SCREEN:
        return "none", NoScreen()  # a server that crashed has left its socket behind
    return "x11", screen
