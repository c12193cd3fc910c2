"""Wayland's own wire, without a library: enough of it to ask a compositor questions.

Protocol: https://wayland.freedesktop.org/docs/html/ch04.html (the wire), apxa.html (the requests of each interface).
"""

import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path

from installation.screens.screen import ANSWER_S

Event = Callable[[int, bytes], None]
"""Takes an event of one object: its number in the interface, and its arguments."""

_DISPLAY = 1
_SYNC, _GET_REGISTRY = 0, 1
_FAILED, _DELETED = 0, 1


class Connection:
    """One connection to a compositor, kept open: its end tells at once that the compositor is gone.

    Raises OSError from every method where the compositor is gone or silent; after that it is of no use.
    """

    def __init__(self, path: Path) -> None:
        """Connect to a compositor's socket."""
        self._objects: dict[int, Event] = {}
        self._free: list[int] = []
        self._last = _DISPLAY
        self._received = b""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(ANSWER_S)
            self._socket.connect(str(path))
        except OSError:
            self.close()
            raise

    def make(self, hear: Event) -> int:
        """Return the number of a new object, whose events will go to `hear`; a request must then create it."""
        if self._free:
            number = self._free.pop()
        else:
            number = self._last = self._last + 1
        self._objects[number] = hear
        return number

    def registry(self, hear: Event) -> int:
        """Ask for the list of what the compositor has, and for its changes."""
        number = self.make(hear)
        self.send(_DISPLAY, _GET_REGISTRY, struct.pack("=I", number))
        return number

    def send(self, target: int, request: int, arguments: bytes = b"") -> None:
        """Send one request to an object."""
        self._socket.settimeout(ANSWER_S)
        self._socket.sendall(struct.pack("=IHH", target, request, 8 + len(arguments)) + arguments)

    def roundtrip(self) -> None:
        """Wait until the compositor has answered all that was sent, and hear its events."""
        until = time.monotonic() + ANSWER_S
        answered = self.make(_ignore)
        self.send(_DISPLAY, _SYNC, struct.pack("=I", answered))
        # the compositor deletes the callback in the moment it answers it
        while answered in self._objects:
            self._dispatch(until)

    def close(self) -> None:
        """Give the connection up."""
        self._socket.close()

    def _dispatch(self, until: float) -> None:
        """Read one event and give it to its object; one that is gone hears nothing."""
        source, event, size = struct.unpack("=IHH", self._read(8, until))
        arguments = self._read(size - 8, until)
        if source != _DISPLAY:
            self._objects.get(source, _ignore)(event, arguments)
        elif event == _DELETED:
            (number,) = struct.unpack_from("=I", arguments)
            self._objects.pop(number, None)
            self._free.append(number)
        elif event == _FAILED:
            raise ConnectionAbortedError("the compositor refuses to go on")

    def _read(self, size: int, until: float) -> bytes:
        while len(self._received) < size:
            self._socket.settimeout(max(0.001, until - time.monotonic()))
            part = self._socket.recv(4096)
            if not part:
                raise ConnectionResetError("the compositor closed the connection")
            self._received += part
        part, self._received = self._received[:size], self._received[size:]
        return part


def text(value: str) -> bytes:
    """Write a string as an argument: its length with the closing zero, and both filled up to four bytes."""
    raw = value.encode() + b"\0"
    return struct.pack("=I", len(raw)) + raw + bytes(-len(raw) % 4)


def read_text(arguments: bytes, at: int = 0) -> tuple[str, int]:
    """Read a string argument; returns it and where the next argument begins."""
    (length,) = struct.unpack_from("=I", arguments, at)
    raw = arguments[at + 4 : at + 4 + length]
    return raw.rstrip(b"\0").decode(errors="replace"), at + 4 + length + -length % 4


def _ignore(event: int, arguments: bytes) -> None:
    """Hear an event of no interest."""
