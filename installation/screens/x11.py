"""Asks an X server over its own wire, without a library, whether it is there and answers."""

import os
import re
import socket
import struct
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from installation.screens.screen import Sight

ANSWER_S = 0.4
"""How long a server may take to answer before it counts as stopped."""

_GET_INPUT_FOCUS = struct.pack("<BxH", 43, 1)  # the smallest request with a reply: 4 bytes there, 32 back
_ANSWERS = (0, 1)  # the first byte of an error and of a reply; events begin at 2
_DISPLAY = re.compile(r"(?:unix)?:(\d{1,5})(?:\.\d+)?")


class X11Screen:
    """One connection to an X server, kept open: its end tells at once that the server is gone.

    Being a client also keeps the server from resetting itself in the moment when the player, its other client, is
    away. Only displays of this machine (`:0`) can be asked; of any other nothing is known.
    """

    def __init__(self, display: str, environ: Mapping[str, str] = os.environ) -> None:
        self.display = display
        match = _DISPLAY.fullmatch(display)
        self._number = match[1] if match else None
        self._environ = environ
        self._socket: socket.socket | None = None

    def look(self) -> Sight:
        """Ask the server; connects first where there is no connection. Takes at most twice ANSWER_S."""
        if self._number is None:
            return Sight.UNKNOWN
        try:
            if self._socket is None:
                self._socket = self._connect(self._number)
            self._socket.sendall(_GET_INPUT_FOCUS)
            while _read(self._socket, 32)[0] not in _ANSWERS:
                pass  # every client hears of a changed keyboard
        except PermissionError:
            self.close()
            return Sight.UNKNOWN
        except OSError:
            self.close()
            return Sight.NO_SCREEN
        return Sight.HAS_SCREEN

    def close(self) -> None:
        """Give the connection up; the next look makes another."""
        if self._socket:
            self._socket.close()
            self._socket = None

    def _connect(self, number: str) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(ANSWER_S)
        try:
            connection.connect(f"/tmp/.X11-unix/X{number}")  # noqa: S108 - the place that X itself fixed
            name, cookie = _cookie(number, self._environ)
            greeting = struct.pack("<BxHHHHxx", ord("l"), 11, 0, len(name), len(cookie))
            connection.sendall(greeting + _padded(name) + _padded(cookie))
            status, words = struct.unpack("<BxxxxxH", _read(connection, 8))
            _read(connection, 4 * words)
            if status != 1:
                raise PermissionError(f"the X server at :{number} refuses this user")
        except OSError:
            connection.close()
            raise
        return connection


def display(environ: Mapping[str, str], exists: Callable[[Path], bool] = Path.exists) -> str | None:
    """Find the display to play on: DISPLAY, else :0 where a server for it runs, else none."""
    if environ.get("DISPLAY"):
        return environ["DISPLAY"]
    return ":0" if exists(Path("/tmp/.X11-unix/X0")) else None  # noqa: S108 - the place that X itself fixed


def _read(connection: socket.socket, size: int) -> bytes:
    received = b""
    deadline = time.monotonic() + ANSWER_S
    while len(received) < size:
        connection.settimeout(max(0.001, deadline - time.monotonic()))
        part = connection.recv(size - len(received))
        if not part:
            raise ConnectionResetError("the X server closed the connection")
        received += part
    return received


def _padded(part: bytes) -> bytes:
    return part + bytes(-len(part) % 4)


def _cookie(number: str, environ: Mapping[str, str]) -> tuple[bytes, bytes]:
    """Find the MIT-MAGIC-COOKIE-1 for this display in the user's Xauthority file (format: Xau(3)), if there is one."""
    path = Path(environ.get("XAUTHORITY") or Path(environ.get("HOME", "/")) / ".Xauthority")
    with suppress(OSError, struct.error, IndexError):
        content, at = path.read_bytes(), 0
        while at < len(content):
            at += 2  # family: a cookie for this display number is worth trying, whatever it is
            fields = []
            for _ in range(4):
                (length,) = struct.unpack_from(">H", content, at)
                fields.append(content[at + 2 : at + 2 + length])
                at += 2 + length
            _address, shown, name, cookie = fields
            if shown in (number.encode(), b"") and name == b"MIT-MAGIC-COOKIE-1":
                return name, cookie
    return b"", b""
