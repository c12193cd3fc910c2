"""What the wall shows of a plan, picture by picture, small: for those who judge its light.

These are the frames that play, each at its time: from the masters where they play, and else as exhibition copies are
made, fades and crossfades in them, so that no copy has to be there. They lie on a screen of 16:9 as the kiosk's `fit`
lays them, bars included. Letters are left out: they cover too little to flash.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from installation.flash.model import HEIGHT, WIDTH
from installation.footage.light import lights
from installation.footage.probe import Probe
from installation.show.colours import in_rgb
from installation.show.picture_copies import colours_of, pictures
from installation.show.placing import WIDTH as SCREEN_WIDTH
from installation.show.plan import Plan
from installation.show.segments import Copy, Light, Segment
from installation.show.strips import FRAMES, Strip

if TYPE_CHECKING:
    from installation.flash.model import Colour

TAIL_S = Fraction(8)
"""How far beyond the wrap is looked: what begins before it has shown by then whether it goes on for five seconds."""

Timed = tuple[float, "Colour"]


@dataclass(frozen=True, slots=True)
class Screen:
    """How the screen takes a picture: kiosk.yaml's `fit`, and `rotate` in degrees clockwise."""

    fit: str = "contain"
    rotate: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the small screen, as an upright picture lies on it."""
        return (HEIGHT, WIDTH) if self.rotate % 180 else (WIDTH, HEIGHT)

    def laid(self, picture: "Colour", shape: Fraction, width: int) -> "Colour":
        """Lay a picture on the screen; `shape` is its width to height as it is seen, `width` its own in pixels."""
        import cv2
        import numpy as np

        across, down = self.size
        high = {
            "contain": min(Fraction(down), across / shape),
            "cover": max(Fraction(down), across / shape),
            "stretch": Fraction(down),
            "none": Fraction(width * WIDTH, SCREEN_WIDTH) / shape,
        }[self.fit]
        wide = across if self.fit == "stretch" else high * shape
        size = max(1, round(wide)), max(1, round(high))
        small = picture if size == picture.shape[1::-1] else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        if size == (across, down):
            return np.asarray(small, np.uint8)
        screen = np.zeros((down, across, 3), np.uint8)
        (left, from_left, columns), (top, from_top, rows) = (
            ((whole - part) // 2, 0, part) if part <= whole else (0, (part - whole) // 2, whole)
            for whole, part in ((across, size[0]), (down, size[1]))
        )
        screen[top : top + rows, left : left + columns] = small[
            from_top : from_top + rows, from_left : from_left + columns
        ]
        return screen


def content(plan: Plan, screen: Screen) -> tuple[object, ...]:
    """Return all that decides what is seen of a plan, by content: the same gives the same pictures."""
    parts = []
    for strip, segment in _segments(plan):
        if isinstance(segment.source, Copy):
            parts.append((segment.source.key, str(segment.length_s)))
        elif strip and strip.probe:
            parts.append((f"{strip.probe.sha256} {segment.first} {segment.last}", str(segment.length_s)))
    return (screen.fit, screen.rotate, *parts)


def seen(plan: Plan, screen: Screen) -> Iterator[Timed]:
    """Yield the pictures of the plan's first iteration and of TAIL_S after it, at seconds from its beginning.

    Of a shuffled plan that is the first order and the beginning of the second. Pictures that stand still come twice,
    first and last. Raises FootageError where a file cannot be decoded.
    """
    probes = {run.master: cue.strip.probe for cue in plan.cues for run in cue.strip.runs if cue.strip.probe}
    at_s, end_s = Fraction(0), plan.loop_s + TAIL_S
    for strip, segment in cycle(_segments(plan)):
        for time_s, picture in _of_segment(strip, segment, probes, screen, end_s - at_s):
            yield float(at_s + time_s), picture
        at_s += segment.length_s
        if at_s >= end_s:
            return


def _segments(plan: Plan) -> list[tuple[Strip | None, Segment]]:
    """Return the segments of the first iteration, or of two where they differ, each with its cue's strip."""
    found: list[tuple[Strip | None, Segment]] = []
    for cue, after in plan.played(min(len(plan.orders), 2)):
        found += [(plan.cues[cue].strip, segment) for segment in plan.turn(cue, after).picture]
        found += [(None, segment) for segment in plan.gap]
    return found


def _of_segment(
    strip: Strip | None, segment: Segment, probes: dict[str, Probe], screen: Screen, most_s: Fraction
) -> Iterator[tuple[Fraction, "Colour"]]:
    until_s = min(segment.length_s, most_s)
    if isinstance(segment.source, Copy):
        yield from _of_copy(strip, segment.source, probes, screen, until_s)
    elif isinstance(segment.source, Path) and strip and strip.probe:
        probe = strip.probe
        start_s = probe.time(segment.first)
        for light in lights(segment.source, probe, segment.first, segment.last + 1 - segment.first, colour=True):
            if light.time - start_s >= until_s:
                return
            if light.colour is not None:
                yield light.time - start_s, screen.laid(light.colour, strip.shape, strip.width)


def _of_copy(
    strip: Strip | None, copy: Copy, probes: dict[str, Probe], screen: Screen, until_s: Fraction
) -> Iterator[tuple[Fraction, "Colour"]]:
    def probe(path: Path) -> Probe:
        return probes[str(path)]

    shape = Fraction(copy.width, copy.height) if copy.under or strip is None else strip.shape
    colours = colours_of(copy, probe)
    is_still = copy.light == Light() and not copy.under and all(run.kind != FRAMES for run in copy.runs)
    for number, frame in enumerate(pictures(copy, colours, probe)):
        time_s = number / copy.rate
        if time_s >= until_s:
            return
        picture = in_rgb(frame, (WIDTH, HEIGHT), colours)[:, :, ::-1].copy()
        laid = screen.laid(picture, shape, copy.width)
        yield time_s, laid
        if is_still:
            last = min(copy.frames, -(-until_s // (1 / copy.rate))) - 1
            if last > 0:
                yield last / copy.rate, laid
            return
