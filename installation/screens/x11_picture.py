"""Reads a picture off an X server's root window, with everything that lies on it.

The server scales it where it has the extension RENDER, an eighth of the work of reading its rows.
Protocol: https://www.x.org/releases/X11R7.7/doc/renderproto/renderproto.txt
"""

import struct

from installation.screens.screen import GRAB_S, Picture
from installation.screens.x11_outputs import Place
from installation.screens.x11_wire import Connection, Root, padded

_WHOLE_PIXELS = 2
_ALL_PLANES = 0xFFFFFFFF
_ONE = 1 << 16
"""A whole one among RENDER's fixed numbers."""
_SUBWINDOW_MODE, _WITH_WINDOWS = 1 << 8, 1
_SOURCE = 1
_SMOOTH = b"bilinear"


def grab(connection: Connection, place: Place, width: int) -> Picture | None:
    """Take about every nth pixel of about every nth row. None for unusual pixels."""
    root = connection.root
    channels = [_channel(root, mask) for mask in root.masks]
    if root.bits != 32 or None in channels:
        return None
    step = max(1, round(place.width / width))
    across, down = len(range(step // 2, place.width, step)), len(range(step // 2, place.height, step))
    pixels = _scaled(connection, place, step, (across, down)) or _rows(connection, place, step)
    if len(pixels) != 4 * across * down:
        return None  # the screen became smaller while it was read
    rgb = bytearray(3 * across * down)
    for index, channel in enumerate(channels):
        rgb[index::3] = pixels[channel::4]
    return Picture(across, down, bytes(rgb))


def _rows(connection: Connection, place: Place, step: int) -> bytes:
    """Read every nth row whole, and keep every nth pixel of it; nothing where a row cannot be read."""
    requests = [
        _get_image(connection.root.window, place.x, place.y + row, place.width, 1)
        for row in range(step // 2, place.height, step)
    ]
    replies = connection.ask(*requests, within_s=GRAB_S)
    if not all(replies):
        return b""
    lines = (memoryview(reply)[32 : 32 + 4 * place.width].cast("I") for reply in replies)
    return b"".join(line[step // 2 :: step].tobytes() for line in lines)


def _scaled(connection: Connection, place: Place, step: int, shape: tuple[int, int]) -> bytes:
    """Have the server draw the root window small, and read that; nothing where it cannot."""
    render = connection.extension("RENDER")
    form = _form(connection, render) if render else 0
    if not form:
        return b""
    root, (across, down) = connection.root, shape
    source, target, pixmap = (connection.ids + number for number in (1, 2, 3))
    matrix = (step * _ONE, 0, place.x * _ONE, 0, step * _ONE, place.y * _ONE, 0, 0, _ONE)
    drawn = connection.tell(
        struct.pack("<BBHIIIII", render, 4, 6, source, root.window, form, _SUBWINDOW_MODE, _WITH_WINDOWS),
        struct.pack("<BBHI9i", render, 28, 11, source, *matrix),
        struct.pack("<BBHIHxx", render, 30, 3 + len(padded(_SMOOTH)) // 4, source, len(_SMOOTH)) + padded(_SMOOTH),
        struct.pack("<BBHIIHH", 53, root.depth, 4, pixmap, root.window, across, down),
        struct.pack("<BBHIIII", render, 4, 5, target, pixmap, form, 0),
        struct.pack("<BBHBxxxIII8xHHHH", render, 8, 9, _SOURCE, source, 0, target, 0, 0, across, down),
    )
    (reply,) = connection.ask(_get_image(pixmap, 0, 0, across, down), within_s=GRAB_S)
    connection.tell(
        struct.pack("<BBHI", render, 7, 2, source),
        struct.pack("<BBHI", render, 7, 2, target),
        struct.pack("<BxHI", 54, 2, pixmap),
    )
    return reply[32 : 32 + 4 * across * down] if drawn else b""


def _form(connection: Connection, render: int) -> int:
    """Find RENDER's number for pixels as the root window has them; 0 where there is none."""
    _, forms = connection.ask(struct.pack("<BBHII", render, 0, 3, 0, 11), struct.pack("<BBH", render, 1, 1))
    if not forms:
        return 0
    (count,) = struct.unpack_from("<8xI", forms)
    at = 32 + 28 * count  # past the forms come the first screen's depths, and the visuals of each
    (depths,) = struct.unpack_from("<I", forms, at)
    at += 8
    for _ in range(depths):
        (visuals,) = struct.unpack_from("<xxH4x", forms, at)
        at += 8
        for place in range(at, at + 8 * visuals, 8):
            visual, form = struct.unpack_from("<II", forms, place)
            if visual == connection.root.visual:
                return int(form)
        at += 8 * visuals
    return 0


def _get_image(drawable: int, x: int, y: int, width: int, height: int) -> bytes:
    return struct.pack("<BBHIhhHHI", 73, _WHOLE_PIXELS, 5, drawable, x, y, width, height, _ALL_PLANES)


def _channel(root: Root, mask: int) -> int | None:
    """Return which byte of a pixel holds a colour; None where it fills no whole byte."""
    places = [place for place in range(4) if mask == 0xFF << 8 * place]
    if not places:
        return None
    return 3 - places[0] if root.big_endian else places[0]
