"""The pictures on the sheet: stills, and real frames of the clips, chosen so that little has to be decoded."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from installation.drawing.sheet import Shot
from installation.footage.fixity import Progress
from installation.footage.frames import pick, reaches
from installation.footage.probe import Probe
from installation.show.colours import in_rgb, of_clip

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_FRAMES = 600
"""Frames that are decoded for one sheet; in a loop of more, some show their neighbour in the clip."""
MOST_PIXELS = 1_000_000_000
"""Pixels that are decoded on the way to frames that are no keyframes: 500 frames at 1080p, a few seconds."""
_NEAR = (10_000, 250, 60, 24, 8, 0)
"""How far after its keyframe a frame may lie to be shown itself: the first of these that costs little enough."""

Place = tuple[str, int]
"""A clip's path and the number of a frame."""
Shots = dict[Shot, "Image"]


def gather(wanted: Iterable[Shot], probes: Mapping[str, Probe], height: int, progress: Progress) -> Shots:
    """Return the wanted pictures, `height` pixels high; `probes` tells of each clip by its path.

    Raises FootageError where one cannot be decoded.
    """
    shots = sorted(set(wanted))
    places = chosen([shot for shot in shots if shot.frame >= 0], probes)
    stills = [shot for shot in shots if shot.frame < 0]
    whole = len(set(places.values())) + len(stills)
    found: Shots = {}
    for made, still in enumerate(stills, 1):
        found[still] = _still(still, height)
        progress(made, whole)
    frames: dict[Place, Image] = {}
    for master, numbers in _by_master(places.values()).items():
        for number, image in picked(Path(master), probes[master], numbers, height):
            frames[master, number] = image
            progress(len(stills) + len(frames), whole)
    return found | {shot: frames[place] for shot, place in places.items()}


def chosen(shots: list[Shot], probes: Mapping[str, Probe]) -> dict[Shot, Place]:
    """Choose the frame that is decoded for every shot of a clip."""
    places: dict[Shot, Place] = {}
    for near in _NEAR:
        places = {shot: (shot.master, _frame(shot, probes[shot.master], near)) for shot in shots}
        numbers = _by_master(places.values())
        if sum(_cost(probes[master], wanted) for master, wanted in numbers.items()) <= MOST_PIXELS:
            break
    return _fewer(places)


def _frame(shot: Shot, probe: Probe, near: int) -> int:
    """Choose a keyframe in the shot's time; else its first frame; else, if that lies too far, its cue's keyframe."""
    after = bisect_left(probe.keyframes, shot.frame)
    if after < len(probe.keyframes) and probe.keyframes[after] <= shot.last:
        return probe.keyframes[after]
    keyframe = probe.keyframe_before(shot.frame)
    return shot.frame if shot.frame - keyframe <= near or keyframe < shot.first else keyframe


def _fewer(places: dict[Shot, Place]) -> dict[Shot, Place]:
    different = sorted(set(places.values()))
    step = ceil(len(different) / MOST_FRAMES)
    kept: dict[Place, Place] = {}
    for number, place in enumerate(different):
        before = kept[different[number - 1]] if number % step else place
        kept[place] = before if before[0] == place[0] else place
    return {shot: kept[place] for shot, place in places.items()}


def _cost(probe: Probe, numbers: list[int]) -> int:
    """Count the pixels that are decoded on the way to frames."""
    frames = sum(last - probe.keyframe_before(first) for first, last in reaches(probe, numbers))
    return frames * probe.width * probe.height


def _by_master(places: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for master, number in sorted(set(places)):
        found.setdefault(master, []).append(number)
    return found


def picked(path: Path, probe: Probe, numbers: Iterable[int], height: int) -> Iterator[tuple[int, "Image"]]:
    """Yield frames by their numbers, each with its own, upright and `height` pixels high. Raises FootageError."""
    from PIL.Image import fromarray

    turned = probe.rotation in (90, 270)
    shape = probe.width * (probe.sample_aspect or 1) / probe.height
    size = (height, max(1, round(height / shape))) if turned else (max(1, round(height * shape)), height)
    for number, frame in pick(path, probe, numbers):
        image = fromarray(in_rgb(frame, size, of_clip(probe)))
        yield number, image.rotate(-probe.rotation, expand=True) if probe.rotation else image


def _still(shot: Shot, height: int) -> "Image":
    from PIL.Image import fromarray

    from installation.footage.stills import picture

    image = fromarray(picture(Path(shot.master), (4 * height, height)))
    return image.resize((max(1, round(image.width * height / image.height)), height))
