"""X11's own wire, without a library: enough of it to ask a server of this machine questions.

Protocol: https://www.x.org/releases/X11R7.7/doc/xproto/x11protocol.html, appendix B.
"""

import socket
import struct
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from installation.screens.screen import ANSWER_S

_GET_INPUT_FOCUS = struct.pack("<BxH", 43, 1)  # the smallest request with a reply: 4 bytes there, 32 back
_ERROR, _REPLY, _GENERIC_EVENT = 0, 1, 35


class Root(NamedTuple):
    """The root window of the first screen, as the server described it when it let us in.

    `visual` is its kind of pixel, of `depth` bits that lie in `bits`; `masks` are red, green and blue within one;
    `big_endian` is the order of a pixel's bytes.
    """

    window: int
    visual: int
    depth: int
    width: int
    height: int
    bits: int
    masks: tuple[int, int, int]
    big_endian: bool


class Connection:
    """One connection to an X server, kept open: its end tells at once that the server is gone.

    Being a client also keeps the server from resetting itself in the moment when the player, its other client, is
    away. Every method raises OSError where the server is gone or silent; after that the connection is of no use.
    """

    def __init__(self, number: str, environ: Mapping[str, str]) -> None:
        """Connect. Raises PermissionError where the server refuses this user, OSError where none answers."""
        self._extensions: dict[str, int] = {}
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(ANSWER_S)
            self._socket.connect(f"/tmp/.X11-unix/X{number}")  # noqa: S108 - the place that X itself fixed
            name, cookie = _cookie(number, environ)
            greeting = struct.pack("<BxHHHHxx", ord("l"), 11, 0, len(name), len(cookie))
            self._socket.sendall(greeting + padded(name) + padded(cookie))
            until = time.monotonic() + ANSWER_S
            status, words = struct.unpack("<BxxxxxH", self._read(8, until))
            self.ids, self.root = _welcomed(status, self._read(4 * words, until))
        except BaseException:
            self.close()
            raise

    def ask(self, *requests: bytes, within_s: float = ANSWER_S) -> list[bytes]:
        """Send requests that have replies and return these, an empty one for each that the server refused."""
        until = time.monotonic() + within_s
        self._socket.settimeout(within_s)
        self._socket.sendall(b"".join(requests))
        return [self._answer(until) for _ in requests]

    def tell(self, *requests: bytes) -> bool:
        """Send requests that have no replies; tells whether the server took them all."""
        until = time.monotonic() + ANSWER_S
        self._socket.settimeout(ANSWER_S)
        self._socket.sendall(b"".join(requests) + _GET_INPUT_FOCUS)
        refused = 0
        while not self._answer(until):
            refused += 1
        return not refused

    def extension(self, name: str) -> int:
        """Return the number that the requests of an extension begin with; 0 where the server lacks it."""
        if name not in self._extensions:
            raw = name.encode()
            (reply,) = self.ask(struct.pack("<BxHHxx", 98, 2 + len(padded(raw)) // 4, len(raw)) + padded(raw))
            self._extensions[name] = reply[9] if reply and reply[8] else 0
        return self._extensions[name]

    def close(self) -> None:
        """Give the connection up."""
        self._socket.close()

    def _answer(self, until: float) -> bytes:
        """Read the next reply whole, or nothing for an error; events are news of no interest."""
        while True:
            head = self._read(32, until)
            kind, words = struct.unpack_from("<BxxxI", head)
            more = self._read(4 * words, until) if kind in (_REPLY, _GENERIC_EVENT) else b""
            if kind in (_ERROR, _REPLY):
                return head + more if kind == _REPLY else b""

    def _read(self, size: int, until: float) -> bytes:
        received = b""
        while len(received) < size:
            self._socket.settimeout(max(0.001, until - time.monotonic()))
            part = self._socket.recv(size - len(received))
            if not part:
                raise ConnectionResetError("the X server closed the connection")
            received += part
        return received


def padded(part: bytes) -> bytes:
    """Fill up to the next multiple of four bytes."""
    return part + bytes(-len(part) % 4)


def _welcomed(status: int, welcome: bytes) -> tuple[int, Root]:
    """Read the server's description of itself: where a client's own ids begin, and the first screen's root."""
    if status != 1:
        raise PermissionError("the X server refuses this user")
    try:
        ids, vendor, formats, big_endian = struct.unpack_from("<4xI8xH3xBB", welcome)
        at = 32 + len(padded(bytes(vendor)))
        bits = {welcome[place]: welcome[place + 1] for place in range(at, at + 8 * formats, 8)}
        at += 8 * formats
        window, width, height, visual, depth, depths = struct.unpack_from("<I16xHH8xIxxBB", welcome, at)
        at += 40
        masks = (0, 0, 0)
        for _ in range(depths):
            (visuals,) = struct.unpack_from("<xxH4x", welcome, at)
            at += 8
            for place in range(at, at + 24 * visuals, 24):
                number, red, green, blue = struct.unpack_from("<I4xIII4x", welcome, place)
                masks = (red, green, blue) if number == visual else masks
            at += 24 * visuals
        return ids, Root(window, visual, depth, width, height, bits.get(depth, 0), masks, bool(big_endian))
    except (struct.error, IndexError) as error:
        raise ConnectionError("the X server's welcome makes no sense") from error


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
