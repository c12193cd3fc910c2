"""Three clips that stand in for the artist's archive until its real files are there: night crossings, drawn.

At each crossing cars set off a flash unit, and for an instant the flash shows the faces behind the windscreen. No
face, place or number is anybody's: all of it comes from a seed. Beside each clip lies the truth about its flashes,
by which the flash index can be judged.
"""

import json
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

from installation.errors import FootageError

if TYPE_CHECKING:
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Event

    from installation.footage.stand_in.crossings import Crossing

VERSION = 1  # goes up whenever the same seed gives other pictures
CLIPS = ("crossing-1.mp4", "crossing-2.mp4", "crossing-3.mp4")


class _StoppedError(Exception):
    """The other clips are not wanted any more."""


def render(
    folder: Path,
    *,
    seed: int = 2017,
    progress: Callable[[str, float], None] = lambda _clip, _part: None,
    frames: range | None = None,
) -> list[Path]:
    """Render the three clips into `folder` (made where missing), each with its JSON; return the clips' paths.

    Takes well under a minute on two cores; `frames` renders only that stretch of each. `progress` hears a clip's
    name and the fraction done of all the work. Files appear whole, replacing what
    was there, the JSON after its clip. Raises FootageError when the folder cannot be written.
    """
    from installation.footage.stand_in.crossings import CROSSINGS

    total = sum(len(frames or range(crossing.frames)) for crossing in CROSSINGS)
    # drawing is Python's work, so threads would only wait for each other; spawned: a fork of one with threads may hang
    context = get_context("spawn")
    told, stop = context.Queue(), context.Event()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(len(CROSSINGS), context, _begin, (told, stop)) as pool:
            clips = [pool.submit(_clip, folder, crossing, seed, frames) for crossing in CROSSINGS]
            try:
                _listen(clips, told, lambda name, count: progress(name, count / total))
            finally:
                stop.set()
        for one in sorted(clips, key=lambda one: isinstance(one.exception(), _StoppedError)):
            one.result()  # the clip that failed tells why, before those that were stopped for it
        return [one.result() for one in clips]
    except OSError as error:
        why = error.strerror or str(error)
        raise FootageError(
            f"{folder}: the stand-in footage could not be written ({why}). Check the folder, its rights and free space."
        ) from error


def _listen(clips: "list[Future[Path]]", told: "Queue[str]", heard: Callable[[str, int], None]) -> None:
    """Tell of each frame that is done in any process, until all clips are."""
    count = 0
    while True:
        are_done = all(clip.done() for clip in clips)
        try:
            name = told.get(timeout=0 if are_done else 0.1)
        except Empty:
            if are_done:
                return
            continue
        count += 1
        heard(name, count)


_frames: "Queue[str]"
_stop: "Event"
"""What a process that renders has of the one that asked for it: how to tell of each frame, and whether to end."""


def _begin(frames: "Queue[str]", stop: "Event") -> None:
    global _frames, _stop
    _frames, _stop = frames, stop


def _clip(folder: Path, crossing: "Crossing", seed: int, frames: range | None) -> Path:
    name = f"{crossing.name}.mp4"

    def step() -> None:
        if _stop.is_set():
            raise _StoppedError
        _frames.put(name)

    try:
        return render_clip(folder / name, crossing, seed=seed, frames=frames, done=step)
    except BaseException:
        _stop.set()
        raise


def render_clip(
    path: Path,
    crossing: "Crossing",
    *,
    seed: int,
    frames: range | None = None,
    done: Callable[[], None] = lambda: None,
) -> Path:
    """Render one crossing to `path` and the truth about its flashes beside it, or only a stretch of `frames`.

    With a stretch, times and frames in the JSON count from its first frame. Raises OSError.
    """
    import numpy as np

    from installation.footage.stand_in import crossings, film, sound
    from installation.footage.stand_in.picture import Picture

    frames = frames or range(crossing.frames)
    rng = np.random.default_rng([seed, *crossing.name.encode()])
    beat = crossings.flashes(crossing, rng)
    cars = crossings.traffic(crossing, beat, rng)
    picture = Picture(crossing, beat, cars, seed)
    heard = None
    if crossing.sound:
        each = sound.SAMPLES // crossings.RATE
        heard = sound.mix(crossing, beat, cars, seed)[:, frames.start * each : frames.stop * each]
    lit = [flash for flash in beat if flash.frame in frames]
    fine = [(flash.frame - frames.start, flash.frame - frames.start + len(flash.bands) - 1) for flash in lit]
    film.write(path, map(picture.frame, frames), heard, fine=fine, done=done)
    truth: dict[str, Any] = {
        "file": path.name,
        "seed": seed,
        "version": VERSION,
        "rate": crossings.RATE,
        "duration": len(frames) / crossings.RATE,
        "flashes": [_told(flash, frames.start) for flash in lit],
    }
    with film.whole(path.with_suffix(".json")) as part:
        part.write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    return path


def _told(flash: Any, start: int) -> dict[str, Any]:
    from installation.footage.stand_in.crossings import RATE

    return {
        "time": (flash.frame - start) / RATE,
        "frame": flash.frame - start,
        "frames": len(flash.bands),
        "kind": flash.kind,
        "rows": [{"strength": round(strength, 3), "from": first, "to": last} for strength, first, last in flash.bands],
    }
