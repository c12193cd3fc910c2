from collections.abc import Iterator

import pytest

from tests.glass.xserver import XServer


@pytest.fixture(scope="module")
def server() -> Iterator[XServer]:
    with XServer((64, 48)) as running:
        yield running
