"""Letters on the sheet: the font of the wall, in the sizes that are needed, and texts cut to the room they have."""

import subprocess
from functools import cache
from typing import TYPE_CHECKING

from installation.fonts import LETTERS, FontsError

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_CUT = "..."
"""Noto Sans CJK has only the Chinese ellipsis, half a line high."""

_LEAST = 3
"""Fewer letters of a text tell nothing."""


@cache
def font(size: int, *, bold: bool = False) -> "FreeTypeFont":
    """Return the font of titles and captions, or what fontconfig offers instead, `size` pixels high.

    Raises FontsError where there is none.
    """
    from PIL import ImageFont

    file, index = _face(f"{LETTERS}:bold" if bold else LETTERS)
    try:
        return ImageFont.truetype(file, size, index)
    except OSError as error:
        raise FontsError(f"{file} cannot be used to write; install the Debian package fonts-noto-cjk") from error


def fitted(text: str, face: "FreeTypeFont", width: float) -> str:
    """Return a text, cut with an ellipsis where it is wider than `width` pixels; empty where nothing of it fits."""
    if face.getlength(text) <= width:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if face.getlength(text[:middle].rstrip() + _CUT) <= width:
            fits = middle
        else:
            too_long = middle
    return text[:fits].rstrip() + _CUT if fits >= _LEAST else ""


@cache
def _face(pattern: str) -> tuple[str, int]:
    try:
        asked = ("fc-match", "--format", "%{file}\n%{index}", pattern)
        told = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=True).stdout
        file, index = told.split("\n")
        return file, int(index) & 0xFFFF  # above that stands the instance of a variable font
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise FontsError("no font can be found; install the Debian packages fontconfig and fonts-noto-cjk") from error
