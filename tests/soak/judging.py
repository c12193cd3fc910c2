"""What the readings of a screen say after a fault: how long no picture was there, and what else was."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.glass.marked import BLIND, UNREADABLE, Reading, Seen
from tests.glass.reader import Run

STOP_S = 0.2
"""A picture that comes less than this after it was due is no outage: a busy machine's, or the join of an edit."""
SETTLED_S = 0.3
"""What is shown already when a fault strikes is seen until then."""
MOVES = 8
"""So many different pictures within a second are a picture that moves; others may have a busy machine to themselves."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`dark_s`: the seconds without a next picture of the loop, black or standing still; `strange`: neither of both."""

    dark_s: float
    strange: tuple[Run, ...]


def judge(runs: Sequence[Run], since: float, due_s: Mapping[Seen, float]) -> Verdict:
    """Add up what visitors missed from `since` on; `due_s` tells for every picture when the next one is due after it.

    While the screen itself did not answer the reader there is nothing to judge.
    """
    strange = tuple(
        run for run in runs if run.seen is UNREADABLE or (isinstance(run.seen, Reading) and run.seen not in due_s)
    )
    blind = [run for run in runs if run.seen is BLIND]
    pictures = [next(same) for _, same in itertools.groupby(_pictures(runs, due_s), key=lambda run: run.seen)]
    dark_s = 0.0
    for before, after in itertools.pairwise(pictures):
        start = max(before.first + due_s[before.seen], since)
        unseen_s = sum(max(0.0, min(run.last, after.first) - max(run.first, start)) for run in blind)
        stop_s = after.first - start - unseen_s
        dark_s += stop_s if stop_s > STOP_S else 0.0
    return Verdict(dark_s, strange)


def moves(runs: Sequence[Run], since: float, now: float, due_s: Mapping[Seen, float]) -> bool:
    """Whether the picture is seen, and moves, in the last second, all of it well after the fault."""
    begin = now - 1
    if begin < since + SETTLED_S:
        return False
    return len({run.seen for run in _pictures(runs, due_s) if run.first >= begin}) >= MOVES


def _pictures(runs: Sequence[Run], due_s: Mapping[Seen, float]) -> list[Run]:
    return [run for run in runs if run.seen in due_s]
