"""The sockets of an X server that screens are plugged into, through its RandR extension.

Only what the server already knows is asked for: a request that has it look at the cables anew (RRGetScreenResources)
talks to every monitor and can hold the picture for a second. The server hears of cables from the kernel by itself.
Protocol: https://gitlab.freedesktop.org/xorg/proto/xorgproto/-/blob/master/randrproto.txt
"""

import struct
from typing import NamedTuple

from installation.screens.x11_wire import Connection

_CONNECTED, _DISCONNECTED = 0, 1
_UPRIGHT = 1


class Place(NamedTuple):
    """Where an output's picture lies on the root window, in pixels."""

    x: int
    y: int
    width: int
    height: int


class Output(NamedTuple):
    """One socket. `crtc` is what draws its picture, 0 where nothing does; `modes` begin with the best."""

    name: str
    number: int
    crtc: int
    connection: int
    crtcs: tuple[int, ...]
    modes: tuple[int, ...]

    @property
    def is_plugged(self) -> bool:
        """Whether something is plugged in, as far as the server can tell."""
        return self.connection != _DISCONNECTED


class Outputs(NamedTuple):
    """What the server knows of its outputs, since when (its own time); `sizes` are those of all modes."""

    changed_at: int
    sizes: dict[int, tuple[int, int]]
    all: tuple[Output, ...]


def outputs(connection: Connection) -> Outputs | None:
    """Ask for all outputs; None where the server has none to speak of (no RandR 1.3)."""
    randr = connection.extension("RANDR")
    if not randr:
        connection.tell()  # it answers at least
        return None
    (known,) = connection.ask(struct.pack("<BBHI", randr, 25, 2, connection.root.window))
    if not known:
        return None
    changed_at, crtcs, count, modes = struct.unpack_from("<12xIHHH", known)
    numbers = struct.unpack_from(f"<{count}I", known, 32 + 4 * crtcs)
    first = 32 + 4 * (crtcs + count)
    sizes = {
        mode: (width, height)
        for mode, width, height in (struct.unpack_from("<IHH", known, first + 32 * index) for index in range(modes))
    }
    replies = connection.ask(*(struct.pack("<BBHII", randr, 9, 3, number, changed_at) for number in numbers))
    found = tuple(_output(number, reply) for number, reply in zip(numbers, replies, strict=True) if reply)
    return Outputs(changed_at, sizes, found)


def place(connection: Connection, known: Outputs, output: Output) -> Place | None:
    """Ask where a lit output's picture lies; None where it went dark meanwhile."""
    randr = connection.extension("RANDR")
    (reply,) = connection.ask(struct.pack("<BBHII", randr, 20, 3, output.crtc, known.changed_at))
    where = Place(*struct.unpack_from("<12xhhHH", reply)) if reply else None
    return where if where and where.width and where.height else None


def light(connection: Connection, known: Outputs, output: Output) -> bool:
    """Show the root window's upper left on an output that is plugged in but dark, in its best mode.

    A server that came up before its screen has nothing lit, and without a desktop nobody else does it.
    """
    randr, root = connection.extension("RANDR"), connection.root
    busy = {other.crtc for other in known.all}
    free = [crtc for crtc in output.crtcs if crtc not in busy]
    if not free or not output.modes:
        return False
    (geometry,) = connection.ask(struct.pack("<BxHI", 14, 2, root.window))
    if not geometry:
        return False
    there = struct.unpack_from("<16xHH", geometry) if any(busy) else (1, 1)
    best = known.sizes.get(output.modes[0], (0, 0))
    width, height = max(there[0], best[0]), max(there[1], best[1])
    # millimetres that make 96 dots an inch, as the server itself does without a monitor's word
    millimetres = (round(width * 25.4 / 96), round(height * 25.4 / 96))
    connection.tell(struct.pack("<BBHIHHII", randr, 7, 5, root.window, width, height, *millimetres))
    lit = struct.pack(
        "<BBHIIIhhIHxxI", randr, 21, 8, free[0], 0, known.changed_at, 0, 0, output.modes[0], _UPRIGHT, output.number
    )
    (reply,) = connection.ask(lit)
    return bool(reply) and reply[1] == 0


def _output(number: int, reply: bytes) -> Output:
    crtc, connection, crtcs, modes, clones, letters = struct.unpack_from("<12xI8xBxHH2xHH", reply)
    at = 36
    crtc_numbers = struct.unpack_from(f"<{crtcs}I", reply, at)
    mode_numbers = struct.unpack_from(f"<{modes}I", reply, at + 4 * crtcs)
    at += 4 * (crtcs + modes + clones)
    name = reply[at : at + letters].decode(errors="replace")
    return Output(name, number, crtc, connection, crtc_numbers, mode_numbers)
