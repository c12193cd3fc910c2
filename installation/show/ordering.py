"""In which order the cues of each iteration come."""

import random
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

Order = tuple[int, ...]

REVERSED, SHUFFLED = "reversed", "shuffled"
CALM_TO_BRIGHT, BRIGHT_TO_CALM = "calm to bright", "bright to calm"
BY_FLASHES = (CALM_TO_BRIGHT, BRIGHT_TO_CALM)


def orders(
    order: str, seed: int, names: Sequence[str], iterations: int, pace: Sequence[Fraction] = ()
) -> tuple[Order, ...]:
    """Return the cue indices of each iteration; one order alone where every iteration has the same.

    `order` is as in loop.yaml. BY_FLASHES goes by each cue's `pace` in flashes a second; of equal ones the first in the
    file comes first. Shuffled is anew for each iteration, the same for the same `seed`. Then two cues of the same name
    never meet at a wrap unless all have the same, nor where the last iteration meets the first.
    """
    listed = tuple(range(len(names)))
    if order in BY_FLASHES:
        return (tuple(sorted(listed, key=lambda cue: pace[cue] if order == CALM_TO_BRIGHT else -pace[cue])),)
    if order != SHUFFLED:
        return (listed[::-1] if order == REVERSED else listed,)
    odd = _odd(names)
    made: list[list[int]] = []
    for iteration in range(iterations):
        shuffled = list(listed)
        chance = random.Random(f"{seed}/{iteration}")  # noqa: S311 - an order for the wall, not a secret
        chance.shuffle(shuffled)
        if odd is not None:  # in another place it would bring two of the others together, if not now then later
            shuffled.insert(0, shuffled.pop(shuffled.index(odd)))
        elif made:
            _exchange(shuffled, 0, range(1, len(listed)), names, names[made[-1][-1]])
        made.append(shuffled)
    if made:
        _exchange(made[-1], -1, range(len(listed) - 2, 0, -1), names, names[made[0][0]])
    return tuple(map(tuple, made))


def _odd(names: Sequence[str]) -> int | None:
    """Return the one cue of another name than all the others, if there is just one such."""
    rare = [name for name, times in Counter(names).items() if times == 1]
    return names.index(rare[0]) if rare and len(set(names)) == 2 else None


def _exchange(order: list[int], place: int, others: range, names: Sequence[str], unwanted: str) -> None:
    """Have another name than `unwanted` at a place of an order, by an exchange with the first other that allows it."""
    if names[order[place]] != unwanted:
        return
    other = next((other for other in others if names[order[other]] != unwanted), None)
    if other is not None:
        order[place], order[other] = order[other], order[place]
