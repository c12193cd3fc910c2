"""The pointer, which is no part of the work: hidden for as long as the connection lives, over every window.

A player hides it over its own window alone, and only once it has one. Protocol: XFIXES from version 4 on,
https://www.x.org/releases/X11R7.7/doc/fixesproto/fixesproto.txt.
"""

import struct

from installation.screens.x11_wire import Connection

_VERSION = 4


def hide(connection: Connection) -> bool:
    """Hide the pointer; tells whether the server has obeyed. Raises OSError where it is gone or silent."""
    fixes = connection.extension("XFIXES")
    if not fixes:
        return False
    (told,) = connection.ask(struct.pack("<BBHII", fixes, 0, 3, _VERSION, 0))
    if not told or struct.unpack_from("<8xI", told)[0] < _VERSION:
        return False
    return connection.tell(struct.pack("<BBHI", fixes, 29, 2, connection.root.window))
