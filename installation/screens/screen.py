"""What can be known of a screen before the player is blamed for a dark wall, and what can be done to it."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import NamedTuple, Protocol, TypeVar

ANSWER_S = 0.8
"""How long a display server may take to answer before it counts as stopped."""
GRAB_S = 3.0
"""How long reading a picture off the screen may take."""
UNSEEN = ("covered", "frozen", "dark")
"""What an eye on a screen says when that does not show what it should."""


class Sight(Enum):
    """The answer when asked whether there is a screen."""

    HAS_SCREEN = "has-screen"
    NO_SCREEN = "no-screen"
    UNKNOWN = "unknown"


class Dark(Enum):
    """Something that keeps a screen dark, or would have done so after a while."""

    SAVER_SET = "a screen saver was set"
    SAVER_ON = "a screen saver covered the picture"
    SLEEP_SET = "the screen was set to go to sleep"
    ASLEEP = "the screen was asleep"
    UNLIT = "the output was switched off"


class Picture(NamedTuple):
    """What the screen shows: three bytes a pixel (red, green, blue), rows from the top, without padding."""

    width: int
    height: int
    rgb: bytes


class Screen(Protocol):
    """A screen that can be asked, at any time and in any state.

    `display` is its name in messages; `environ` is what a player's environment must hold to reach it; `size` is
    the width and height in pixels that the last look found, None before that or where it cannot be known.
    """

    display: str
    environ: Mapping[str, str]
    size: tuple[int, int] | None

    def look(self) -> Sight:
        """Ask the screen itself; answers within a second. Some tenths of a millisecond while all is well."""

    def wake(self) -> tuple[Dark, ...]:
        """Undo what keeps the screen dark and return what was found; as cheap as a look. Not for closed hours."""

    def power(self, on: bool) -> bool:
        """Switch the screen on or off; tells whether anything obeyed. May take up to ten seconds through CEC."""

    def grab(self, width: int = 160) -> Picture | None:
        """Read what the screen really shows, about `width` pixels wide; None where that cannot be read."""

    def lift(self, pid: int) -> bool:
        """Bring the window of the process `pid` to the front; tells whether there was one that could be lifted."""

    def close(self) -> None:
        """Let go of it."""


class NoScreen:
    """A kiosk without a screen: the show plays all the same, and its picture is written to a file."""

    display = ""
    environ: Mapping[str, str] = {}
    size: tuple[int, int] | None = None

    def look(self) -> Sight:
        """Answer that all is well: there is nothing to lose."""
        return Sight.HAS_SCREEN

    def wake(self) -> tuple[Dark, ...]:
        """Nothing keeps it dark."""
        return ()

    def power(self, on: bool) -> bool:  # noqa: ARG002
        """There is nothing to switch."""
        return False

    def grab(self, width: int = 160) -> Picture | None:  # noqa: ARG002
        """There is nothing to read."""
        return None

    def lift(self, pid: int) -> bool:  # noqa: ARG002
        """There are no windows."""
        return False

    def close(self) -> None:
        """Nothing to let go of."""


class Named(Protocol):
    """Anything with the name of an output, such as HDMI-A-1."""

    @property
    def name(self) -> str:
        """The name."""


N = TypeVar("N", bound=Named)


def named(outputs: Iterable[N], wanted: str) -> list[N]:
    """Return the outputs of that name. X11 and the kernel write one socket in two ways: HDMI-1, HDMI-A-1."""
    return [output for output in outputs if _plain(output.name) == _plain(wanted)]


def chosen(outputs: Iterable[N], wanted: str) -> list[N]:
    """Return the outputs that kiosk.yaml means: those of that name; all for `auto`, and where there is none so named.

    A misspelt name must not darken the wall.
    """
    everything = list(outputs)
    return named(everything, wanted) or everything


def _plain(name: str) -> str:
    return name.upper().replace("HDMI-A-", "HDMI-").replace("DVI-D-", "DVI-").replace("DVI-I-", "DVI-")
