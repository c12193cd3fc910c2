"""Reads pictures off a real Xvfb, on which the test's own windows lie."""

import struct
import time
from collections.abc import Iterator

import pytest

from installation.screens import x11_picture
from installation.screens.screen import Picture
from installation.screens.x11 import X11Screen
from installation.screens.x11_outputs import Place
from installation.screens.x11_wire import Connection
from tests.glass.stage import ENOUGH_S
from tests.glass.xserver import XServer

RED, GREEN, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 0)


class Client(Connection):
    """A program with windows of one colour, which no window manager minds."""

    def window(self, place: tuple[int, int, int, int], colour: tuple[int, int, int]) -> None:
        self.ids += 1
        pixel = colour[0] << 16 | colour[1] << 8 | colour[2]
        background, unmanaged = 1 << 1, 1 << 9
        made = struct.pack(
            "<BBHIIhhHHHHIIII", 1, 0, 10, self.ids, self.root.window, *place, 0, 1, 0, background | unmanaged, pixel, 1
        )
        assert self.tell(made, struct.pack("<BxHI", 8, 2, self.ids))


@pytest.fixture
def glass() -> Iterator[XServer]:
    with XServer((640, 360)) as running:
        yield running


@pytest.fixture
def client(glass: XServer) -> Iterator[Client]:
    client = Client(glass.display[1:], {})
    yield client
    client.close()


@pytest.fixture
def screen(glass: XServer) -> Iterator[X11Screen]:
    screen = X11Screen(glass.display, {})
    yield screen
    screen.close()


def seen(screen: X11Screen, width: int = 160) -> Picture:
    picture = screen.grab(width)
    assert picture
    return picture


def comes(screen: X11Screen, *wanted: tuple[int, ...]) -> bool:
    """Wait until the middle of the screen has one of some colours: a server serves its clients in its own order."""
    until = time.monotonic() + ENOUGH_S
    while colour(seen(screen), 0.5, 0.5) not in wanted and time.monotonic() < until:
        time.sleep(0.02)
    return colour(seen(screen), 0.5, 0.5) in wanted


def colour(picture: Picture, x: float, y: float) -> tuple[int, ...]:
    """The pixel at a place from 0 to 1 in each direction."""
    at = 3 * (int(y * picture.height) * picture.width + int(x * picture.width))
    return tuple(picture.rgb[at : at + 3])


@pytest.mark.parametrize(
    ("width", "shape"), [(160, (160, 90)), (640, (640, 360)), (5000, (640, 360)), (100, (107, 60))]
)
def test_a_picture_is_about_as_wide_as_it_is_wanted(screen: X11Screen, width: int, shape: tuple[int, int]) -> None:
    picture = seen(screen, width)
    assert (picture.width, picture.height) == shape
    assert picture.rgb == bytes(3 * shape[0] * shape[1])


def test_colours_and_places_are_those_of_the_screen(client: Client, screen: X11Screen) -> None:
    client.window((0, 0, 320, 180), (255, 128, 3))
    picture = seen(screen)
    assert [colour(picture, *at) for at in ((0.01, 0.01), (0.48, 0.48))] == [(255, 128, 3)] * 2
    assert [colour(picture, *at) for at in ((0.52, 0.48), (0.48, 0.52), (0.99, 0.99))] == [BLACK] * 3


def test_a_window_above_the_picture_is_seen(client: Client, glass: XServer, screen: X11Screen) -> None:
    client.window((0, 0, 640, 360), GREEN)
    assert comes(screen, GREEN)
    intruder = Client(glass.display[1:], {})
    intruder.window((200, 100, 240, 160), RED)
    assert comes(screen, RED)
    assert colour(seen(screen), 0.1, 0.1) == GREEN
    intruder.close()  # its windows go with it
    assert comes(screen, GREEN, BLACK)


def test_no_picture_is_read_off_a_server_that_is_gone_or_frozen(glass: XServer, screen: X11Screen) -> None:
    assert seen(screen)
    glass.freeze()
    assert screen.grab() is None
    glass.thaw()
    assert seen(screen)
    glass.kill()
    assert screen.grab() is None


class Plain(Connection):
    """A connection to a server without extensions."""

    def extension(self, name: str) -> int:  # noqa: ARG002
        return 0


@pytest.mark.parametrize("place", [Place(0, 0, 640, 360), Place(320, 40, 300, 200)], ids=["whole", "one-output"])
@pytest.mark.parametrize("width", [100, 640])
def test_a_server_that_cannot_scale_is_read_row_by_row(
    client: Client, glass: XServer, screen: X11Screen, place: Place, width: int
) -> None:
    client.window((0, 0, 640, 360), GREEN)
    client.window((318, 60, 102, 150), RED)
    assert comes(screen, RED)
    plain, full = Plain(glass.display[1:], {}), Connection(glass.display[1:], {})
    assert x11_picture.grab(plain, place, width) == x11_picture.grab(full, place, width)
    plain.close()
    full.close()
