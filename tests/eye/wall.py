"""A real player on a real X screen, which the eye may look at, and which other programs may cover."""

import os
import select
import shutil
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np

from installation.places import Places
from installation.player.heartbeat import PLAYING, Heartbeat
from installation.player.order import Order
from installation.processes.children import END_S, Mailbox, PlayerProcess
from installation.screens.x11_wire import Connection
from installation.show import model
from installation.show.prepare import Preparation
from tests.glass.stage import ENOUGH_S
from tests.glass.xserver import XServer

Place = tuple[int, int, int, int]


class Wall:
    """An X server of its own with a player on it, which listens to the eye as `name`."""

    def __init__(
        self, folder: Path, size: tuple[int, int] = (640, 360), settings: model.Settings | None = None
    ) -> None:
        self.folder = folder
        self.settings = settings or model.Settings()
        self.glass = XServer(size)
        self.name = f"@installation-eye-{os.urandom(8).hex()}"
        self.mailbox = Mailbox()
        self._held = ExitStack()
        self.player: PlayerProcess

    def __enter__(self) -> Self:
        """Start both; the wall is black."""
        self._held.enter_context(self.glass)
        start = {"screen": "x11", "output": "x11", "picture": "", "eye": self.name}
        environ = {"DISPLAY": self.glass.display}
        self.player = PlayerProcess(start, self.settings, self.mailbox.name, environ)
        self._held.callback(self._end)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()
        self.mailbox.socket.close()

    def play(self, show: Path) -> None:
        """Have a show played, and wait for its first picture."""
        self.player.order(Order(str(show)))
        assert self.wait_for_beat(lambda beat: beat.intent == PLAYING and beat.ready)

    def blacken(self) -> None:
        """Have nothing played."""
        self.player.order(Order())
        assert self.wait_for_beat(lambda beat: beat.intent != PLAYING)

    def wait_for_beat(self, wanted: Callable[[Heartbeat], bool]) -> Heartbeat:
        until = time.monotonic() + ENOUGH_S
        while time.monotonic() < until:
            select.select([self.mailbox.socket.fileno(), self.player.ended], [], [], 0.1)
            for beat in self.mailbox.beats(self.player.pid):
                if wanted(beat):
                    return beat
            assert self.player.running, self.player.complaints
        raise AssertionError("no such beat")

    def forget_beats(self) -> None:
        """Have the next beat that is waited for be one of now."""
        for _ in self.mailbox.beats(self.player.pid):
            pass

    def _end(self) -> None:
        self.player.ask_to_end()
        self.player.finish(END_S)


def prepare(folder: Path, loop: str, clips: dict[str, Path]) -> Path:
    """Prepare a show of copies of clips, by their names; returns its folder."""
    for part in ("config", "footage"):
        (folder / part).mkdir(parents=True)
    for name, clip in clips.items():
        shutil.copy(clip, folder / "footage" / name)
    (folder / "config" / "loop.yaml").write_text(loop)
    (folder / "config" / "kiosk.yaml").write_text("sound: off\n")
    places = Places.under(folder / "state")
    assert Preparation(folder / "config", places, lambda _what, _done: None).run().outcome == "ready"
    return places.current.resolve()


def film_walker(path: Path) -> Path:
    """Write a clip of eight seconds in which one walks through a street that stands still; returns its path."""
    width, height = 320, 180
    street = 40 + np.add.outer(np.arange(height) // 20 * 9, np.arange(width) // 20 * 5).astype(np.uint8)
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        video.options = {"preset": "ultrafast", "crf": "18"}
        for number in range(200):
            planes = np.full((height * 3 // 2, width), 128, np.uint8)
            planes[:height] = street
            planes[60:140, number * 3 // 2 : number * 3 // 2 + 30] = 230
            picture = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            picture.pts, picture.time_base = number, Fraction(1, 25)
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
    return path


class Intruder(Connection):
    """Another program, whose windows lie above all others; they go with it."""

    def cover(self, place: Place, colour: tuple[int, int, int] = (230, 230, 225)) -> None:
        """Open a window of one colour."""
        red, green, blue = colour
        self._open(place, 1 << 1, red << 16 | green << 8 | blue)

    def freeze(self, size: tuple[int, int]) -> None:
        """Open a window over everything that shows what is there now, and goes on showing it."""
        pixmap, context = self.ids + 101, self.ids + 102
        root = self.root.window
        assert self.tell(
            struct.pack("<BBHIIHH", 53, self.root.depth, 4, pixmap, root, *size),
            struct.pack("<BxHIIII", 55, 5, context, root, 1 << 15, 1),  # with the windows inside
            struct.pack("<BxHIIIhhhhHH", 62, 7, root, pixmap, context, 0, 0, 0, 0, *size),
        )
        self._open((0, 0, *size), 1 << 0, pixmap)

    def save_screen(self, *, on: bool) -> None:
        """Have the server's own screen saver begin, or end."""
        picture = struct.pack("<BxHhhBBxx", 107, 3, 600, 600, 0, 1)  # not the blank one, which is beyond any reading
        assert self.tell(picture, struct.pack("<BBH", 115, on, 1))

    def _open(self, place: Place, background: int, value: int) -> None:
        self.ids += 1
        unmanaged = 1 << 9
        made = struct.pack(
            "<BBHIIhhHHHHIIII", 1, 0, 10, self.ids, self.root.window, *place, 0, 1, 0, background | unmanaged, value, 1
        )
        assert self.tell(made, struct.pack("<BxHI", 8, 2, self.ids))


@contextmanager
def intruder(wall: Wall) -> Iterator[Intruder]:
    program = Intruder(wall.glass.display[1:], {})
    try:
        yield program
    finally:
        program.close()
