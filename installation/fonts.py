"""Which letters of titles and captions no installed font has, and which Debian package brings them. Asks fontconfig."""

import os
import subprocess
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from installation.errors import InstallationError

LETTERS = "Noto Sans CJK TC"
"""The font that titles and captions are designed with."""

_ASKED = ("fc-list", ":outline=True", "--format", r"%{family}\t%{charset}\n")
"""Only outlines can be set: libass does not draw the coloured pictures of an emoji font."""
_CHINESE, _RARE, _SIGNS, _SCRIPTS = "fonts-noto-cjk", "fonts-hanazono", "fonts-symbola", "fonts-noto-core"
_SPACES = ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")
_SECOND_PLANE = 0x20000


class FontsError(InstallationError):
    """fontconfig cannot be asked."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """What is installed: the families' names, and the characters of all of them as ranges, ends included."""

    families: frozenset[str]
    ranges: frozenset[tuple[int, int]]

    def lacking(self, text: str) -> list[str]:
        """Return the characters that no font has, once each; spaces and invisible signs need none."""
        return [
            character
            for character in dict.fromkeys(text)
            if unicodedata.category(character) not in _SPACES
            and not unicodedata.name(character, "").startswith("VARIATION SELECTOR")
            and not any(first <= ord(character) <= last for first, last in self.ranges)
        ]


def installed(environ: Mapping[str, str] = os.environ) -> Fonts:
    """Ask fontconfig for the installed fonts. Raises FontsError where it is missing or does not answer."""
    try:
        told = subprocess.run(_ASKED, env=environ, capture_output=True, text=True, timeout=10, check=True).stdout
        families: set[str] = set()
        ranges: set[tuple[int, int]] = set()
        for line in told.splitlines():
            family, _, characters = line.partition("\t")
            families.update(family.split(","))
            for part in characters.split():
                first, _, last = part.partition("-")
                ranges.add((int(first, 16), int(last or first, 16)))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise FontsError("fonts cannot be listed; install the Debian package fontconfig") from error
    return Fonts(frozenset(families), frozenset(ranges))


def package(character: str) -> str | None:
    """Return the Debian package of a font that most likely has a character; None for one that no font can have."""
    category = unicodedata.category(character)
    if category in ("Cn", "Co"):
        return None
    if category in ("So", "Sk"):
        return _SIGNS
    if unicodedata.east_asian_width(character) in "WF":
        return _RARE if ord(character) >= _SECOND_PLANE else _CHINESE
    return _SCRIPTS
