"""The player's process: `python -m installation.player ORDERS`, started by the watchdog alone."""

import json
import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from installation import kin
from installation.player.options import Rung, options
from installation.player.order import Order
from installation.player.playing import Player, PlayerError
from installation.player.shown import Shown
from installation.player.sound import Guard
from installation.show.model import Settings, ShowError


def main() -> int:
    """Play what standard input orders, line by line, until it ends or SIGTERM comes."""
    asked: dict[str, Any] = json.loads(sys.argv[1])
    kin.die_with(asked["parent"])
    from installation.player.engine import MpvEngine

    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.setblocking(False)
    notify.connect(os.environ["NOTIFY_SOCKET"].replace("@", "\0", 1))
    rung = asked.get("rung", Rung.CONFIGURED)
    if rung >= Rung.PLAIN_OUTPUT:
        os.environ["LIBGL_ALWAYS_SOFTWARE"] = "1"  # on Wayland, which has no other plain output: Mesa draws by itself
    settings = Settings.of(asked["settings"])
    chosen = options(settings, asked["screen"], asked["output"], rung)
    player = Player(MpvEngine(chosen), tell=lambda beat: _send(notify, beat.encode()), stalls=asked.get("stalls", 0))
    if chosen.get("ao") != "null":
        player.guard = Guard(settings.patience_s, lambda: _begin_anew(asked, player))
    for order in asked.get("orders", ()):
        player.order(Order(**order))
    signal.signal(signal.SIGTERM, lambda *_: player.end())
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the terminal may be closed: the picture goes on
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the watchdog decides
    threading.Thread(target=_listen, args=(player,), daemon=True).start()
    if asked.get("eye"):
        threading.Thread(target=_be_asked, args=(player, asked["eye"]), daemon=True).start()
    try:
        player.run(Path(asked["picture"]) if asked["picture"] else None)
    except (PlayerError, ShowError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the watchdog keeps it beside the fault
        return 1
    player.close()
    return 0


def _begin_anew(asked: dict[str, Any], player: Player) -> None:
    """Go on in this very process, for which the watchdog need do nothing, without the sound that holds the picture."""
    left = {"stalls": player.sound.stalls + 1, "orders": [asdict(order) for order in player.left()]}
    arguments = ["-P", "-m", "installation.player", json.dumps({**asked, **left})]
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - no shell


def _listen(player: Player) -> None:
    for line in sys.stdin:
        player.order(Order.decode(line))
    player.end()


def _send(notify: socket.socket, datagram: bytes) -> None:
    # a watchdog too busy to listen must never hold the picture; the next beat says the same
    try:
        notify.send(datagram)
    except BlockingIOError:
        return


def _be_asked(player: Player, name: str) -> None:
    """Have the player say what it shows whenever a datagram comes to the socket `name`: to whom sent it."""
    eye = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    with suppress(OSError):  # a name that is taken, by a player that the kernel holds: the show goes on unseen
        eye.bind(name.replace("@", "\0", 1))
        while True:
            question, asker = eye.recvfrom(64)
            player.ask(partial(_tell, eye, question, asker))


def _tell(eye: socket.socket, question: bytes, asker: Any, shown: Shown) -> None:
    # an eye that is gone, or does not listen, must never hold the picture; it asks again
    with suppress(OSError):
        eye.sendto(shown.encode(question), socket.MSG_DONTWAIT, asker)


if __name__ == "__main__":
    # past libmpv's own threads: interpreter shutdown with them alive is slow and now and then a crash
    os._exit(main())
