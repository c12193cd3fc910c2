from typing import NamedTuple

import pytest

from installation.screens.screen import NoScreen, Sight, chosen, named


class Socket(NamedTuple):
    name: str


SOCKETS = [Socket("HDMI-A-1"), Socket("HDMI-A-2"), Socket("DP-1")]


@pytest.mark.parametrize("wanted", ["HDMI-A-2", "HDMI-2", "hdmi-a-2"])
def test_an_output_is_known_by_either_of_its_names(wanted: str) -> None:
    assert chosen(SOCKETS, wanted) == [Socket("HDMI-A-2")]


@pytest.mark.parametrize("wanted", ["auto", "HDMI-7", ""])
def test_without_a_name_that_is_known_any_output_will_do(wanted: str) -> None:
    assert (named(SOCKETS, wanted), chosen(SOCKETS, wanted)) == ([], SOCKETS)


def test_where_no_screen_is_there_is_nothing_to_lose_to_switch_or_to_see() -> None:
    screen = NoScreen()
    assert screen.look() is Sight.HAS_SCREEN
    assert (screen.wake(), screen.power(on=False), screen.grab()) == ((), False, None)
    screen.close()
