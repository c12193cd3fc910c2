from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from installation.footage.analysis import analyse
from installation.footage.archive import Archive
from installation.footage.probe import probe
from installation.footage.stills import look
from installation.show import planning, timeline
from installation.show.plan import Plan
from installation.show.planning import Known
from tests.glass.marked import make_clip
from tests.loops import read_loop

RATE = 25
COLOURS = {"red": (200, 40, 40), "green": (40, 160, 60), "grey": (128, 128, 128)}


def untold(done: int, whole: int) -> None:
    """A progress that nobody hears."""


def coloured(path: Path, *colours: tuple[int, int, int], keyint: int = 5, size: tuple[int, int] = (160, 90)) -> None:
    """Write a clip that shows one colour after the other, a second each."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.options = {"x264-params": f"keyint={keyint}:min-keyint={keyint}:scenecut=0:bframes=0:threads=1"}
        for number in range(len(colours) * RATE):
            plain = np.full((size[1], size[0], 3), colours[number // RATE], np.uint8)
            frame = av.VideoFrame.from_ndarray(plain, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of clips: four seconds of each colour, one that changes, one with a tone; and a blue still."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("clips").resolve()
    for name, colour in COLOURS.items():
        coloured(folder / f"{name}.mp4", *[colour] * 4)
    coloured(folder / "changing.mp4", *[(40 * number, 90, 90) for number in range(6)], keyint=150)
    make_clip(folder / "tone.mp4", 1, 75, Fraction(RATE), (160, 90), sound=True)
    Image.new("RGB", (300, 400), (30, 60, 200)).save(folder / "blue.png")
    return folder


@pytest.fixture
def planned(clips: Path) -> Callable[[str], Plan]:
    """Plan a loop.yaml of the clips."""

    def plan(text: str) -> Plan:
        loop = read_loop(text)
        made = planning.plan(loop, Archive(clips), Known(probe, look, lambda path: analyse(path, probe(path)).flashes))
        timeline.arrange(made, loop.order, loop.seed)
        assert not made.problems, made.problems
        return made

    return plan
