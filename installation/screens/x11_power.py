"""What darkens an X screen without anybody's doing: its screen saver, and DPMS, the sleep of monitors.

Protocols: the core's screen saver requests; https://www.x.org/releases/X11R7.7/doc/xextproto/dpms.html and saver.html.
"""

import struct

from installation.screens.screen import Dark
from installation.screens.x11_wire import Connection

_ON, _OFF = 0, 3
_GET_SAVER = struct.pack("<BxH", 108, 1)
_NO_SAVER = struct.pack("<BxHhhBBxx", 107, 3, 0, 0, 0, 0)
_END_SAVER = struct.pack("<BBH", 115, 0, 1)


def wake(connection: Connection) -> list[Dark]:
    """End the screen saver and the sleep, now and for ever; returns what was found of them."""
    found = _saver(connection)
    if found:
        connection.tell(_NO_SAVER, _END_SAVER)
    dpms = connection.extension("DPMS")
    if not dpms:
        return found
    (sleep,) = connection.ask(struct.pack("<BBH", dpms, 7, 1))
    level, is_set = struct.unpack_from("<8xHB", sleep) if sleep else (_ON, 0)
    if is_set:
        # to disable it lights the screen as well; some servers need the word before that
        connection.tell(_level(dpms, _ON), struct.pack("<BBH", dpms, 5, 1))
        found.append(Dark.ASLEEP if level != _ON else Dark.SLEEP_SET)
    return found


def power(connection: Connection, on: bool) -> bool:
    """Let the monitors sleep or wake them; False where the server cannot."""
    dpms = connection.extension("DPMS")
    if not dpms:
        return False
    (able,) = connection.ask(struct.pack("<BBH", dpms, 1, 1))
    if not able or not able[8]:
        return False
    if on:
        wake(connection)
    else:
        no_timeouts = struct.pack("<BBHHHHxx", dpms, 3, 3, 0, 0, 0)
        connection.tell(no_timeouts, struct.pack("<BBH", dpms, 4, 1), _level(dpms, _OFF))
    (sleep,) = connection.ask(struct.pack("<BBH", dpms, 7, 1))
    return bool(sleep) and (struct.unpack_from("<8xH", sleep)[0] == _ON) is on


def _saver(connection: Connection) -> list[Dark]:
    saver = connection.extension("MIT-SCREEN-SAVER")
    requests = [_GET_SAVER]
    if saver:
        requests.append(struct.pack("<BBHI", saver, 1, 2, connection.root.window))
    replies = connection.ask(*requests)
    if saver and replies[1] and replies[1][1] == 1:
        return [Dark.SAVER_ON]
    (timeout_s,) = struct.unpack_from("<8xH", replies[0]) if replies[0] else (0,)
    return [Dark.SAVER_SET] if timeout_s else []


def _level(dpms: int, level: int) -> bytes:
    return struct.pack("<BBHHxx", dpms, 6, 2, level)
