"""What the player is tried with: shows made by hand, a clock that is set, an engine that only keeps time."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from queue import Empty, SimpleQueue

from installation.player.engine import ENDED, STARTED
from installation.player.shown import Frame
from installation.show import model
from installation.show.model import Input, Settings, Show, ShowCue

FPS = 25
"""The frame rate of every clip in these tests."""


def make_show(
    lengths: Sequence[float] = (2, 1, 3),
    *,
    gap: float = 0,
    orders: tuple[tuple[int, ...], ...] | None = None,
    iterations: int = 4,
    name: str = "a-show",
    names: Sequence[str] = (),
    settings: Settings | None = None,
    sources: tuple[Input, ...] = (),
    left_out: tuple[str, ...] = (),
    captions: bool = False,
) -> Show:
    """A show of one clip for each of `lengths`, in seconds."""
    cues = tuple(
        ShowCue(names[n] if names else f"clip-{n}.mp4", "clip", Fraction(length).limit_denominator(1000))
        for n, length in enumerate(lengths)
    )
    order = orders or (tuple(range(len(cues))),)
    kept = (settings or Settings(), sources, sources, left_out, captions)
    return Show(name, cues, Fraction(gap), order, iterations, None, *kept)


def write_show(folder: Path, show: Show, edl: str = "# mpv EDL v0\n") -> Path:
    """Write a show's folder as prepare does."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "show.json").write_text(model.to_json(show), encoding="utf-8")
    (folder / "loop.edl").write_text(edl, encoding="utf-8")
    return folder


class FakeClock:
    """Seconds that pass only when somebody says so."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class FakeEngine:
    """An engine without a picture: it opens at once, and its timeline advances with the clock and wraps.

    Waiting for an event lets the clock pass, but not over the time given to `end_at`. `happen` puts an event of the
    engine's own before the player.
    """

    def __init__(self, clock: FakeClock, duration_s: float = 1e9) -> None:
        self.clock = clock
        self.duration_s = duration_s
        self.opened: list[tuple[Path, float, int | None, Path | None]] = []
        self.ends_at: float | None = None
        self.pictures: list[Path] = []
        self.shows: Frame | None = Frame(1, 1, 4, bytes(4))
        self.closed = False
        self.heard = ""
        self.chosen: list[int] = []
        self.searches = 0
        self.picture_error: Exception | None = None
        self._began: float | None = None
        self._events: SimpleQueue[str] = SimpleQueue()

    def happen(self, event: str) -> None:
        self._events.put(event)

    def open(self, timeline: Path, start_s: float, audio: int | None, captions: Path | None) -> None:
        self.opened.append((timeline, start_s, audio, captions))
        self.ends_at = None
        self._began = self.clock.now - start_s
        self.happen(STARTED)

    def stop(self) -> None:
        self._began = None

    def next_event(self, timeout_s: float) -> str | None:
        try:
            return self._events.get_nowait()
        except Empty:
            position_s = self.position_s()
            if self.ends_at is not None and position_s is not None and position_s + timeout_s >= self.ends_at:
                self.clock.now += self.ends_at - position_s
                self.ends_at = None
                return ENDED
            self.clock.now += timeout_s
            return None

    def end_at(self, time_s: float) -> None:
        self.ends_at = time_s

    def wake(self) -> None:
        self.happen("wake")

    def position_s(self) -> float | None:
        return None if self._began is None else (self.clock.now - self._began) % self.duration_s

    def dropped(self) -> int:
        return 0

    def output(self) -> str:
        return "null"

    def save_picture(self, path: Path) -> None:
        if self.picture_error:
            raise self.picture_error
        self.pictures.append(path)

    def frame(self) -> Frame | None:
        return None if self._began is None else self.shows

    def sound(self) -> str:
        return self.heard

    def choose_sound(self, track: int) -> None:
        self.chosen.append(track)

    def find_sound(self) -> None:
        self.searches += 1

    def close(self) -> None:
        self.closed = True
