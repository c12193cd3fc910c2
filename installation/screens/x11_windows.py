"""Finds a program's window on an X server and brings it to the front, with and without a window manager; covers it.

Protocols: appendix B of the core's; https://specifications.freedesktop.org/wm-spec/ for _NET_WM_PID and
_NET_ACTIVE_WINDOW.
"""

import struct

from installation.screens.x11_wire import Connection, padded

_DEPTH = 3
"""A window manager puts a window into a frame of its own, and some put that into another one."""
_CARDINAL = 6
_STACK_MODE, _ABOVE = 1 << 6, 0
_CLIENT_MESSAGE, _TO_WINDOW_MANAGERS = 33, 1 << 19 | 1 << 20
_AS_PAGER = 2
_INPUT_OUTPUT = 1
_BACK_PIXEL, _OVERRIDE_REDIRECT = 1 << 1, 1 << 9


def lift(connection: Connection, pid: int) -> bool:
    """Bring the window of the process `pid` to the front; False where it has none, or the server refuses."""
    own = _atom(connection, b"_NET_WM_PID")
    tops = _children(connection, connection.root.window)
    found = [
        (top, window) for top in tops for window in _inside(connection, top) if _pid(connection, window, own) == pid
    ]
    lifted = [_raise(connection, top, window) for top, window in found]
    return bool(lifted) and all(lifted)


def cover(connection: Connection) -> bool:
    """Lay a grey window over the whole screen, which no window manager touches; it goes with the connection."""
    root, window = connection.root, connection.ids + 4
    grey = sum(mask & -mask for mask in root.masks) * 0x60
    return connection.tell(
        struct.pack(
            "<BBHIIhhHHHHIIII",
            *(1, root.depth, 10, window, root.window, 0, 0, root.width, root.height, 0, _INPUT_OUTPUT),
            *(root.visual, _BACK_PIXEL | _OVERRIDE_REDIRECT, grey, 1),
        ),
        struct.pack("<BxHI", 8, 2, window),
    )


def _raise(connection: Connection, top: int, window: int) -> bool:
    """Lift the top of the stack's tree that holds a window; a window manager is asked for the same thing its way."""
    active = _atom(connection, b"_NET_ACTIVE_WINDOW")
    message = struct.pack("<BBHIIIIIII", _CLIENT_MESSAGE, 32, 0, window, active, _AS_PAGER, 0, 0, 0, 0)
    return connection.tell(
        struct.pack("<BBHII", 25, 0, 11, connection.root.window, _TO_WINDOW_MANAGERS) + message,
        struct.pack("<BxHIHxxI", 12, 4, top, _STACK_MODE, _ABOVE),
    )


def _inside(connection: Connection, top: int) -> list[int]:
    """Return a window and those inside it, the outer ones first."""
    level, found = [top], [top]
    for _ in range(_DEPTH):
        level = [child for window in level for child in _children(connection, window)]
        found += level
    return found


def _children(connection: Connection, window: int) -> list[int]:
    """Return the windows within another, from the lowest to the highest."""
    (reply,) = connection.ask(struct.pack("<BxHI", 15, 2, window))
    if not reply:
        return []  # it was closed meanwhile
    (count,) = struct.unpack_from("<16xH", reply)
    return list(struct.unpack_from(f"<{count}I", reply, 32))


def _pid(connection: Connection, window: int, own: int) -> int:
    """Return the number of the process that says a window is its own; 0 where none does."""
    (reply,) = connection.ask(struct.pack("<BBHIIIII", 20, 0, 6, window, own, _CARDINAL, 0, 1))
    if not reply or reply[1] != 32 or len(reply) < 36:
        return 0
    return int(struct.unpack_from("<I", reply, 32)[0])


def _atom(connection: Connection, name: bytes) -> int:
    """Return the server's number for a name."""
    (reply,) = connection.ask(struct.pack("<BBHHxx", 16, 0, 2 + len(padded(name)) // 4, len(name)) + padded(name))
    return int(struct.unpack_from("<8xI", reply)[0]) if reply else 0
