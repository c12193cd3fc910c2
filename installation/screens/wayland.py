"""A screen behind a Wayland compositor, asked over the compositor's own wire."""

import os
import struct
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from installation.screens import cec
from installation.screens.screen import GRAB_S, Dark, Picture, Sight, chosen, named
from installation.screens.wayland_outputs import Output, Outputs
from installation.screens.wayland_wire import Connection


class WaylandScreen:
    """The output of a compositor that kiosk.yaml names, or any that is there. See Screen.

    A compositor takes an output off its list when it is unplugged or disabled. An output that was there under the
    name in kiosk.yaml is the one: no other takes its place.
    """

    def __init__(
        self,
        socket: Path,
        environ: Mapping[str, str] = os.environ,
        output: str = "auto",
        television: cec.Switch = cec.switch,
    ) -> None:
        self.display = str(socket)
        self.environ: Mapping[str, str] = {"WAYLAND_DISPLAY": str(socket)}
        self.size: tuple[int, int] | None = None
        self._socket = socket
        self._session = environ
        self._wanted = output
        self._television = television
        self._connection: Connection | None = None
        self._outputs: Outputs | None = None
        self._was_named = False

    def look(self) -> Sight:
        """Ask the compositor whether it is there and what outputs it has."""
        try:
            meant = self._meant(self._heard())
        except PermissionError:
            self.close()
            return Sight.UNKNOWN
        except (OSError, struct.error):
            self.close()
            return Sight.NO_SCREEN
        if meant:
            self.size = meant[0].size
        return Sight.HAS_SCREEN if meant else Sight.NO_SCREEN

    def wake(self) -> tuple[Dark, ...]:
        """Wake the outputs that are asleep."""
        try:
            outputs = self._heard()
            asleep = outputs.asleep()
            if asleep:
                outputs.switch(asleep, on=True)
        except (OSError, struct.error):
            self.close()
            return ()
        return (Dark.ASLEEP,) if asleep else ()

    def power(self, on: bool) -> bool:
        """Let the outputs sleep or wake them, and switch the television through CEC."""
        try:
            outputs = self._heard()
            obeyed = outputs.switch(self._meant(outputs), on)
        except (OSError, struct.error):
            self.close()
            obeyed = False
        return self._television(on) or obeyed

    def grab(self, width: int = 160) -> Picture | None:
        """Have the program grim read the output."""
        try:
            meant = self._meant(self._heard())
        except (OSError, struct.error):
            self.close()
            return None
        return self._grim(meant[0], width) if meant else None

    def lift(self, pid: int) -> bool:  # noqa: ARG002
        """No compositor lets one program lift another's window."""
        return False

    def close(self) -> None:
        """Give the connection up; the next question makes another."""
        if self._connection:
            self._connection.close()
            self._connection = self._outputs = None

    def _heard(self) -> Outputs:
        if self._connection is None or self._outputs is None:
            self._connection = Connection(self._socket)
            self._outputs = Outputs(self._connection)
        self._outputs.hear()
        return self._outputs

    def _meant(self, outputs: Outputs) -> list[Output]:
        ours = named(outputs.all, self._wanted)
        self._was_named = self._was_named or bool(ours)
        return ours if self._was_named else chosen(outputs.all, self._wanted)

    def _grim(self, output: Output, width: int) -> Picture | None:
        scale = min(1.0, width / max(1, output.size[0]))
        command = ["grim", "-t", "ppm", "-s", f"{scale:.6f}", *(["-o", output.name] if output.name else []), "-"]
        environ = {**self._session, **self.environ}
        with suppress(OSError, subprocess.SubprocessError, ValueError):
            seen = subprocess.run(
                command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=GRAB_S, check=True
            )
            return _picture(seen.stdout)
        return None


def socket_path(environ: Mapping[str, str], user: int | None = None) -> Path:
    """Find the compositor's socket: WAYLAND_DISPLAY in the session's folder, else the first that lies there."""
    folder = Path(environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid() if user is None else user}")
    if environ.get("WAYLAND_DISPLAY"):
        return folder / environ["WAYLAND_DISPLAY"]
    there = sorted(path for path in folder.glob("wayland-*") if path.suffix != ".lock")
    return there[0] if there else folder / "wayland-0"


def _picture(ppm: bytes) -> Picture:
    """Read a binary PPM. Raises ValueError where it is none."""
    kind, shape, full, rgb = ppm.split(b"\n", 3)
    width, height = (int(number) for number in shape.split())
    if (kind, full) != (b"P6", b"255") or len(rgb) != 3 * width * height:
        raise ValueError("not a picture")
    return Picture(width, height, rgb)
