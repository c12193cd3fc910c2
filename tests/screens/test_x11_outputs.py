"""Against a real Xorg whose outputs are switched by xrandr."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from installation.screens.screen import Dark, Sight
from installation.screens.x11 import X11Screen
from tests.glass.xserver import XorgServer


@contextmanager
def looking(server: XorgServer, output: str = "auto") -> Iterator[X11Screen]:
    screen = X11Screen(server.display, {}, output, television=lambda _: False)
    yield screen
    screen.close()


@pytest.mark.parametrize("name", ["auto", "DUMMY0", "dummy0"])
def test_an_output_that_is_switched_off_is_missed_and_found_when_it_is_back(xorg: XorgServer, name: str) -> None:
    with looking(xorg, name) as screen:
        assert screen.look() is Sight.HAS_SCREEN
        assert screen.size == (640, 360)
        xorg.xrandr("--output", "DUMMY0", "--off")
        assert [screen.look(), screen.look()] == [Sight.NO_SCREEN] * 2
        xorg.xrandr("--output", "DUMMY0", "--auto")
        assert screen.look() is Sight.HAS_SCREEN


def test_a_dark_output_with_a_screen_in_it_is_lit_again(xorg: XorgServer) -> None:
    with looking(xorg) as screen:
        screen.wake()
        xorg.xrandr("--output", "DUMMY0", "--off")
        assert screen.wake() == (Dark.UNLIT,)
        assert screen.look() is Sight.HAS_SCREEN
        assert screen.size == (640, 360)
        assert screen.wake() == ()


def test_the_output_that_is_named_counts_and_no_other(xorg: XorgServer) -> None:
    with looking(xorg, "DUMMY1") as screen:
        assert screen.look() is Sight.NO_SCREEN
        assert Dark.UNLIT not in screen.wake()  # nothing is plugged in there


def test_a_name_that_no_output_has_darkens_nothing(xorg: XorgServer) -> None:
    with looking(xorg, "HDMI-7") as screen:
        assert screen.look() is Sight.HAS_SCREEN


def test_of_an_output_that_is_lit_with_nothing_in_it_nothing_is_known(xorg: XorgServer) -> None:
    xorg.xrandr("--addmode", "DUMMY1", "640x360")
    xorg.xrandr("--output", "DUMMY1", "--mode", "640x360")
    with looking(xorg, "DUMMY1") as screen:
        assert screen.look() is Sight.UNKNOWN


def test_another_mode_is_another_size(xorg: XorgServer) -> None:
    with looking(xorg) as screen:
        assert screen.look() is Sight.HAS_SCREEN
        xorg.xrandr("--output", "DUMMY0", "--mode", "640x350")
        assert screen.look() is Sight.HAS_SCREEN
        assert screen.size == (640, 350)


def test_a_server_that_comes_back_with_another_size_is_known_by_it(xorg: XorgServer) -> None:
    with looking(xorg) as screen:
        screen.look()
        xorg.kill()
        assert screen.look() is Sight.NO_SCREEN
        xorg.size = (320, 200)
        xorg.start_again()
        assert screen.look() is Sight.HAS_SCREEN
        assert screen.size == (320, 200)


def test_monitors_that_cannot_sleep_are_not_said_to(xorg: XorgServer) -> None:
    with looking(xorg) as screen:  # the dummy driver has no DPMS
        assert not screen.power(on=False)
        assert screen.look() is Sight.HAS_SCREEN
