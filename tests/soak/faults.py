"""What can go wrong in a gallery, each done to a kiosk that runs."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from installation.screens.x11_windows import cover
from installation.screens.x11_wire import Connection
from tests.soak.kiosk import LENGTHS, SIZES, Kiosk, loop_text

LIMIT_S = 120.0
"""A picture that is not back by then counts as lost: the longest pause before a restart is 30 s."""
CATCH_S = 8.0
"""A worker must show up so soon after an edit, to be killed."""


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault that has happened: the picture is owed to visitors from `since` on, and the process `owed` beside it.

    `lost` is the process id that must not be that of `owed`. `veiled`: the fault itself is something on the screen.
    `healed`: nobody but the installation put an end to it, where that was its task.
    """

    since: float
    owed: str = ""
    lost: int = 0
    veiled: bool = False
    healed: bool = True


Strike = Callable[[Kiosk, Random], Struck | None]
"""Does a fault, and undoes what somebody else than the installation would; None where there was nothing to break."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to break something. `weight` is how often it is drawn; `room` the room that must be there for it."""

    name: str
    strike: Strike
    weight: int = 2
    room: str = ""


def signal_player(how: signal.Signals, kiosk: Kiosk, rng: Random) -> Struck | None:
    player = kiosk.wait_for("installation.player")
    if player is None:
        return None
    player.send_signal(how)
    return Struck(time.monotonic())


def kill_process(module: str, kiosk: Kiosk, rng: Random) -> Struck | None:
    """Kill a process that the picture does not need, and that has to be there again some time."""
    process = kiosk.find(module)
    if process is None:
        return None
    process.kill()
    return Struck(time.monotonic(), owed=module, lost=process.pid)


def kill_worker(kiosk: Kiosk, rng: Random) -> Struck | None:
    at = time.monotonic()
    kiosk.edit(rng)
    worker = kiosk.wait_for("installation.show.worker", CATCH_S)
    if worker is None:
        return None
    time.sleep(rng.uniform(0, 0.5))
    worker.kill()
    return Struck(at)


def kill_watchdog(kiosk: Kiosk, rng: Random) -> Struck:
    kiosk.kill_watchdog()
    at = time.monotonic()
    time.sleep(0.1)  # RestartSec= of systemd.service(5), as it is where nothing else is said
    kiosk.start()
    return Struck(at)


def kill_server(sizes: tuple[tuple[int, int], ...], kiosk: Kiosk, rng: Random) -> Struck:
    kiosk.server.kill()
    time.sleep(rng.uniform(0.2, 4))
    kiosk.server.size = rng.choice([size for size in sizes if size != kiosk.server.size] or [kiosk.server.size])
    kiosk.start_server()
    at = time.monotonic()
    kiosk.look_on()
    return Struck(at)


def freeze_server(kiosk: Kiosk, rng: Random) -> Struck:
    kiosk.server.freeze()
    time.sleep(rng.uniform(0.3, 6))
    kiosk.server.thaw()
    return Struck(time.monotonic())


def edit(kiosk: Kiosk, rng: Random) -> Struck:
    kiosk.edit(rng)
    return Struck(time.monotonic())


def edit_badly(kiosk: Kiosk, rng: Random) -> Struck:
    kiosk.stage.loop(_broken(rng))
    return Struck(time.monotonic())


def edit_and_take_back(kiosk: Kiosk, rng: Random) -> Struck:
    before, at = kiosk.loop, time.monotonic()
    kiosk.stage.loop(_broken(rng))
    time.sleep(rng.uniform(0.1, 2))
    kiosk.stage.loop(before)
    return Struck(at)


def remove_clip(kiosk: Kiosk, rng: Random) -> Struck:
    clip, at = kiosk.clip(rng.choice(list(LENGTHS))), time.monotonic()
    away = clip.rename(kiosk.aside / clip.name)
    time.sleep(rng.uniform(0.1, 4))
    away.rename(clip)
    return Struck(at)


def truncate_clip(kiosk: Kiosk, rng: Random) -> Struck:
    clip, at = kiosk.clip(rng.choice(list(LENGTHS))), time.monotonic()
    whole, half = kiosk.aside / clip.name, kiosk.aside / "half"
    raw = clip.read_bytes()
    half.write_bytes(raw[: int(len(raw) * rng.uniform(0.1, 0.9))])
    os.link(clip, whole)
    half.replace(clip)
    time.sleep(rng.uniform(0.1, 4))
    whole.replace(clip)
    return Struck(at)


def lose_log(kiosk: Kiosk, rng: Random) -> Struck:
    """Take the log's folder away, with a file in its place as under a medium that is gone, and put it back."""
    log, at = kiosk.places.log, time.monotonic()
    away = log.rename(kiosk.aside / "log")
    log.touch()
    time.sleep(rng.uniform(0.5, 4))
    log.unlink()
    away.rename(log)
    return Struck(at)


def cover_picture(kiosk: Kiosk, rng: Random) -> Struck:
    """Lay a window over the picture, which stays there until the picture is seen in front of it."""
    connection = Connection(kiosk.server.display.removeprefix(":"), {})
    at = time.monotonic()
    try:
        cover(connection)
        seen = kiosk.wait_to_see(at, LIMIT_S)
    finally:
        connection.close()
    return Struck(at, veiled=True, healed=seen)


def _broken(rng: Random) -> str:
    text, _ = loop_text(rng)
    return rng.choice(
        [
            text.replace("clip:", "clap:", 1),
            text.replace("clip-2.mp4", "clip-22.mp4"),
            text + "  - black: [1\n",
            text[: rng.randrange(8, 22)],
        ]
    )


FAULTS = (
    Fault("player killed", partial(signal_player, signal.SIGKILL)),
    Fault("player crashed: SIGSEGV", partial(signal_player, signal.SIGSEGV)),
    Fault("player crashed: SIGABRT", partial(signal_player, signal.SIGABRT)),
    Fault("player stopped: SIGSTOP", partial(signal_player, signal.SIGSTOP)),
    Fault("X server killed, started again", partial(kill_server, ())),
    Fault("… with another size", partial(kill_server, SIZES), weight=1),
    Fault("X server stopped, continued", freeze_server),
    Fault("watchdog killed, started again", kill_watchdog, weight=3),
    Fault("process that notices edits killed", partial(kill_process, "installation.edits"), weight=1),
    Fault("process that prepares killed", kill_worker, weight=1),
    Fault("the eye killed", partial(kill_process, "installation.eye"), weight=1, room="eye"),
    Fault("picture covered by a window", cover_picture, weight=1, room="eye"),
    Fault("loop edited", edit),
    Fault("loop edited with a mistake", edit_badly),
    Fault("edit with a mistake, taken back", edit_and_take_back, weight=1),
    Fault("clip removed, put back", remove_clip),
    Fault("clip cut in half, put back", truncate_clip),
    Fault("log folder gone, put back", lose_log, weight=1),
)
