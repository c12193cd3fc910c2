"""A screen without any display server: the player draws on the kernel's DRM, and the kernel knows the cables."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from installation.screens import cec
from installation.screens.screen import Dark, Picture, Sight, chosen

SYSFS = Path("/sys/class/drm")
"""Where the kernel lists what it knows; to read it costs no word with a monitor."""


class Connector(NamedTuple):
    """One socket of a graphics card such as `card0`; `size` is the monitor's best, None where nothing is plugged in."""

    name: str
    is_plugged: bool
    size: tuple[int, int] | None
    card: str


class DrmScreen:
    """The connector that kiosk.yaml names, or any that has a screen plugged in. See Screen."""

    display = "drm"

    def __init__(self, output: str = "auto", sysfs: Path = SYSFS, television: cec.Switch = cec.switch) -> None:
        self.environ: Mapping[str, str] = {}
        self.size: tuple[int, int] | None = None
        self._wanted = output
        self._sysfs = sysfs
        self._television = television

    def look(self) -> Sight:
        """Read whether something is plugged in; unknown where the kernel has nothing to say of any connector."""
        meant = chosen(connectors(self._sysfs), self._wanted)
        if not meant:
            return Sight.UNKNOWN
        plugged = [connector for connector in meant if connector.is_plugged]
        if not plugged:
            return Sight.NO_SCREEN
        self.size = plugged[0].size
        return Sight.HAS_SCREEN

    def wake(self) -> tuple[Dark, ...]:
        """Nothing darkens it but the player, which alone draws here."""
        return ()

    def power(self, on: bool) -> bool:
        """Switch the television through CEC."""
        return self._television(on)

    def grab(self, width: int = 160) -> Picture | None:  # noqa: ARG002
        """Nobody but the player can read it."""
        return None

    def lift(self, pid: int) -> bool:  # noqa: ARG002
        """There are no windows."""
        return False

    def close(self) -> None:
        """Nothing is held."""


def connectors(sysfs: Path) -> list[Connector]:
    """Read all connectors of all cards of which the kernel knows whether something is plugged in."""
    found = []
    for folder in sorted(sysfs.glob("card[0-9]*-*")):
        with suppress(OSError, ValueError):
            status = (folder / "status").read_text().strip()
            if status in ("connected", "disconnected"):
                card, name = folder.name.split("-", 1)
                found.append(Connector(name, status == "connected", _best_size(folder), card))
    return found


def plugged(wanted: str, sysfs: Path = SYSFS) -> list[Connector]:
    """Return those of the connectors that kiosk.yaml means into which a screen is plugged."""
    return [connector for connector in chosen(connectors(sysfs), wanted) if connector.is_plugged]


def _best_size(folder: Path) -> tuple[int, int] | None:
    with suppress(OSError, ValueError):
        first, *_ = (folder / "modes").read_text().split()
        width, height = first.rstrip("i").split("x")
        return int(width), int(height)
    return None
