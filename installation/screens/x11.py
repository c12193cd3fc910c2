"""A screen behind an X server, asked over the server's own wire."""

import os
import re
import struct
from collections.abc import Callable, Mapping
from pathlib import Path

from installation.screens import cec, x11_outputs, x11_picture, x11_pointer, x11_power, x11_windows
from installation.screens.screen import Dark, Picture, Sight, chosen
from installation.screens.x11_outputs import Place
from installation.screens.x11_wire import Connection

_DISPLAY = re.compile(r"(?:unix)?:(\d{1,5})(?:\.0)?")


class X11Screen:
    """The output of an X server that kiosk.yaml names, or any that is lit. See Screen.

    Its pointer is hidden from the first question on. Only the first screen of a display of this machine (`:0`) can be
    asked; of any other nothing is known.
    """

    def __init__(
        self,
        display: str,
        environ: Mapping[str, str] = os.environ,
        output: str = "auto",
        television: cec.Switch = cec.switch,
    ) -> None:
        self.display = display
        self.environ: Mapping[str, str] = {"DISPLAY": display}
        self.size: tuple[int, int] | None = None
        match = _DISPLAY.fullmatch(display)
        self._number = match[1] if match else None
        self._session = environ
        self._wanted = output
        self._television = television
        self._connection: Connection | None = None
        self._was_plugged = False

    def look(self) -> Sight:
        """Ask the server whether it is there, and then which of its outputs are plugged in and lit."""
        try:
            sight, place = self._find(self._connected())
        except PermissionError:
            self.close()
            return Sight.UNKNOWN
        except (OSError, struct.error):
            self.close()
            return Sight.NO_SCREEN
        if place:
            self.size = (place.width, place.height)
        return sight

    def wake(self) -> tuple[Dark, ...]:
        """End blanking and sleep; light an output that is plugged in where all is dark."""
        try:
            connection = self._connected()
            found = x11_power.wake(connection)
            if self._light(connection):
                found.append(Dark.UNLIT)
        except (OSError, struct.error):
            self.close()
            return ()
        return tuple(found)

    def power(self, on: bool) -> bool:
        """Switch the monitors through DPMS and the television through CEC, whatever there is of them."""
        try:
            obeyed = x11_power.power(self._connected(), on)
        except (OSError, struct.error):
            self.close()
            obeyed = False
        return self._television(on) or obeyed

    def grab(self, width: int = 160) -> Picture | None:
        """Read the picture off the root window: that of the player and of everything above it."""
        try:
            connection = self._connected()
            place = self._find(connection)[1]
            return x11_picture.grab(connection, place, width) if place else None
        except (OSError, struct.error):
            self.close()
            return None

    def lift(self, pid: int) -> bool:
        """Lift the window above everything else on the screen."""
        try:
            return x11_windows.lift(self._connected(), pid)
        except (OSError, struct.error):
            self.close()
            return False

    def close(self) -> None:
        """Give the connection up; the next question makes another."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _connected(self) -> Connection:
        if self._number is None:
            raise PermissionError(f"the display {self.display!r} is not one of this machine's own")
        if self._connection is None:
            self._connection = Connection(self._number, self._session)
            x11_pointer.hide(self._connection)
        return self._connection

    def _find(self, connection: Connection) -> tuple[Sight, Place | None]:
        """Find whether there is a screen, and where its picture lies on the root window."""
        known = x11_outputs.outputs(connection)
        if known is None:
            return Sight.HAS_SCREEN, Place(0, 0, connection.root.width, connection.root.height)
        lit = [output for output in chosen(known.all, self._wanted) if output.crtc]
        plugged = [output for output in lit if output.is_plugged]
        if plugged:
            self._was_plugged = True
            return Sight.HAS_SCREEN, x11_outputs.place(connection, known, plugged[0])
        if lit and not self._was_plugged:
            # a monitor that never says it is there, on an output that the server's configuration switches on
            return Sight.UNKNOWN, x11_outputs.place(connection, known, lit[0])
        return Sight.NO_SCREEN, None

    def _light(self, connection: Connection) -> bool:
        """Light what is plugged in where nothing of it is lit."""
        known = x11_outputs.outputs(connection)
        if known is None:
            return False
        meant = chosen(known.all, self._wanted)
        dark = [output for output in meant if output.is_plugged]
        return not any(output.crtc for output in meant) and bool(dark) and x11_outputs.light(connection, known, dark[0])


def display(environ: Mapping[str, str], exists: Callable[[Path], bool] = Path.exists) -> str | None:
    """Find the display to play on: DISPLAY, else :0 where a server for it runs, else none."""
    if environ.get("DISPLAY"):
        return environ["DISPLAY"]
    return ":0" if exists(Path("/tmp/.X11-unix/X0")) else None  # noqa: S108 - the place that X itself fixed
