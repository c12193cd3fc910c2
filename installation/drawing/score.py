"""From a plan to a picture of it in a file."""

import io
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from installation.config.loop import Loop
from installation.drawing import peaks, shots
from installation.drawing.page import Page
from installation.drawing.sheet import DPI, Sheet, coming, turn_of
from installation.errors import InstallationError
from installation.footage.fixity import Progress
from installation.show.plan import Plan
from installation.whole import write_whole

if TYPE_CHECKING:
    from PIL.Image import Image

ENDINGS = (".png", ".pdf")


def check(file: Path) -> None:
    """Raise InstallationError where no picture can be written, before any time is spent on it."""
    if file.suffix.lower() not in ENDINGS:
        raise InstallationError(f"{file.name} is no name for the picture: it must end in {' or '.join(ENDINGS)}.")
    if not file.absolute().parent.is_dir():
        raise InstallationError(
            f"There is no folder {file.absolute().parent} for {file.name}. Make it, or name another."
        )


def draw(plan: Plan, loop: Loop, progress: Progress) -> "Image":
    """Draw a plan, which has a cue at least, on a sheet of A3. The same loop gives the same picture.

    Raises FootageError where a clip cannot be decoded, FontsError without a font.
    """
    sheet = Sheet(plan)
    wanted = (cell.shot for box in sheet.boxes for part in (*turn_of(box), *coming(box)) for cell in sheet.cells(part))
    probes = {run.master: cue.strip.probe for cue in plan.cues for run in cue.strip.runs if cue.strip.probe}
    pictures = shots.gather(wanted, probes, sheet.bands.strip, progress)
    heard = peaks.gather(sheet.boxes, max(1, ceil(sheet.scale)), progress)
    title = tuple((loop.title or {}).items())
    note = "without what has mistakes" if plan.problems else ""
    return Page(sheet, loop.text.languages, loop.order).draw(title, pictures, heard, note)


def write(image: "Image", file: Path) -> None:
    """Write the picture whole, at 300 dots an inch. Raises InstallationError where the disk does not take it."""
    drawn = io.BytesIO()
    if file.suffix.lower() == ".pdf":
        image.save(drawn, "PDF", resolution=DPI, quality=92, creationDate=None, modDate=None)
    else:
        image.save(drawn, "PNG", dpi=(DPI, DPI), compress_level=3)
    try:
        write_whole(file, drawn.getvalue(), durable=False)
    except OSError as error:
        raise InstallationError(f"{file} cannot be written: {error.strerror}. Name another place.") from error
