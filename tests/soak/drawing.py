"""Which fault comes when: drawn by a seed, so that a run can be had again."""

from collections.abc import Iterator, Sequence
from random import Random

from tests.soak.faults import Fault


def draw(faults: Sequence[Fault], seed: int, every_s: float) -> Iterator[tuple[float, Fault, Random]]:
    """Yield, for ever, the second at which a fault is due, the fault, and what it draws its own numbers from.

    They come every `every_s` seconds on average, from half to one and a half times as far apart. Every fault comes as
    often as its weight says, and none is missed: they are dealt like cards, the pack shuffled anew each time.
    """
    rng = Random(seed)
    at_s = 0.0
    while True:
        pack = [fault for fault in faults for _ in range(fault.weight)]
        rng.shuffle(pack)
        for fault in pack:
            at_s += every_s * rng.uniform(0.5, 1.5)
            yield at_s, fault, Random(rng.random())
