"""Against a real Xvfb, and against sockets that only pretend."""

import os
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.screens.screen import Sight
from installation.screens.x11 import X11Screen, display
from tests.glass.xserver import XServer

COOKIE = bytes(range(16))


@contextmanager
def looking(name: str, environ: dict[str, str] | None = None) -> Iterator[X11Screen]:
    screen = X11Screen(name, environ or {})
    yield screen
    screen.close()


def test_a_screen_that_is_there_is_seen_again_and_again(server: XServer) -> None:
    with looking(server.display) as screen:
        assert [screen.look() for _ in range(50)] == [Sight.HAS_SCREEN] * 50


@pytest.mark.parametrize("form", ["{0}", "{0}.0", "unix{0}"])
def test_every_way_to_write_a_local_display_is_understood(server: XServer, form: str) -> None:
    with looking(form.format(server.display)) as screen:
        assert screen.look() is Sight.HAS_SCREEN


def test_a_display_without_a_server_is_no_screen() -> None:
    with looking(":65000") as screen:
        assert screen.look() is Sight.NO_SCREEN


@pytest.mark.parametrize(
    "name", ["", "0", "localhost:0", ":0.1", "gallery.example:0.0", "tcp/kiosk:1", ":x", ":123456"]
)
def test_of_a_display_elsewhere_nothing_is_known(name: str) -> None:
    with looking(name) as screen:
        assert screen.look() is Sight.UNKNOWN


def test_a_frozen_server_is_no_screen_until_it_goes_on(server: XServer) -> None:
    with looking(server.display) as screen, looking(server.display) as newcomer:
        assert screen.look() is Sight.HAS_SCREEN
        server.freeze()
        try:
            assert [screen.look(), screen.look(), newcomer.look()] == [Sight.NO_SCREEN] * 3
        finally:
            server.thaw()
        until = time.monotonic() + 30
        while screen.look() is not Sight.HAS_SCREEN and time.monotonic() < until:
            time.sleep(0.05)
        assert [screen.look(), newcomer.look()] == [Sight.HAS_SCREEN] * 2


def test_a_server_that_is_killed_is_missed_at_once_and_found_when_it_is_back() -> None:
    with XServer((64, 48)) as server, looking(server.display) as screen:
        assert screen.look() is Sight.HAS_SCREEN
        server.kill()
        assert [screen.look(), screen.look()] == [Sight.NO_SCREEN] * 2
        server.start_again()
        assert screen.look() is Sight.HAS_SCREEN


def entry(number: str, cookie: bytes, name: bytes = b"MIT-MAGIC-COOKIE-1") -> bytes:
    parts = (b"kiosk", number.encode(), name, cookie)
    return struct.pack(">H", 256) + b"".join(struct.pack(">H", len(part)) + part for part in parts)


@contextmanager
def locked_server(folder: Path) -> Iterator[str]:
    """An Xvfb that lets in only who knows COOKIE; yields its display number."""
    answer, told = os.pipe()
    (folder / "server").write_bytes(entry("0", COOKIE))
    process = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(told),
            "-auth",
            folder / "server",
            "-screen",
            "0",
            "64x48x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ],
        pass_fds=[told],
        stderr=subprocess.DEVNULL,
    )
    os.close(told)
    try:
        with os.fdopen(answer) as line:
            yield line.readline().strip()
    finally:
        process.kill()
        process.wait()


def test_a_server_that_asks_for_a_cookie_is_known_only_with_it(tmp_path: Path) -> None:
    with locked_server(tmp_path) as number:
        mine = tmp_path / ".Xauthority"
        environ = {"HOME": str(tmp_path)}
        with looking(f":{number}", environ) as screen:
            assert screen.look() is Sight.UNKNOWN
            mine.write_bytes(entry(number, b"not the cookie!!"))
            assert screen.look() is Sight.UNKNOWN
            mine.write_bytes(b"damaged")
            assert screen.look() is Sight.UNKNOWN
            mine.write_bytes(entry("999", b"another server's") + entry(number, b"x", b"XDM-1") + entry(number, COOKIE))
            assert screen.look() is Sight.HAS_SCREEN
        mine.rename(tmp_path / "elsewhere")
        with looking(f":{number}", {"XAUTHORITY": str(tmp_path / "elsewhere")}) as screen:
            assert screen.look() is Sight.HAS_SCREEN


@contextmanager
def pretender(*said: bytes) -> Iterator[str]:
    """Something at a display's socket that answers each of a client's messages with the next of `said`.

    After its welcome it is asked for what hides a pointer, which it lacks.
    """
    parts = (WELCOME, ABSENT, *said[1:]) if said[:1] == (WELCOME,) else said
    folder = Path("/tmp/.X11-unix")  # noqa: S108 - the place that X itself fixed
    folder.mkdir(mode=0o1777, exist_ok=True)
    number = next(number for number in range(60000, 65000) if not (folder / f"X{number}").exists())
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(folder / f"X{number}"))
        listening.listen()

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                for part in parts:
                    connection.recv(4096)
                    connection.sendall(part)
                connection.recv(4096)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield f":{number}"
        finally:
            thread.join()
            (folder / f"X{number}").unlink()


ROOT = struct.pack("<I16xHH8xIHHBBBB", 7, 64, 48, 33, 0, 0, 0, 0, 24, 0)
WELCOME = struct.pack("<BxHHH", 1, 11, 0, 8 + len(ROOT) // 4) + struct.pack("<20xBBBxxxxxxxxx", 1, 0, 0) + ROOT
ABSENT = bytes([1]) + bytes(31)
"""The server has no such extension."""


def test_news_of_a_keyboard_are_no_answer() -> None:
    keyboard, reply = bytes([34]) + bytes(31), bytes([1]) + bytes(31)
    with pretender(WELCOME, ABSENT, keyboard * 3 + reply, keyboard) as name, looking(name) as screen:
        assert screen.look() is Sight.HAS_SCREEN
        assert screen.size == (64, 48)
        assert screen.look() is Sight.NO_SCREEN


def reply(detail: int, body: bytes) -> bytes:
    """A reply of 32 bytes and whatever is longer; `body` begins at its eighth byte."""
    body += bytes(max(0, 24 - len(body)))
    body += bytes(-len(body) % 4)
    return struct.pack("<BBHI", 1, detail, 0, (len(body) - 24) // 4) + body


RANDR = reply(0, bytes([1, 140]))
RESOURCES = reply(0, struct.pack("<IIHHHH8xI", 0, 5, 0, 1, 0, 0, 99))
PLACED = reply(0, struct.pack("<IhhHH", 0, 0, 0, 640, 360))


def output(crtc: int, connection: int) -> bytes:
    return reply(0, struct.pack("<IIIIBBHHHHH6s", 0, crtc, 0, 0, connection, 0, 0, 0, 0, 0, 6, b"HDMI-1"))


def test_a_cable_that_is_pulled_out_is_missed_though_the_server_still_draws() -> None:
    plugged, pulled = output(11, 0), output(11, 1)
    said = [WELCOME, RANDR, RESOURCES, plugged, PLACED, RESOURCES, pulled, RESOURCES, plugged, PLACED]
    with pretender(*said) as name, looking(name) as screen:
        assert [screen.look() for _ in range(3)] == [Sight.HAS_SCREEN, Sight.NO_SCREEN, Sight.HAS_SCREEN]
        assert screen.size == (640, 360)


@pytest.mark.parametrize("said", [b"", b"\x01", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_what_does_not_speak_x_is_no_screen_that_is_known(said: bytes) -> None:
    with pretender(said) as name, looking(name) as screen:
        assert screen.look() is not Sight.HAS_SCREEN


@given(st.binary(max_size=80))
def test_any_bytes_as_cookies_do_no_harm(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "cookies"
    path.write_bytes(raw)
    with looking(":65000", {"XAUTHORITY": str(path)}) as screen:
        assert screen.look() is Sight.NO_SCREEN


def test_the_display_is_the_named_one_else_the_first_that_runs() -> None:
    assert display({"DISPLAY": ":7"}, lambda _: True) == ":7"
    assert display({}, lambda _: True) == ":0"
    assert display({"DISPLAY": ""}, lambda _: False) is None
