"""An hour of night footage before the eye, which must not raise an alarm; then troubles, which it must find.

`python -m tests.bench.night [MINUTES] [--often]`: 60 by itself, on Xvfb. The footage is dark, noisy and full of
flashes, with a passage of a strobe, one of hardly any light, and one where nothing moves at all; between them lie
authored blacks, holds, fades, a crossfade, a title and captions. Real camera footage is shown too where it lies in
../shared/footage. --often has the eye look again at once after every look, some five times as often as it does.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import psutil
from numpy.typing import NDArray

from installation.eye.judging import Word
from installation.player.heartbeat import Heartbeat
from installation.show import model
from installation.show.model import ShowCue
from tests.eye.wall import Intruder, Wall, intruder, prepare

SIZE = (640, 360)
FILMED = (320, 180)
RATE = 25
CLIP_S = 14
REAL = Path(__file__).parents[3] / "shared" / "footage"
TROUBLES = (Word.COVERED, Word.FROZEN, Word.DARK)
TIMES = 5
LASTS_S = 7
"""A trouble begins only where light and motion go on for so long; by then it should be told."""

LOOP = """
cues:
  - {clip: street.mp4, fade_in: 2, fade_out: 2, caption: {en: "A crossing with nine cameras, seen from above"}}
  - black: 8
  - {clip: street.mp4, in: 0:03, out: 0:12, hold: 6}
  - {clip: strobe.mp4, out: 0:08, crossfade: 1}
  - {clip: moonless.mp4, fade_in: 3}
  - {title: {zh-Hant: 平安城市計劃, en: Safe City Project}, for: 5}
  - {clip: empty.mp4, fade_out: 4}
"""


def draw(kind: str, seconds: float, noise: np.random.Generator) -> NDArray[np.float64]:
    """A frame, in grey levels from 0 to 255."""
    width, height = FILMED
    x, y = np.arange(width)[None, :], np.arange(height)[:, None]
    level = 14 + 8 * (y / height) + 6 * ((x // 40 + y // 30) % 2)
    for lamp in range(5):
        level = level + 150 * np.exp(-((x - 32 - lamp * 64) ** 2 + (y - 30) ** 2) / 75)
    if kind == "moonless":
        return np.clip(level * 0.12 + noise.normal(0, 1, (height, width)), 0, 255)
    if kind == "empty":
        return level
    for car in range(3):  # headlights
        at = (seconds * (45 + 20 * car) + 100 * car) % (width + 100) - 50
        level = level + 200 * np.exp(-((x - at) ** 2 + (y - 100 - 23 * car) ** 2) / 175)
    period = 0.1 if kind == "strobe" else 1.7
    if seconds % period < 1.5 / RATE:
        level = level * 2.5 + 90
    return np.clip(level + noise.normal(0, 4, (height, width)), 0, 255)


def film(path: Path, kind: str) -> None:
    """Write a clip."""
    noise = np.random.default_rng(2017)
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=RATE)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = *FILMED, "yuv420p"
        video.options = {"preset": "veryfast", "crf": "22"}
        for number in range(CLIP_S * RATE):
            grey = draw(kind, number / RATE, noise).astype(np.uint8)
            planes = np.vstack([grey, np.full((FILMED[1] // 2, FILMED[0]), 128, np.uint8)])
            picture = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            picture.pts, picture.time_base = number, Fraction(1, RATE)
            container.mux(video.encode(picture))
        container.mux(video.encode(None))


class Words:
    """What an eye's process says, and when."""

    def __init__(self, wall: Wall, picture: Path, *, often: bool) -> None:
        command = [sys.executable, "-P", "-m", "installation.eye"]
        if often:
            faster = "from installation.eye import __main__, looking; looking.LOOK_S = 0.0; looking.GLANCE_S = 0.5"
            command = [sys.executable, "-P", "-c", f"{faster}; __main__.main()"]
        arguments = [str(os.getpid()), "x11", "auto", wall.name, str(picture)]
        environ = {**os.environ, "DISPLAY": wall.glass.display}
        self.process = subprocess.Popen([*command, *arguments], env=environ, stdout=subprocess.PIPE, text=True)
        self.said: list[tuple[float, Word]] = []
        threading.Thread(target=self._hear, daemon=True).start()

    def since(self, at: float) -> list[Word]:
        return [word for when, word in list(self.said) if when >= at]

    def wait_for(self, wanted: Callable[[Word], bool], since: float, within_s: float = 60) -> float | None:
        """How long after `since` such a word came; None where none did."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            for when, word in list(self.said):
                if when >= since and wanted(word):
                    return when - since
            time.sleep(0.05)
        return None

    def _hear(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append((time.monotonic(), Word(json.loads(line)["sees"])))


@contextmanager
def eye(wall: Wall, picture: Path, *, often: bool = False) -> Iterator[Words]:
    words = Words(wall, picture, often=often)
    try:
        yield words
    finally:
        words.process.kill()
        words.process.wait()


def watch(wall: Wall, words: Words, minutes: float) -> None:
    """Let the night pass, and print what was said of it."""
    watching, playing = psutil.Process(words.process.pid), psutil.Process(wall.player.pid)
    assert words.wait_for(lambda word: word is Word.PICTURE, 0) is not None
    began, worked, resting = time.monotonic(), watching.cpu_times(), playing.memory_info().rss
    told = len(words.said)
    while time.monotonic() - began < minutes * 60:
        wall.forget_beats()
        beat = wall.wait_for_beat(lambda _: True)
        heard = [word for word in words.said[told:] if word[1] is not Word.PICTURE]
        told = len(words.said)
        for when, word in heard:
            print(f"after {when - began:.0f} s, in cue {beat.cue} at {beat.position_s:.1f} s: {word.value}", flush=True)
    took = time.monotonic() - began
    now = watching.cpu_times()
    said = Counter(words.since(began))
    share = (now.user + now.system - worked.user - worked.system) / took
    print(f"{minutes:.0f} minutes:", *(f"{word.value} {count} times" for word, count in said.items()))
    print(f"the eye: {share:.2%} of a core, {watching.memory_full_info().uss / 2**20:.1f} MiB of its own")
    print(f"the player: {resting / 2**20:.0f} MiB at first, {playing.memory_info().rss / 2**20:.0f} MiB in the end")


def moves(cues: tuple[ShowCue, ...], beat: Heartbeat) -> bool:
    """Whether there is light and motion now, and for the next seconds."""
    cue = cues[beat.cue]
    left_s = cue.length_s - Fraction(beat.position_s)
    moving = cue.kind == "clip" and cue.name not in ("moonless.mp4", "empty.mp4")
    return moving and beat.position_s > 2 and left_s > LASTS_S


def find(wall: Wall, words: Words, cues: tuple[ShowCue, ...]) -> None:
    """Break the wall and print how soon it is told."""
    breaks: list[tuple[Word, Callable[[Intruder], None]]] = [
        (Word.COVERED, lambda program: program.cover((200, 100, 160, 90))),
        (Word.COVERED, lambda program: program.cover((0, 0, *SIZE), (30, 60, 110))),
        (Word.FROZEN, lambda program: program.freeze(SIZE)),
        (Word.DARK, lambda program: program.cover((0, 0, *SIZE), (0, 0, 0))),
    ]
    for wanted, break_it in breaks:
        after: list[float] = []
        others: list[Word] = []
        for _ in range(TIMES):
            assert words.wait_for(lambda word: word is Word.PICTURE, time.monotonic()) is not None
            time.sleep(3)
            wall.forget_beats()
            wall.wait_for_beat(lambda beat: moves(cues, beat))
            with intruder(wall) as program:
                break_it(program)
                at = time.monotonic()
                took = words.wait_for(lambda word: word in TROUBLES, at)
                after.append(60.0 if took is None else took)
                others += [word for word in words.since(at) if word in TROUBLES][:1]
        right = sum(word is wanted for word in others)
        print(
            f"{wanted.value}: after {statistics.median(after):.1f} s ({max(after):.1f} s at most), {right} of {TIMES}"
        )


def main() -> None:
    numbers = [float(word) for word in sys.argv[1:] if not word.startswith("-")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = {}
        for kind in ("street", "strobe", "moonless", "empty"):
            clips[f"{kind}.mp4"] = folder / f"{kind}.mp4"
            film(clips[f"{kind}.mp4"], kind)
        clips |= {path.name: path for path in sorted(REAL.glob("*.*")) if path.suffix in (".avi", ".mp4")}
        loop = LOOP + "".join(f"  - {{clip: {name}}}\n" for name in clips if (REAL / name).exists())
        show = prepare(folder / "kiosk", loop, clips)
        with Wall(folder, SIZE) as wall:
            wall.play(show)
            minutes = numbers[0] if numbers else 60
            with eye(wall, folder / "picture.png", often="--often" in sys.argv) as words:
                watch(wall, words, minutes)
            with eye(wall, folder / "picture.png") as words:
                find(wall, words, model.read(show).cues)


if __name__ == "__main__":
    main()
