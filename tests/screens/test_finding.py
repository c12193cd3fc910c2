from pathlib import Path

import pytest

from installation.screens.finding import find
from installation.screens.screen import Sight
from installation.screens.x11 import X11Screen


@pytest.mark.parametrize("kind", ["auto", "x11"])
def test_the_display_that_the_session_names_is_the_screen(kind: str) -> None:
    chosen, screen = find(kind, environ={"DISPLAY": ":7"})
    assert (chosen, screen.display) == ("x11", ":7")
    assert isinstance(screen, X11Screen)


def test_none_is_none_even_with_a_display() -> None:
    chosen, screen = find("none", environ={"DISPLAY": ":7"})
    assert (chosen, screen.display) == ("none", "")


def test_x11_without_a_display_waits_for_the_usual_one() -> None:
    chosen, screen = find("x11", environ={})
    assert (chosen, screen.display) == ("x11", ":0")


def test_a_socket_that_a_crashed_server_left_behind_is_no_screen_yet() -> None:
    if find("x11", environ={})[1].look() is Sight.HAS_SCREEN:
        pytest.skip("an X server runs on the display :0")
    assert find("auto", environ={})[0] == "none"


def session(folder: Path, *, with_socket: bool = True, display: str = "") -> dict[str, str]:
    if with_socket:
        (folder / "wayland-1").touch()
    return {"XDG_RUNTIME_DIR": str(folder), "WAYLAND_DISPLAY": "wayland-1", "DISPLAY": display}


def test_a_wayland_session_is_known_by_its_socket_before_its_x_display(tmp_path: Path) -> None:
    chosen, screen = find("auto", environ=session(tmp_path, display=":7"))
    assert (chosen, screen.display) == ("wayland", str(tmp_path / "wayland-1"))
    assert screen.environ == {"WAYLAND_DISPLAY": str(tmp_path / "wayland-1")}


def test_a_wayland_session_whose_socket_is_away_is_waited_for_unless_there_is_a_display(tmp_path: Path) -> None:
    assert find("auto", environ=session(tmp_path, with_socket=False))[0] == "wayland"
    assert find("auto", environ=session(tmp_path, with_socket=False, display=":7"))[0] == "x11"


def test_x11_stays_x11_inside_a_wayland_session(tmp_path: Path) -> None:
    assert find("x11", environ=session(tmp_path, display=":7"))[0] == "x11"


def test_wayland_is_waited_for_where_it_is_asked_for(tmp_path: Path) -> None:
    chosen, screen = find("wayland", environ={"XDG_RUNTIME_DIR": str(tmp_path), "DISPLAY": ":7"})
    assert (chosen, screen.look()) == ("wayland", Sight.NO_SCREEN)


def test_drm_is_taken_only_where_it_is_asked_for() -> None:
    chosen, screen = find("drm", environ={"DISPLAY": ":7"}, output="HDMI-A-1")
    assert chosen == "drm"
    assert screen.environ == {}
