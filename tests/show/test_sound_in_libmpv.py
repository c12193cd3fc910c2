"""The proof for the ear: what libmpv plays of a prepared show has no click and no hole where it should go on."""

import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from installation.places import Places
from installation.show import model
from tests.glass.stage import Stage
from tests.show.dumping import HANGS_S, prepare

pytestmark = pytest.mark.skipif(not shutil.which("mpv"), reason="needs mpv on the path")

RATE = 48_000
LOUD = 0.05 / 2**0.5
"""The marked clips' tone, one channel on two."""
SMOOTH = 0.005
"""Two such tones below 540 Hz move no faster than this between two samples; a jump in them does."""


def listen(stage: Stage, text: str, seconds: int, folder: Path) -> NDArray[np.float64]:
    """Prepare a loop and return what libmpv plays of it, full scale 1, of one channel: as fast as it can."""
    stage.loop(text)
    assert prepare(stage).outcome == "ready"
    show = model.read(Places.under(stage.state).current)
    options = ["--no-config", "--vo=null", "--untimed", "--ao=pcm", "--audio-channels=stereo", f"--length={seconds}"]
    options += [f"--audio-samplerate={RATE}", f"--aid={show.audio}", f"--ao-pcm-file={folder / 'heard.wav'}"]
    command = ["mpv", *options, "--really-quiet", str(Places.under(stage.state).current / "loop.edl")]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=HANGS_S)
    with av.open(str(folder / "heard.wav")) as container:
        blocks = [np.asarray(frame.to_ndarray(), np.float64).reshape(-1, 2) for frame in container.decode(audio=0)]
    samples: NDArray[np.float64] = np.concatenate(blocks)[:, 0] / 32768
    assert len(samples) == pytest.approx(seconds * RATE, abs=RATE / 100)
    return samples


@pytest.mark.parametrize(
    ("text", "loop_s"),
    [
        ("cues:\n  - clip: 16-b-sound.mp4\n    fade_in: 1\n    fade_out: 1\n", 5),
        ("cues:\n  - clip: 16-b-sound.mp4\n    out: 4\n    fade_in: 1\n    fade_out: 1\n", 4),
        ("crossfade: 1\ncues:\n  - clip: 16-b-sound.mp4\n  - clip: 12-pal.mp4\n", 9),
        ("crossfade: 0.7\ncues:\n  - clip: 14-ntsc.mp4\n    out: 4\n  - clip: 12-pal.mp4\n    in: 0.5\n", 7),
        ("cues:\n  - clip: 12-pal.mp4\n    crossfade: 1\n  - black: 3\n    crossfade: 1\n", 7),
    ],
)
def test_sound_comes_and_goes_without_a_click(stage: Stage, tmp_path: Path, text: str, loop_s: int) -> None:
    samples = listen(stage, text, 2 * loop_s, tmp_path)
    assert np.abs(np.diff(samples)).max() < SMOOTH
    assert np.abs(samples).max() == pytest.approx(LOUD, rel=0.45)


def test_a_crossfade_of_sounds_leaves_no_hole(stage: Stage, tmp_path: Path) -> None:
    samples = listen(stage, "crossfade: 1\ncues:\n  - clip: 16-b-sound.mp4\n  - clip: 12-pal.mp4\n", 16, tmp_path)
    blocks = np.abs(samples[: len(samples) // 480 * 480]).reshape(-1, 480).max(axis=1)
    assert blocks.min() > LOUD / 5


def test_a_fade_of_sound_goes_with_the_picture(stage: Stage, tmp_path: Path) -> None:
    samples = listen(stage, "cues:\n  - clip: 16-b-sound.mp4\n    fade_in: 2\n    fade_out: 1\n", 10, tmp_path)
    loop_s = model.read(Places.under(stage.state).current).loop_s
    for at_s, level in [(0.5, 0.25), (1, 0.5), (1.5, 0.75), (2.5, 1), (4.5, 0.5), (4.75, 0.25)]:
        for begins_s in (Fraction(0), loop_s):
            middle = round((float(begins_s) + at_s) * RATE)
            loud = float(np.abs(samples[middle - 240 : middle + 240]).max())
            assert loud == pytest.approx(LOUD * level, abs=LOUD * 0.05)
