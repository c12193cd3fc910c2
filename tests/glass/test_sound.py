"""A sound device that stalls, and the picture on the glass: the real player on ALSA, whose device is a pipe."""

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.glass.analysis import cue, longest_outage
from tests.glass.marked import Reading, Seen, make_clip, strip_on
from tests.glass.reader import GlassReader
from tests.glass.stage import ENOUGH_S, Stage
from tests.glass.xserver import XServer

ALSA = "pcm.pipe {{ type file slave.pcm null file {pipe} format raw }}\n"
LOOP = cue(0, 1, range(90))


class Pipe:
    """A sound device: as long as somebody reads it takes sound; when nobody does it holds whoever plays."""

    def __init__(self, folder: Path) -> None:
        self.config, pipe = folder / "asound.conf", folder / "pipe"
        os.mkfifo(pipe)
        self.config.write_text(ALSA.format(pipe=pipe))
        self._pipe = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        self._takes = threading.Event()
        self._ending = threading.Event()
        self.took = 0
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        self.take()

    def take(self) -> None:
        self._takes.set()

    def stall(self) -> None:
        self._takes.clear()

    def close(self) -> None:
        self._ending.set()
        self._thread.join()
        os.close(self._pipe)

    def _read(self) -> None:
        while not self._ending.wait(0.01):
            with suppress(BlockingIOError):
                while self._takes.is_set() and (part := os.read(self._pipe, 65536)):
                    self.took += len(part)


class Sounding(Stage):
    """A stage whose machine has that device and no other."""

    def __init__(self, folder: Path, display: str, pipe: Pipe) -> None:
        super().__init__(folder, display)
        self._pipe = pipe

    def environ(self) -> dict[str, str]:
        return super().environ() | {"ALSA_CONFIG_PATH": f"/usr/share/alsa/alsa.conf:{self._pipe.config}"}


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Pipe]:
    made = Pipe(tmp_path)
    yield made
    made.close()


def is_picture(seen: Seen) -> bool:
    return isinstance(seen, Reading)


def test_a_sound_device_that_stalls_costs_the_sound_and_not_the_picture(
    tmp_path: Path, glass: XServer, pipe: Pipe
) -> None:
    stage = Sounding(tmp_path / "kiosk", glass.display, pipe)
    make_clip(stage.footage / "clip-1.mp4", 1, 90, sound=True)
    stage.loop("cues:\n  - clip: clip-1.mp4\n")
    stage.kiosk("sound: {device: alsa/pipe}\n")
    with stage.start() as running, GlassReader(glass.display, strip_on(glass.size)) as reader:
        running.playing()
        assert reader.wait_for(is_picture, ENOUGH_S)
        assert pipe.took > 0
        pipe.stall()
        stalled = reader.readings[-1].last
        running.wait_for_line("WAITING")  # it was tried again, in vain
        pipe.take()
        assert reader.wait_for(is_picture, ENOUGH_S, since=reader.readings[-1].last)
        assert longest_outage(reader.readings, LOOP, stalled).seconds < ENOUGH_S / 2
    assert "The sound device does not answer." in "\n".join(stage.log())
    assert running.status() == {} or running.status()["restarts"] == 0
