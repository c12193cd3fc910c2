"""The screen saver of a real Xvfb; the sleep of monitors, which no server without a monitor has, of a pretended one."""

import shutil
import struct
import subprocess
from collections.abc import Iterator

import pytest

from installation.screens import x11_power
from installation.screens.screen import ANSWER_S, Dark
from installation.screens.x11 import X11Screen
from installation.screens.x11_wire import Connection
from tests.glass.xserver import XServer

ON, STANDBY, OFF = 0, 1, 3


needs_xset = pytest.mark.skipif(not shutil.which("xset"), reason="needs xset (x11-xserver-utils) on the path")


def xset(server: XServer, *arguments: str) -> None:
    subprocess.run(["xset", "-display", server.display, *arguments], check=True)


@pytest.fixture
def screen(server: XServer) -> Iterator[X11Screen]:
    screen = X11Screen(server.display, {}, television=lambda _: False)
    yield screen
    screen.close()


@needs_xset
def test_a_screen_saver_that_is_set_is_found_and_set_no_more(server: XServer, screen: X11Screen) -> None:
    xset(server, "s", "600")
    assert screen.wake() == (Dark.SAVER_SET,)
    assert screen.wake() == ()
    said = subprocess.run(["xset", "-display", server.display, "q"], check=True, capture_output=True, text=True).stdout
    assert "timeout:  0" in said


@needs_xset
def test_a_screen_saver_that_covers_the_picture_is_ended(server: XServer, screen: X11Screen) -> None:
    xset(server, "s", "blank")
    xset(server, "s", "activate")
    assert screen.wake() == (Dark.SAVER_ON,)
    assert screen.wake() == ()


class Monitors(Connection):
    """A connection to a server whose monitors can sleep, and that has no screen saver; see the DPMS protocol."""

    def __init__(self, level: int = ON, is_set: bool = True, able: bool = True) -> None:
        self.level, self.is_set, self.able = level, is_set, able
        self.timeouts = (600, 600, 600)

    def extension(self, name: str) -> int:
        return 150 if name == "DPMS" else 0

    def ask(self, *requests: bytes, within_s: float = ANSWER_S) -> list[bytes]:  # noqa: ARG002
        return [self._reply(*self._taken_apart(request)) for request in requests]

    def tell(self, *requests: bytes) -> bool:
        taken = [self._obey(*self._taken_apart(request)) for request in requests]
        return all(taken)

    def _taken_apart(self, request: bytes) -> tuple[int, int, bytes]:
        major, minor, words = struct.unpack_from("<BBH", request)
        assert len(request) == 4 * words
        return major, minor, request[4:]

    def _reply(self, major: int, minor: int, _: bytes) -> bytes:
        if major != 150:
            return bytes(32)
        return {1: struct.pack("<8xB23x", self.able), 7: struct.pack("<8xHB21x", self.level, self.is_set)}[minor]

    def _obey(self, major: int, minor: int, arguments: bytes) -> bool:
        if major != 150:
            return True
        if minor == 3:
            self.timeouts = struct.unpack("<HHHxx", arguments)
        elif minor == 4:
            self.is_set = True
        elif minor == 5:
            self.level, self.is_set = ON, False
        elif not self.is_set:
            return False  # BadMatch: the protocol forbids a level while it is not enabled
        else:
            (self.level,) = struct.unpack("<Hxx", arguments)
        return True


@pytest.mark.parametrize(
    ("level", "is_set", "found"),
    [(OFF, True, [Dark.ASLEEP]), (STANDBY, True, [Dark.ASLEEP]), (ON, True, [Dark.SLEEP_SET]), (ON, False, [])],
)
def test_monitors_are_woken_and_sleep_no_more(level: int, is_set: bool, found: list[Dark]) -> None:
    monitors = Monitors(level, is_set)
    assert x11_power.wake(monitors) == found
    assert (monitors.level, monitors.is_set) == (ON, False)
    assert x11_power.wake(monitors) == []


def test_monitors_sleep_until_they_are_woken() -> None:
    monitors = Monitors(is_set=False)
    assert x11_power.power(monitors, on=False)
    assert (monitors.level, monitors.timeouts) == (OFF, (0, 0, 0))
    assert x11_power.power(monitors, on=False)
    assert x11_power.power(monitors, on=True)
    assert monitors.level == ON


def test_monitors_that_cannot_sleep_are_left_alone() -> None:
    monitors = Monitors(is_set=False, able=False)
    assert not x11_power.power(monitors, on=False)
    assert monitors.level == ON
