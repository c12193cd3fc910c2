"""Windows lifted on a real Xvfb, where another program's lies above."""

import json
import os
import struct
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from installation.player.options import options
from installation.screens.screen import NoScreen
from installation.screens.x11 import X11Screen
from installation.screens.x11_windows import cover
from installation.screens.x11_wire import Connection, padded
from installation.show.model import Settings
from tests.glass.stage import ENOUGH_S
from tests.glass.xserver import XServer
from tests.screens.test_x11_picture import GREEN, RED, Client, comes

WHOLE = (0, 0, 640, 360)
NOBODYS = 2**22 + 1
GREY = (96, 96, 96)


class Program(Client):
    """A client whose windows say which process they belong to."""

    def owned(self, place: tuple[int, int, int, int], colour: tuple[int, int, int], pid: int) -> None:
        self.window(place, colour)
        (atom,) = self.ask(struct.pack("<BBHHxx", 16, 0, 2 + 3, 11) + padded(b"_NET_WM_PID"))
        (number,) = struct.unpack_from("<8xI", atom)
        assert self.tell(struct.pack("<BBHIIIBxxxII", 18, 0, 7, self.ids, number, 6, 32, 1, pid))

    def into_frame(self, place: tuple[int, int, int, int], colour: tuple[int, int, int]) -> None:
        """Do as a window manager does with a new window: put it into a frame."""
        inside = self.ids
        self.window(place, colour)
        assert self.tell(struct.pack("<BxHIIhh", 7, 4, inside, self.ids, 4, 4))


@pytest.fixture
def glass() -> Iterator[XServer]:
    with XServer((640, 360)) as running:
        yield running


@pytest.fixture
def program(glass: XServer) -> Iterator[Program]:
    program = Program(glass.display[1:], {})
    yield program
    program.close()


@pytest.fixture
def screen(glass: XServer) -> Iterator[X11Screen]:
    screen = X11Screen(glass.display, {})
    yield screen
    screen.close()


@pytest.mark.parametrize("framed", [False, True], ids=["bare", "framed"])
def test_a_window_is_lifted_above_the_one_that_covers_it(program: Program, screen: X11Screen, framed: bool) -> None:
    program.owned(WHOLE, GREEN, os.getpid())
    if framed:
        program.into_frame(WHOLE, GREEN)
    program.owned((100, 100, 400, 200), RED, NOBODYS)
    assert comes(screen, RED)
    assert screen.lift(os.getpid())
    assert comes(screen, GREEN)


def test_a_cover_lies_over_everything_until_a_window_is_lifted_or_its_connection_ends(
    glass: XServer, program: Program, screen: X11Screen
) -> None:
    program.owned(WHOLE, GREEN, os.getpid())
    covering = Connection(glass.display[1:], {})
    assert cover(covering)
    assert comes(screen, GREY)
    assert screen.lift(os.getpid())
    assert comes(screen, GREEN)
    again = Connection(glass.display[1:], {})
    assert cover(again)
    assert comes(screen, GREY)
    again.close()
    assert comes(screen, GREEN)
    covering.close()


def test_what_has_no_window_is_not_lifted(program: Program, screen: X11Screen) -> None:
    program.window(WHOLE, GREEN)
    program.owned((100, 100, 400, 200), RED, NOBODYS)
    assert not screen.lift(os.getpid())
    assert comes(screen, RED)
    assert not NoScreen().lift(os.getpid())


def test_nothing_is_lifted_on_a_server_that_is_gone_or_frozen(glass: XServer, screen: X11Screen) -> None:
    glass.freeze()
    assert not screen.lift(os.getpid())
    glass.kill()
    assert not screen.lift(os.getpid())


PLAYER = """
import json, sys, mpv
player = mpv.MPV(**json.loads(sys.argv[1]))
print(flush=True)
sys.stdin.read()
"""


def test_the_players_window_is_found_by_its_process(glass: XServer, program: Program, screen: X11Screen) -> None:
    settings = json.dumps(options(Settings(sound=False), "x11", "x11"))
    environ = {**os.environ, "DISPLAY": glass.display, "LC_ALL": "C"}
    command = [sys.executable, "-c", PLAYER, settings]
    with subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as player:
        try:
            assert player.stdout
            player.stdout.readline()
            until = time.monotonic() + ENOUGH_S
            while not screen.lift(player.pid) and time.monotonic() < until:
                time.sleep(0.02)
            program.window(WHOLE, RED)
            assert comes(screen, RED)
            assert screen.lift(player.pid)
            assert comes(screen, (0, 0, 0))
        finally:
            player.kill()
