"""What was found of the photosensitivity of clips and of shows, kept by content."""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from installation.flash.curve import Point
from installation.flash.verdicts import Assessment, Finding, Standard
from installation.whole import write_whole

VERSION = 1
"""Goes up whenever the same pictures are judged otherwise."""
MOST = 200
"""Findings that are kept; of more, those that were not made for longest go."""


def key(*content: object) -> str:
    """Return a name for what was found of some content, which must have a telling `repr`."""
    return hashlib.sha256(repr((VERSION, *content)).encode()).hexdigest()[:24]


class Risks:
    """A folder of findings, a file each; what cannot be read there is not known. Without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def known(self, name: str) -> Assessment | None:
        """Return what is kept under a key."""
        if self._folder is None:
            return None
        try:
            plain = json.loads((self._folder / f"{name}.json").read_bytes())
            standards = {
                name: Standard(one["verdict"], [Finding(**finding) for finding in one["findings"]])
                for name, one in plain["standards"].items()
            }
            return Assessment(standards, [Point(*point) for point in plain["curve"]])
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return None

    def keep(self, name: str, found: Assessment) -> None:
        """Keep what was found under a key, where the folder takes it: without, it is only found again."""
        if self._folder is None:
            return
        points = [
            (round(one.start_s, 3), *(round(part, 4) for part in (one.dark, one.bright, one.area)), one.flashes)
            for one in found.curve
        ]
        standards = {name: asdict(standard) for name, standard in found.standards.items()}
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            text = json.dumps({"standards": standards, "curve": points}, separators=(",", ":"))
            write_whole(self._folder / f"{name}.json", text)
            files = sorted(self._folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
            for file in files[:-MOST]:
                file.unlink(missing_ok=True)
