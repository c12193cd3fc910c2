"""Whose fault a fault is: one cue's, or the way that everything is played. Pure; times are monotonic seconds.

A player that fails twice running in one way at one place of the loop casts suspicion on the cue there, so it goes on
after that cue. If it then plays, the cue is to blame and set aside until the show changes; if it fails all the same,
the cue is not, and the next player is set up more carefully, a rung at a time: as configured, without hardware
decoding, with the plain video output, without sound, and round again.
"""

from dataclasses import dataclass, replace

from installation.wall.resuming import Standing

AGAIN_S = 600.0
"""Two faults at one place are one cue's only when they lie no further apart."""
NEAR_S = 0.5
"""Places of one cue that are no further apart are one."""
PROOF_S = 5.0
"""Having played so long without the suspected cue proves it."""
CLIMB_AT = 3
"""From this failure in a row on, each restart is set up otherwise than the last."""


@dataclass(frozen=True, slots=True)
class Blame:
    """What is remembered of earlier faults. `rung` is how the next player is set up: a player.options.Rung."""

    fault: str = ""
    place: Standing | None = None
    at: float = 0.0
    suspect: int | None = None
    cleared: bool = False
    """A suspicion was found wrong in this row of failures: no other follows it."""
    aside: frozenset[int] = frozenset()
    rung: int = 0
    told_rung: int = 0


def accuse(
    blame: Blame,
    fault: str,
    place: Standing | None,
    now: float,
    *,
    played: bool,
    failures: int,
    rungs: tuple[int, ...],
) -> tuple[Blame, bool]:
    """Take in a fault; tells whether the next player is to begin after the cue in which it happened.

    `fault` is its name among the rules; `place` is None where it has nothing to do with the place. `played`: there was
    a picture since the last fault; `failures` counts it and those in a row before it; `rungs` are those that make a
    difference here.
    """
    if failures == 1:
        blame = replace(blame, cleared=False)
    if place and place.cue in blame.aside:
        return blame, True
    before, again = blame.place, fault == blame.fault and now - blame.at <= AGAIN_S
    if blame.suspect is not None:
        if place and played and place.cue == blame.suspect:
            return convict(blame), True
        blame = replace(blame, suspect=None, cleared=True, place=None)
    elif place and before and again and _are_one(before, place) and not blame.cleared:
        return replace(blame, suspect=place.cue), True
    blame = replace(blame, fault=fault, place=place, at=now)
    if failures < CLIMB_AT:
        return blame, False
    above = [rung for rung in rungs if rung > blame.rung]
    return replace(blame, rung=above[0] if above else 0), False


def _are_one(one: Standing, other: Standing) -> bool:
    return one.cue == other.cue and abs(one.position_s - other.position_s) <= NEAR_S


def convict(blame: Blame) -> Blame:
    """Set the suspected cue aside."""
    found = frozenset() if blame.suspect is None else frozenset({blame.suspect})
    return replace(blame, suspect=None, place=None, aside=blame.aside | found)


def acquitted(blame: Blame) -> Blame:
    """Try every cue again: the show is about to change."""
    return replace(blame, suspect=None, place=None, aside=frozenset())
