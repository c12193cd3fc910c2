from fractions import Fraction
from pathlib import Path

import pytest

from tests.glass.marked import make_clip
from tests.glass.stage import Stage
from tests.show.dumping import prepare
from tests.show.shows import GOOD

SMALL = (160, 90)


@pytest.fixture(scope="session")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of marked clips of every kind that plays: the clip's number is the one in its name."""
    folder = tmp_path_factory.mktemp("marked")
    ntsc = Fraction(30000, 1001)
    make_clip(folder / "11-plain.mp4", 11, 150, size=SMALL)
    make_clip(folder / "12-pal.mp4", 12, 150, Fraction(25), SMALL, sound=True)
    make_clip(folder / "13-slow.mp4", 13, 90, Fraction(25, 2), SMALL)
    make_clip(folder / "14-ntsc.mp4", 14, 150, ntsc, SMALL, sound=True)
    make_clip(folder / "15-b.mp4", 15, 150, size=SMALL, bframes=3)
    make_clip(folder / "16-b-sound.mp4", 16, 150, size=SMALL, bframes=3, sound=True)
    make_clip(folder / "17-plain.mkv", 17, 150, size=SMALL)
    make_clip(folder / "18-ntsc.mkv", 18, 150, ntsc, SMALL, sound=True, bframes=2)
    make_clip(folder / "19-mpeg4.avi", 19, 90, Fraction(10), SMALL, codec="mpeg4")
    make_clip(folder / "20-far.mp4", 20, 500, size=(320, 180), keyint=450)  # decoding to its end is far
    make_clip(folder / "21-air.ts", 21, 150, Fraction(25), SMALL, sound=True)
    return folder


@pytest.fixture
def stage(tmp_path: Path, marked: Path) -> Stage:
    """An installation whose footage is hard links to the marked clips, free to be deleted and broken."""
    stage = Stage(tmp_path / "kiosk")
    for clip in marked.iterdir():
        (stage.footage / clip.name).hardlink_to(clip)
    return stage


@pytest.fixture
def good(stage: Stage) -> Stage:
    """A stage with a good show."""
    stage.loop(GOOD)
    assert prepare(stage).outcome == "ready"
    return stage
