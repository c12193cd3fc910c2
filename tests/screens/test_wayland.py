"""Against real compositors, sway and cage, and against sockets that only pretend."""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from installation.screens.screen import Dark, Picture, Sight
from installation.screens.wayland import WaylandScreen, socket_path
from installation.screens.wayland_wire import text
from tests.glass.compositor import Compositor

Start = Callable[..., Compositor]
ENOUGH_S = 30.0


@contextmanager
def looking(at: Compositor | Path, output: str = "auto") -> Iterator[WaylandScreen]:
    environ = at.environ if isinstance(at, Compositor) else {}
    path = at.socket if isinstance(at, Compositor) else at
    screen = WaylandScreen(path, environ, output, television=lambda _: False)
    yield screen
    screen.close()


def middle(picture: Picture) -> tuple[int, ...]:
    at = 3 * (picture.height // 2 * picture.width + picture.width // 2)
    return tuple(picture.rgb[at : at + 3])


def wait_for(sight: Sight, screen: WaylandScreen) -> bool:
    until = time.monotonic() + ENOUGH_S
    while screen.look() is not sight:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("kind", ["sway", "cage"])
def test_a_compositor_is_seen_frozen_killed_and_back(compositor: Start, kind: str) -> None:
    running = compositor(kind)
    with looking(running) as screen, looking(running) as newcomer:
        assert [screen.look() for _ in range(50)] == [Sight.HAS_SCREEN] * 50
        assert screen.size
        running.freeze()
        assert [screen.look(), screen.look(), newcomer.look()] == [Sight.NO_SCREEN] * 3
        running.thaw()
        assert wait_for(Sight.HAS_SCREEN, screen)
        assert newcomer.look() is Sight.HAS_SCREEN
        running.kill()
        assert [screen.look(), screen.look(), newcomer.look()] == [Sight.NO_SCREEN] * 3
        running.start_again()
        assert wait_for(Sight.HAS_SCREEN, screen)


def test_a_compositor_without_an_output_is_no_screen_until_one_is_plugged_in(compositor: Start) -> None:
    running = compositor("sway", within=compositor("sway"))
    with looking(running) as screen, looking(running, "WL-1") as named, looking(running, "HDMI-7") as misspelt:
        assert [one.look() for one in (screen, named, misspelt)] == [Sight.HAS_SCREEN] * 3
        running.unplug()
        assert wait_for(Sight.NO_SCREEN, screen)
        with looking(running) as newcomer:
            assert newcomer.look() is Sight.NO_SCREEN
        running.plug_in()  # under another name: WL-2
        assert wait_for(Sight.HAS_SCREEN, screen)
        assert [one.look() for one in (named, misspelt)] == [Sight.NO_SCREEN, Sight.HAS_SCREEN]


def test_what_the_screen_shows_is_read_by_grim(compositor: Start) -> None:
    running = compositor("sway")
    running.command("output * bg #ff8003 solid_color")
    with looking(running) as screen:
        assert screen.look() is Sight.HAS_SCREEN
        assert screen.size == (640, 360)
        until = time.monotonic() + ENOUGH_S
        while (picture := screen.grab()) is None or middle(picture) != (255, 128, 3):
            assert time.monotonic() < until, picture and middle(picture)
        assert (picture.width, picture.height, len(picture.rgb)) == (160, 90, 3 * 160 * 90)
        running.freeze()
        assert screen.grab() is None
        running.thaw()


def test_an_output_is_said_to_sleep_only_where_it_does(compositor: Start) -> None:
    running = compositor("sway")
    with looking(running) as screen:
        obeyed = screen.power(on=False)  # a headless output refuses in sway 1.7
        (output,) = json.loads(running.outputs())
        assert obeyed is not (output["power"] if "power" in output else output["dpms"])
        assert screen.power(on=True)


def test_without_a_socket_there_is_no_screen(tmp_path: Path) -> None:
    with looking(tmp_path / "wayland-0") as screen:
        assert screen.look() is Sight.NO_SCREEN
        assert (screen.grab(), screen.wake(), screen.power(on=True)) == (None, (), False)


class Pretender(threading.Thread):
    """A compositor of one output, turned on its side, whose monitor can sleep; it speaks to one client."""

    GLOBALS = ((1, "wl_output", 4), (2, "zwlr_output_power_manager_v1", 1))

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.switched: list[bool] = []
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listening.bind(str(path))
        self._listening.listen()
        self._kinds = {1: "wl_display"}

    def run(self) -> None:
        self._client, _ = self._listening.accept()
        with suppress(ConnectionError), self._listening, self._client, self._client.makefile("rb") as stream:
            while head := stream.read(8):
                target, request, size = struct.unpack("=IHH", head)
                self._hear(self._kinds[target], target, request, stream.read(size - 8))

    def _hear(self, kind: str, target: int, request: int, arguments: bytes) -> None:
        new = struct.unpack("=I", arguments[-4:])[0] if arguments else 0
        if (kind, request) == ("wl_display", 0):
            self._say(new, 0, struct.pack("=I", 0))
            self._say(1, 1, struct.pack("=I", new))
        elif (kind, request) == ("wl_display", 1):
            self._kinds[new] = "wl_registry"
            for name, interface, version in self.GLOBALS:
                self._say(new, 0, struct.pack("=I", name) + text(interface) + struct.pack("=I", version))
        elif kind == "wl_registry":
            name = struct.unpack("=I", arguments[:4])[0]
            self._kinds[new] = self.GLOBALS[name - 1][1]
            if name == 1:
                self._say(new, 0, struct.pack("=iiiii", 0, 0, 0, 0, 0) + text("a") + text("b") + struct.pack("=i", 1))
                self._say(new, 1, struct.pack("=Iiii", 1, 1920, 1080, 60000))
                self._say(new, 1, struct.pack("=Iiii", 0, 640, 480, 60000))  # one that it could have
                self._say(new, 4, text("HDMI-A-1"))
        elif (kind, request) == ("zwlr_output_power_manager_v1", 0):
            switch = struct.unpack("=I", arguments[:4])[0]
            self._kinds[switch] = "zwlr_output_power_v1"
            self._say(switch, 0, struct.pack("=I", self.switched[-1] if self.switched else True))
        elif (kind, request) == ("zwlr_output_power_v1", 0):
            self.switched.append(bool(new))
            self._say(target, 0, struct.pack("=I", new))
        elif request == 1:
            self._say(1, 1, struct.pack("=I", target))

    def _say(self, source: int, event: int, arguments: bytes) -> None:
        self._client.sendall(struct.pack("=IHH", source, event, 8 + len(arguments)) + arguments)


def test_a_monitor_sleeps_and_is_woken(tmp_path: Path) -> None:
    pretender = Pretender(tmp_path / "wayland-0")
    pretender.start()
    with looking(tmp_path / "wayland-0", "HDMI-1") as screen:
        assert screen.look() is Sight.HAS_SCREEN
        assert screen.size == (1080, 1920)
        assert screen.wake() == ()
        assert screen.power(on=False)
        assert pretender.switched == [False]
        assert screen.wake() == (Dark.ASLEEP,)
        assert pretender.switched == [False, True]
        assert [screen.power(on=on) for on in (False, False, True)] == [True] * 3
    pretender.join()


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", struct.pack("=IHHII", 1, 0, 16, 1, 0)])
def test_what_does_not_speak_wayland_is_no_screen(tmp_path: Path, said: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(tmp_path / "wayland-0"))
        listening.listen()

        def answer() -> None:
            with listening.accept()[0] as client:
                client.sendall(said)
                client.recv(4096)

        thread = threading.Thread(target=answer)
        thread.start()
        with looking(tmp_path / "wayland-0") as screen:
            assert screen.look() is Sight.NO_SCREEN
        thread.join()


def test_the_socket_is_the_one_that_the_session_names_else_the_first(tmp_path: Path) -> None:
    session = {"XDG_RUNTIME_DIR": str(tmp_path)}
    assert socket_path(session) == tmp_path / "wayland-0"
    assert socket_path({}, user=7) == Path("/run/user/7/wayland-0")
    for name in ("wayland-1", "wayland-1.lock", "wayland-2"):
        (tmp_path / name).touch()
    assert socket_path(session) == tmp_path / "wayland-1"
    assert socket_path({**session, "WAYLAND_DISPLAY": "wayland-2"}) == tmp_path / "wayland-2"
    assert socket_path({**session, "WAYLAND_DISPLAY": "/elsewhere/wayland-3"}) == Path("/elsewhere/wayland-3")
