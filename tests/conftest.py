from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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
