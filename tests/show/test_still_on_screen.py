"""A still's colours from its file, through its exhibition copy, to the pixels of a screen."""

import os
import subprocess
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from mss import MSS
from PIL import Image

from installation.show.picture_copies import encode
from installation.show.segments import Copy
from installation.show.strips import STILL, Run
from tests.footage.pictures import DISPLAY_P3, Array, decoded_srgb, rgb_profile, shown_in_srgb
from tests.glass.xserver import XServer

SIDE, COLUMNS, ROWS = 80, 8, 4
SIZE = SIDE * COLUMNS, SIDE * ROWS
PATCHES = np.array(
    [
        *([level] * 3 for level in (255, 224, 192, 160, 128, 96, 64, 32, 16, 8, 0)),
        *([255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 255, 255], [255, 0, 255], [255, 255, 0]),
        *([224, 172, 140], [198, 134, 104], [120, 74, 56], [60, 36, 28]),
        *([40, 8, 8], [10, 36, 14], [10, 14, 46], [178, 60, 40], [110, 160, 210], [255, 140, 0], [110, 40, 160]),
        *([96, 100, 40], [0, 128, 128], [0, 0, 128], [128, 0, 0]),
    ],
    np.uint8,
)
PATIENCE_S = 30


@pytest.fixture(scope="module")
def screen() -> Iterator[XServer]:
    with XServer(SIZE) as server:
        yield server


def chart() -> Array:
    return PATCHES.reshape(ROWS, COLUMNS, 3).repeat(SIDE, 0).repeat(SIDE, 1)


def read_off(screen: XServer, copy: Path, output: list[str]) -> Array:
    """The middle of each patch, once the picture stands; vo=x11 dithers, so as a mean."""
    command = ["mpv", "--no-config", "--fullscreen", "--no-audio", "--osd-level=0", "--osc=no", "--loop-file=inf"]
    environ = {**os.environ, "DISPLAY": screen.display}
    player = subprocess.Popen([*command, "--really-quiet", *output, str(copy)], env=environ)
    try:
        with MSS(display=screen.display) as reader:
            until, before = time.monotonic() + PATIENCE_S, np.zeros(0)
            while time.monotonic() < until and player.poll() is None:
                time.sleep(0.2)
                shown = np.array(reader.grab(reader.monitors[0]))[..., 2::-1]
                if shown.any() and np.array_equal(shown, before):
                    patches = shown.reshape(ROWS, SIDE, COLUMNS, SIDE, 3).swapaxes(1, 2)[:, :, 15:-15, 15:-15]
                    return np.asarray(patches.mean((2, 3)).reshape(-1, 3))
                before = shown
    finally:
        player.kill()
        player.wait()
    if "--vo=gpu" in output:
        pytest.skip("no OpenGL here, not even in software")
    pytest.fail("mpv showed no picture that stood still")


@pytest.mark.parametrize(
    "output",
    [["--vo=x11"], ["--vo=x11", "--profile=sw-fast"], ["--vo=gpu", "--gpu-sw=yes", "--gpu-api=opengl"]],
    ids=["x11", "x11 sw-fast", "gpu"],
)
@pytest.mark.parametrize("profile", ["none", "Display P3"])
def test_a_stills_colours_come_out_on_the_screen(
    screen: XServer, tmp_path: Path, output: list[str], profile: str
) -> None:
    still = tmp_path / "still.png"
    icc = None if profile == "none" else rgb_profile(profile, DISPLAY_P3, None)
    Image.fromarray(chart()).save(still, icc_profile=icc)
    copy = Copy(Fraction(25), 50, *SIZE, (Run(STILL, Fraction(2), str(still)),))
    encode(tmp_path / "copy.mp4", copy, lambda _: pytest.fail("a still is no clip"), lambda _: None)
    expected = shown_in_srgb(decoded_srgb(PATCHES / 255), DISPLAY_P3) if icc else PATCHES
    off = np.abs(read_off(screen, tmp_path / "copy.mp4", output) - expected).max(1)
    assert off.max() <= 3, {tuple(PATCHES[place].tolist()): off[place] for place in np.flatnonzero(off > 3)}
    assert off.mean() <= 1
