from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.glass.compositor import Compositor
from tests.glass.xserver import XorgServer, XServer


@pytest.fixture(scope="module")
def server() -> Iterator[XServer]:
    with XServer((64, 48)) as running:
        yield running


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
