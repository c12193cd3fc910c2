from pathlib import Path

import pytest

from tests.cli.running import LOOP
from tests.glass.marked import make_clip
from tests.glass.stage import Stage

SMALL = (320, 180)


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    make_clip(folder / "one.mp4", 1, 30, size=SMALL)
    make_clip(folder / "two.mp4", 2, 45, size=SMALL, sound=True)
    return folder


@pytest.fixture
def stage(tmp_path: Path, clips: Path) -> Stage:
    """Two clips and a loop without a mistake; no screen is wanted."""
    stage = Stage(tmp_path / "kiosk")
    for clip in clips.iterdir():
        (stage.footage / clip.name).write_bytes(clip.read_bytes())
    stage.loop(LOOP)
    stage.kiosk("screen: {kind: none}\n")
    return stage
