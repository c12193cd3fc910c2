"""Prepares a stage's show without a watchdog, and has libmpv write down every frame that it would play of it."""

import subprocess
import tempfile
from pathlib import Path

import cv2
import numpy as np

from installation.places import Places
from installation.show.prepare import Preparation, Prepared, Progress
from tests.glass.marked import Seen, decode_strip
from tests.glass.stage import Stage

HANGS_S = 300.0
"""A libmpv that takes this long over its frames hangs; on a busy machine thousands of them take a minute."""


def _unheard(what: str, done: float) -> None:
    pass


def prepare(stage: Stage, *keep: Path, progress: Progress = _unheard) -> Prepared:
    return Preparation(stage.config, Places.under(stage.state), progress, keep).run()


def dump(show: Path, frames: int) -> list[Seen]:
    """Return what stands on the first `frames` frames of a show's timeline, as libmpv decodes them.

    `vo=image` writes each frame that libmpv takes from the timeline, as fast as it can: no clock, no screen.
    """
    with tempfile.TemporaryDirectory() as folder:
        options = ["--no-config", "--no-audio", "--vo=image", "--vo-image-format=png", "--vo-image-png-compression=0"]
        options += ["--vf=lavfi=[crop=iw:2:0:ih/10-1]", f"--vo-image-outdir={folder}", f"--frames={frames}"]
        command = ["mpv", *options, "--hr-seek=yes", "--really-quiet", str(show / "loop.edl")]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=HANGS_S)
        strips = [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in sorted(Path(folder).glob("*.png"))]
    return [decode_strip(np.asarray(strip, np.uint8)) for strip in strips]
