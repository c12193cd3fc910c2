"""The proof: libmpv draws letters on exactly the frames of their cue, as bright as the fade asks."""

import shutil
import subprocess
import tempfile
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from installation.config.loop import Text
from installation.places import Places
from installation.player.options import ALWAYS
from installation.show import model
from installation.show.captions import Lettering, write
from installation.show.model import Show, Where
from installation.show.placing import Wall
from tests.glass.marked import Pixels, Reading, Seen, decode_strip, make_clip
from tests.glass.stage import Stage
from tests.show.dumping import HANGS_S, prepare

pytestmark = pytest.mark.skipif(not shutil.which("mpv"), reason="needs mpv on the path")

SMALL = (320, 180)
RATES = [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(50), Fraction(60)]
BLOCK = (("und", "███"),)
"""A solid piece of white in the middle of the screen."""


def draw(edl: Path, track: str, frames: int, size: tuple[int, int] = SMALL) -> list[Pixels]:
    """Return the first frames of a timeline with letters on them, as grey levels."""
    with tempfile.TemporaryDirectory() as folder:
        captions = Path(folder) / "captions.ass"
        captions.write_text(track, encoding="utf-8")
        asked = {name: value for name, value in ALWAYS.items() if name.startswith("sub_")}
        options = [f"--{name.replace('_', '-')}={_spelt(value)}" for name, value in asked.items()]
        options += ["--no-config", "--no-audio", "--really-quiet", f"--sub-file={captions}", f"--frames={frames}"]
        options += ["--vo=image", "--vo-image-format=png", "--vo-image-png-compression=0"]
        command = ["mpv", *options, f"--vo-image-outdir={folder}", str(edl)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=HANGS_S)
        paths = sorted(Path(folder).glob("*.png"))
        return [np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), np.uint8) for path in paths]


def _spelt(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def has_letters(picture: Pixels) -> bool:
    """Whether the block stands in the middle, where the clips are grey."""
    height, width = picture.shape
    return bool(picture[height * 45 // 100 : height * 48 // 100, width // 2 - 4 : width // 2 + 4].min() > 240)


def number(picture: Pixels) -> Seen:
    height = picture.shape[0]
    return decode_strip(picture[height // 10 - 1 : height // 10 + 1])


def turns(show: Show, iterations: int) -> list[tuple[int, Fraction, Fraction]]:
    """Every turn of a cue: the cue, when it begins and ends."""
    found = []
    for iteration in range(iterations):
        for cue in show.orders[iteration % len(show.orders)]:
            start_s = show.time_of(Where(iteration, cue, Fraction(0)))
            found.append((cue, start_s, start_s + show.cues[cue].length_s))
    return found


def test_letters_stand_on_every_frame_of_their_cue_and_on_no_other(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "kiosk")
    yaml, lengths = "", []
    for clip, rate in enumerate(RATES, 1):
        make_clip(stage.footage / f"{clip}.mp4", clip, 40, rate, SMALL)
        for first, last in ((0, 40), (15, 22), (7, 8), (9, 31)):
            yaml += f"  - clip: {clip}.mp4\n    in: {float(first / rate) - 1e-6 if first else 0:.6f}\n"
            yaml += f"    out: {float(last / rate) - 1e-6:.6f}\n" if last < 40 else ""
            lengths.append((clip, first, last))
    stage.loop(f"order: shuffled\ncues:\n{yaml}")
    assert prepare(stage).outcome == "ready"
    folder = Places.under(stage.state).current
    show = model.read(folder)
    letterings: list[Lettering] = []
    wanted: list[tuple[Seen, bool]] = []
    for turn, (cue, start_s, end_s) in enumerate(turns(show, 3)):
        lettered = turn % 3 != 1  # with letters before it, after it, both and none
        clip, first, last = lengths[cue]
        wanted += [(Reading(clip, frame), lettered) for frame in range(first, last)]
        if lettered:
            letterings.append(Lettering("title", BLOCK, start_s, end_s))
    text = Text.model_construct(place="bottom", size=Fraction(10), margin=Fraction(6))
    pictures = draw(folder / "loop.edl", write(letterings, text, Wall()), len(wanted))
    assert [(number(picture), has_letters(picture)) for picture in pictures] == wanted


@pytest.mark.parametrize("fade_s", [Fraction(1, 2), Fraction(1), Fraction(3)])
def test_letters_fade_evenly_and_are_as_bright_as_asked_at_every_frame(tmp_path: Path, fade_s: Fraction) -> None:
    stage = Stage(tmp_path / "kiosk")
    rate, length_s = Fraction(30000, 1001), Fraction(7)
    make_clip(stage.footage / "1.mp4", 1, 10, rate, SMALL)
    stage.loop(f"cues:\n  - clip: 1.mp4\n  - black: {length_s}\n")
    assert prepare(stage).outcome == "ready"
    folder = Places.under(stage.state).current
    show = model.read(folder)
    _, (_, start_s, end_s), *_ = turns(show, 1)
    lettering = Lettering("title", BLOCK, start_s, end_s, fade_s, fade_s)
    text = Text.model_construct(place="bottom", size=Fraction(10), margin=Fraction(6))
    frames = int(length_s * rate)
    pictures = draw(folder / "loop.edl", write([lettering], text, Wall()), 10 + frames)[10:]
    levels = [float(np.median(picture[80:87, 150:170])) / 255 for picture in pictures]
    wanted = [float(min(Fraction(1), at / rate / fade_s, (length_s - at / rate) / fade_s)) for at in range(frames)]
    assert levels == pytest.approx(wanted, abs=0.01)
