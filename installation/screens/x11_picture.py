"""Reads a picture off an X server's root window, with everything that lies on it."""

import struct

from installation.screens.screen import GRAB_S, Picture
from installation.screens.x11_outputs import Place
from installation.screens.x11_wire import Connection, Root

_WHOLE_PIXELS = 2


def grab(connection: Connection, place: Place, width: int) -> Picture | None:
    """Take every nth pixel of every nth row: the rest of the rows stays in the server. None for unusual pixels."""
    root = connection.root
    step = max(1, place.width // width)
    channels = [_channel(root, mask) for mask in root.masks]
    if root.bits != 32 or None in channels:
        return None
    rows = range(step // 2, place.height, step)
    requests = [
        struct.pack("<BBHIhhHHI", 73, _WHOLE_PIXELS, 5, root.window, place.x, place.y + row, place.width, 1, 0xFFFFFFFF)
        for row in rows
    ]
    replies = connection.ask(*requests, within_s=GRAB_S)
    if not all(replies):
        return None  # the screen became smaller while it was read
    lines = (memoryview(reply)[32 : 32 + 4 * place.width].cast("I") for reply in replies)
    pixels = b"".join(line[step // 2 :: step].tobytes() for line in lines)
    rgb = bytearray(len(pixels) // 4 * 3)
    for index, channel in enumerate(channels):
        rgb[index::3] = pixels[channel::4]
    return Picture(len(rgb) // 3 // len(rows), len(rows), bytes(rgb))


def _channel(root: Root, mask: int) -> int | None:
    """Return which byte of a pixel holds a colour; None where it fills no whole byte."""
    places = [place for place in range(4) if mask == 0xFF << 8 * place]
    if not places:
        return None
    return 3 - places[0] if root.big_endian else places[0]
