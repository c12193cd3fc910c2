"""In which order the cues of each iteration come."""

import random


def orders(order: str, seed: int, cues: int, iterations: int) -> tuple[tuple[int, ...], ...]:
    """Return the cue indices of each iteration; one order alone where every iteration has the same.

    `order` is listed, reversed or shuffled; shuffled anew for each iteration, the same for the same `seed`.
    """
    listed = tuple(range(cues))
    if order == "shuffled":
        return tuple(_shuffled(listed, f"{seed}/{iteration}") for iteration in range(iterations))
    return (listed[::-1] if order == "reversed" else listed,)


def _shuffled(listed: tuple[int, ...], seed: str) -> tuple[int, ...]:
    shuffled = list(listed)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - an order for the wall, not a secret
    return tuple(shuffled)
