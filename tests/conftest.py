import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.glass.compositor import Compositor
from tests.glass.xserver import XorgServer

# no example is judged by the clock of a busy machine, and a failure found once can be found again
slow = [HealthCheck.too_slow]
settings.register_profile("house", deadline=None, print_blob=True, derandomize=True, suppress_health_check=slow)
settings.load_profile("house")

GLASS = Path(__file__).parent / "glass"
TIMED = ("test_cues.py", "test_editing.py", "test_instruments.py", "test_playing.py", "test_sound.py")
"""These time every frame on the screen, the others there wait for it: of either one worker runs one at a time."""
LONG = ("test_readme.py", "test_house.py", "test_medium.py", "test_clock.py", "test_preparing.py")
"""What takes longest begins first: else one worker would be at it when all others have ended."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if GLASS in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("timed" if item.path.name in TIMED else "glass"))
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """With several workers, what is timed on a screen has the processor before all else."""
    if "PYTEST_XDIST_WORKER" in os.environ and GLASS not in item.path.parents and os.nice(0) == 0:
        os.nice(10)


@pytest.fixture
def xorg(tmp_path: Path) -> Iterator[XorgServer]:
    """An Xorg with the dummy driver; a test that needs it is skipped, saying why, where it cannot run."""
    with ExitStack() as held:
        try:
            running = held.enter_context(XorgServer(tmp_path))
        except RuntimeError as absent:
            pytest.skip(str(absent))
        yield running


@pytest.fixture
def compositor() -> Iterator[Callable[..., Compositor]]:
    """Starts compositors; a test that needs one is skipped, saying why, where it cannot run."""
    with ExitStack() as all_of_them:

        def start(kind: str, within: Compositor | None = None) -> Compositor:
            try:
                return all_of_them.enter_context(Compositor(kind, within=within))
            except RuntimeError as absent:
                pytest.skip(str(absent))

        yield start
