"""Which screen this kiosk has."""

import os
from collections.abc import Callable, Mapping

from installation.screens import cec, wayland, x11
from installation.screens.drm import DrmScreen
from installation.screens.screen import NoScreen, Screen, Sight

Find = Callable[[str, str], tuple[str, Screen]]
"""What `find` does, as the watchdog asks for it: by kind and output."""


def find(
    kind: str, output: str = "auto", environ: Mapping[str, str] = os.environ, television: cec.Switch = cec.switch
) -> tuple[str, Screen]:
    """Choose the screen for `screen.kind` and `screen.output` of kiosk.yaml.

    Returns the kind chosen (x11, wayland, drm or none) with it. `auto` takes what the session names: its Wayland
    socket, its DISPLAY. It never takes DRM, lest it keep the card from an X server that is only starting.
    """
    if kind == "none":
        return "none", NoScreen()
    if kind == "drm":
        return "drm", DrmScreen(output, television=television)
    socket = wayland.socket_path(environ)
    named = bool(environ.get("WAYLAND_DISPLAY")) and (os.access(socket, os.F_OK) or not environ.get("DISPLAY"))
    if kind == "wayland" or (kind == "auto" and named):
        return "wayland", wayland.WaylandScreen(socket, environ, output, television)
    display = x11.display(environ)
    if kind == "auto" and display is None:
        return "none", NoScreen()
    screen = x11.X11Screen(display or ":0", environ, output, television)
    if kind == "auto" and not environ.get("DISPLAY") and screen.look() is Sight.NO_SCREEN:
        return "none", NoScreen()  # a server that crashed has left its socket behind
    return "x11", screen
