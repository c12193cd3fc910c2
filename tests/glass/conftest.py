from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.glass.marked import make_clip
from tests.glass.stage import Stage
from tests.glass.xserver import XServer


@pytest.fixture
def glass() -> Iterator[XServer]:
    with XServer() as server:
        yield server


@pytest.fixture
def stage(tmp_path: Path, glass: XServer) -> Stage:
    """Three marked clips of 1.5, 2 and 3 seconds, and a loop of them."""
    stage = Stage(tmp_path / "kiosk", glass.display)
    for number, frames in ((1, 45), (2, 60), (3, 90)):
        make_clip(stage.footage / f"clip-{number}.mp4", number, frames)
    stage.loop("cues:\n  - clip: clip-1.mp4\n  - clip: clip-2.mp4\n  - clip: clip-3.mp4\n")
    return stage
