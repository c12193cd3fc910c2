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

TIMED = Path(__file__).parent / "glass"
"""Its tests time what is seen: with several workers one of them runs these, one after the other."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if TIMED in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("timed"))


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
