import pytest

from installation.screens.finding import find
from installation.screens.screen import NoScreen, Sight
from installation.screens.x11 import X11Screen


@pytest.mark.parametrize("kind", ["auto", "x11"])
def test_the_display_that_the_session_names_is_the_screen(kind: str) -> None:
    chosen, screen = find(kind, {"DISPLAY": ":7"})
    assert (chosen, screen.display) == ("x11", ":7")
    assert isinstance(screen, X11Screen)


def test_none_is_none_even_with_a_display() -> None:
    chosen, screen = find("none", {"DISPLAY": ":7"})
    assert (chosen, screen.display) == ("none", "")


def test_x11_without_a_display_waits_for_the_usual_one() -> None:
    chosen, screen = find("x11", {})
    assert (chosen, screen.display) == ("x11", ":0")


def test_a_socket_that_a_crashed_server_left_behind_is_no_screen_yet() -> None:
    if find("x11", {})[1].look() is Sight.HAS_SCREEN:
        pytest.skip("an X server runs on the display :0")
    assert find("auto", {})[0] == "none"


def test_where_no_screen_is_there_is_none_to_lose() -> None:
    screen = NoScreen()
    assert screen.look() is Sight.HAS_SCREEN
    screen.close()
