"""A contact sheet: of every flash the frame before, the flash, and what only its light shows."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from installation.drawing.boxes import clock
from installation.drawing.heading import FOOT, SMALL, draw_head
from installation.drawing.inks import DARK, GREY, INK, PAPER
from installation.drawing.lettering import fitted, font
from installation.drawing.sheet import BOTTOM, LEFT, PAGE, RIGHT, TOP
from installation.drawing.shots import picked
from installation.flash.model import FULL, Flash
from installation.footage.analysis import Analysis
from installation.footage.archive import printable
from installation.footage.fixity import Progress

if TYPE_CHECKING:
    from PIL.Image import Image

MOST = 120
"""Flashes on a sheet; of more, evenly chosen ones are shown."""
_GAP, _SEAM = 56, 6
_BANDS = {FULL: "", "upper": "upper rows  上部", "middle": "middle rows  中部", "lower": "lower rows  下部"}
_KEY = "the frame before · the flash · what only its light shows      前一格 · 閃光 · 只有閃光照見的"


class Exposure(NamedTuple):
    """A flash to be shown, with its number in its clip."""

    clip: Analysis
    number: int
    flash: Flash


def draw(clips: Sequence[Analysis], progress: Progress) -> "Image":
    """Draw the flashes of clips. Raises FootageError, FontsError."""
    from PIL import Image, ImageDraw

    every = [Exposure(clip, number, flash) for clip in clips for number, flash in enumerate(clip.flashes, 1)]
    shown = every[:: ceil(len(every) / MOST) or 1]
    page = Image.new("RGB", PAGE, PAPER)
    pen = ImageDraw.Draw(page)
    figures = [("FLASHES  閃光", str(len(every)))]
    if len(shown) < len(every):
        figures.append(("SHOWN  所見", str(len(shown))))
    names = [printable(clip.path.stem) for clip in clips]
    draw_head(pen, ("Flashes", "閃光", "  ".join(names)), figures)
    if shown:
        _cells(page, shown, progress)
    pen.text((LEFT, FOOT), _KEY, GREY, font(SMALL), anchor="ls")
    return page


def _cells(page: "Image", shown: Sequence[Exposure], progress: Progress) -> None:
    across, size, letter = _grid(shown)
    wide, high = size
    pictures = _pictures(shown, high, progress)
    for place, one in enumerate(shown):
        left = LEFT + place % across * (3 * wide + 2 * _SEAM + _GAP)
        top = TOP + place // across * (high + letter * 3 + _GAP // 2)
        before, flash = (pictures[one.clip.path, frame] for frame in _frames(one))
        for number, picture in enumerate((before, flash, exposed(before, flash))):
            _mount(page, picture, (left + number * (wide + _SEAM), top), size)
        _caption(page, one, (left, top + high), letter, 3 * wide)


def _pictures(shown: Sequence[Exposure], high: int, progress: Progress) -> "dict[tuple[Path, int], Image]":
    pictures: dict[tuple[Path, int], Image] = {}
    clips = {one.clip.path: one.clip for one in shown}
    for path, clip in clips.items():
        numbers = {frame for one in shown if one.clip.path == path for frame in _frames(one)}
        for number, picture in picked(path, clip.probe, numbers, high):
            pictures[path, number] = picture
            progress(len(pictures), 2 * len(shown))
    return pictures


def exposed(before: "Image", flash: "Image") -> "Image":
    """Return what a flash adds to the picture, drawn as bright as paper allows."""
    import numpy as np
    from PIL import Image

    added = np.asarray(flash, np.float32) - np.asarray(before, np.float32)
    added = np.clip(added, 0, None)
    most = float(np.quantile(added.max(axis=2), 0.995)) or 1.0
    return Image.fromarray(np.clip(added * (245 / max(most, 16.0)), 0, 255).astype(np.uint8))


def _frames(one: Exposure) -> tuple[int, int]:
    return max(0, one.flash.frame - 1), one.flash.brightest


def _grid(shown: Sequence[Exposure]) -> tuple[int, tuple[int, int], int]:
    """Return the cells in a row, the size of a picture, and the height of letters, so that all are as large as fits."""
    shape = max(_shape(one.clip) for one in shown)
    best = (1, (1, 1), 18)
    for across in range(1, 9):
        wide = ((RIGHT - LEFT + _GAP) // across - _GAP - 2 * _SEAM) // 3
        letter = min(max(wide // 16, 18), 40)
        rows = ceil(len(shown) / across)
        high = min(round(wide / shape), (BOTTOM - TOP) // rows - letter * 3 - _GAP // 2)
        fits = min(wide, round(high * shape)), high
        if fits[1] > best[1][1]:
            best = across, fits, letter
    return best


def _shape(clip: Analysis) -> float:
    shape = float(clip.probe.width * (clip.probe.sample_aspect or 1) / clip.probe.height)
    return 1 / shape if clip.probe.rotation in (90, 270) else shape


def _mount(page: "Image", picture: "Image", at: tuple[int, int], size: tuple[int, int]) -> None:
    from PIL import Image, ImageOps

    board = Image.new("RGB", size, DARK)
    fitting = ImageOps.contain(picture, size)
    board.paste(fitting, ((size[0] - fitting.width) // 2, (size[1] - fitting.height) // 2))
    page.paste(board, at)


def _caption(page: "Image", one: Exposure, at: tuple[int, int], letter: int, room: int) -> None:
    from PIL import ImageDraw

    pen, (left, top) = ImageDraw.Draw(page), at
    base = top + letter * 3 // 2
    bold, small = font(letter, bold=True), font(letter * 8 // 10)
    number = str(one.number)
    pen.text((left, base), number, INK, bold, anchor="ls")
    across = left + round(bold.getlength(number)) + letter // 2
    lasts = f"{one.flash.frames} frame{'s' * (one.flash.frames > 1)}"
    light = f"{one.flash.area:.0%} of the picture, +{one.flash.excess:.0%}"
    words = [f"{printable(one.clip.path.stem)} {clock(one.flash.time, 100)}", f"frame {one.flash.frame}", lasts, light]
    words.append(_BANDS[one.flash.band])
    text = "   ".join(filter(None, words))
    pen.text((across, base), fitted(text, small, room - (across - left)), GREY, small, anchor="ls")
