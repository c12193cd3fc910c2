"""In which order the cues of each iteration come."""

import random
from collections.abc import Sequence

Order = tuple[int, ...]


def orders(order: str, seed: int, names: Sequence[str], iterations: int) -> tuple[Order, ...]:
    """Return the cue indices of each iteration; one order alone where every iteration has the same.

    `order` is listed, reversed or shuffled; shuffled anew for each iteration, the same for the same `seed`. Two cues
    of the same name never meet at a wrap where that can be avoided, nor where the last iteration meets the first.
    """
    listed = tuple(range(len(names)))
    if order != "shuffled":
        return (listed[::-1] if order == "reversed" else listed,)
    made: list[Order] = []
    for iteration in range(iterations):
        shuffled = list(listed)
        chance = random.Random(f"{seed}/{iteration}")  # noqa: S311 - an order for the wall, not a secret
        chance.shuffle(shuffled)
        if made:
            _exchange(shuffled, 0, range(1, len(listed)), names, names[made[-1][-1]])
        made.append(tuple(shuffled))
    if made:
        last = list(made[-1])
        _exchange(last, -1, range(len(last) - 2, 0, -1), names, names[made[0][0]])
        made[-1] = tuple(last)
    return tuple(made)


def _exchange(order: list[int], place: int, others: range, names: Sequence[str], unwanted: str) -> None:
    """Have another name than `unwanted` at a place of an order, by an exchange with the first other that allows it."""
    if names[order[place]] != unwanted:
        return
    other = next((other for other in others if names[order[other]] != unwanted), None)
    if other is not None:
        order[place], order[other] = order[other], order[place]
