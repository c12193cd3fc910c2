from collections import Counter
from itertools import islice, pairwise

import pytest

from tests.soak.drawing import draw
from tests.soak.faults import FAULTS


def test_a_seed_draws_the_same_faults_at_the_same_times_with_the_same_numbers() -> None:
    def drawn(seed: int) -> list[tuple[float, str, float]]:
        return [(at_s, fault.name, rng.random()) for at_s, fault, rng in islice(draw(FAULTS, seed, 6.5), 200)]

    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


def test_every_fault_comes_as_often_as_its_weight_says() -> None:
    pack = sum(fault.weight for fault in FAULTS)
    drawn = Counter(fault.name for _, fault, _ in islice(draw(FAULTS, 2017, 6.5), 3 * pack))
    assert drawn == {fault.name: 3 * fault.weight for fault in FAULTS}


@pytest.mark.parametrize("every_s", [0.5, 6.5])
def test_faults_come_as_far_apart_on_average_as_asked(every_s: float) -> None:
    times = [at_s for at_s, _, _ in islice(draw(FAULTS, 2017, every_s), 1000)]
    apart = [after - before for before, after in pairwise(times)]
    assert times[-1] / 1000 == pytest.approx(every_s, rel=0.05)
    assert min(apart) >= every_s / 2
    assert max(apart) <= every_s * 1.5


def test_every_fault_has_a_name_of_its_own() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
