"""Asks the player what it shows."""

import socket
import time
from collections.abc import Callable

from installation.player import shown
from installation.player.shown import Shown

PATIENCE_S = 3.0
"""A player has this long to answer."""
STEP_S = 0.01
"""Time between two looks at the screen while it does: three for each frame of most footage."""
_LONGEST = 1 << 17


class Asking:
    """A socket to the player that listens as `name`, whichever process that is at the time."""

    def __init__(self, name: str) -> None:
        self._name = name.replace("@", "\0", 1)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("")  # the kernel finds a name
        self._socket.settimeout(STEP_S)
        self._asked = 0

    def ask(self, meanwhile: Callable[[], object]) -> Shown | None:
        """Return what the player says; None where there is none, or it says nothing. Calls `meanwhile` as it waits."""
        self._asked += 1
        question, until = str(self._asked).encode(), time.monotonic() + PATIENCE_S
        try:
            self._socket.sendto(question, socket.MSG_DONTWAIT, self._name)
        except OSError:
            return None
        while time.monotonic() < until:
            try:
                answer = shown.decode(self._socket.recv(_LONGEST), question)
            except TimeoutError:
                meanwhile()
            else:
                if answer:
                    return answer
        return None

    def close(self) -> None:
        """Give the socket up."""
        self._socket.close()
