"""A cue is to blame, or the way everything is played: as a table."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from installation.wall.blame import AGAIN_S, NEAR_S, Blame, accuse, acquitted, convict
from installation.wall.resuming import Standing

RUNGS = (0, 1, 2, 3)
HERE, THERE = Standing(2, 7.5), Standing(3, 0.0)


def fault(
    blame: Blame,
    place: Standing | None = HERE,
    now: float = 0.0,
    *,
    failures: int = 1,
    played: bool = True,
    kind: str = "ended",
) -> tuple[Blame, bool]:
    return accuse(blame, kind, place, now, played=played, failures=failures, rungs=RUNGS)


def test_one_fault_is_nobodys() -> None:
    blame, skips = fault(Blame())
    assert (blame.suspect, blame.aside, blame.rung, skips) == (None, frozenset(), 0, False)


def test_two_faults_at_one_place_cast_suspicion_on_its_cue() -> None:
    blame, _ = fault(Blame())
    blame, skips = fault(blame, Standing(2, HERE.position_s + NEAR_S), now=AGAIN_S)
    assert (blame.suspect, skips) == (2, True)


def test_two_faults_too_far_apart_in_time_place_cue_or_kind_do_not() -> None:
    blame, _ = fault(Blame())
    for place, now in ((HERE, AGAIN_S + 1), (Standing(2, HERE.position_s + NEAR_S + 0.1), 1.0), (THERE, 1.0)):
        assert fault(blame, place, now)[0].suspect is None
    assert fault(blame, HERE, 1.0, kind="silent")[0].suspect is None


def test_a_suspect_is_convicted_when_it_is_met_again() -> None:
    blame, skips = fault(Blame(suspect=2))
    assert (blame.aside, blame.suspect, skips) == (frozenset({2}), None, True)


def test_a_suspect_is_cleared_when_the_player_fails_without_it_and_no_other_follows_in_that_row() -> None:
    blame, skips = fault(Blame(suspect=2), THERE, failures=3)
    assert (blame.suspect, blame.aside, blame.rung, skips) == (None, frozenset(), 1, False)
    blame, skips = fault(blame, THERE, 1.0, failures=4)
    assert (blame.suspect, blame.rung, skips) == (None, 2, False)
    blame, _ = fault(blame, THERE, 1000.0, failures=1)
    assert fault(blame, THERE, 1001.0, failures=2)[0].suspect == 3


def test_a_player_that_never_had_a_picture_convicts_nobody() -> None:
    blame, _ = fault(Blame(suspect=2), HERE, failures=3, played=False)
    assert (blame.suspect, blame.aside) == (None, frozenset())


def test_a_cue_that_is_aside_and_still_met_is_passed_over_at_once() -> None:
    aside = Blame(aside=frozenset({2}))
    assert fault(aside) == (aside, True)


def test_faults_that_have_nothing_to_do_with_a_place_climb_from_the_third_on_and_round_again() -> None:
    blame, climbed = Blame(), []
    for failures in range(1, 9):
        blame, skips = fault(blame, None, float(failures), failures=failures)
        climbed.append(blame.rung)
        assert not skips
    assert climbed == [0, 0, 1, 2, 3, 0, 1, 2]


def test_only_rungs_that_differ_here_are_tried() -> None:
    blame, _ = accuse(Blame(), "heavy", None, 0.0, played=True, failures=3, rungs=(0, 3))
    assert blame.rung == 3
    assert accuse(blame, "heavy", None, 0.0, played=True, failures=4, rungs=(0, 3))[0].rung == 0
    assert accuse(Blame(), "heavy", None, 0.0, played=True, failures=3, rungs=(0,))[0].rung == 0


def test_an_edit_gives_every_cue_a_new_chance_but_keeps_the_rung() -> None:
    blame = acquitted(Blame("ended", HERE, 1.0, suspect=4, aside=frozenset({2}), rung=3))
    assert (blame.suspect, blame.aside, blame.rung, blame.place) == (None, frozenset(), 3, None)


PLACES = st.none() | st.builds(Standing, st.integers(1, 3), st.floats(0, 3))
FAULTS = st.lists(st.tuples(PLACES, st.booleans(), st.booleans()), max_size=40)


@given(FAULTS)
def test_whatever_happens_no_cue_is_set_aside_without_two_faults_in_it(
    faults: list[tuple[Standing | None, bool, bool]],
) -> None:
    blame, failures, met = Blame(), 0, dict[int, int]()
    for now, (place, played, in_a_row) in enumerate(faults):
        failures = failures + 1 if in_a_row else 1
        if place:
            met[place.cue] = met.get(place.cue, 0) + 1
        before = blame
        blame, skips = fault(blame, place, float(now), failures=failures, played=played)
        assert blame.rung in RUNGS
        assert all(met[cue] >= 2 for cue in blame.aside)
        assert skips or blame.aside == before.aside
        if blame.suspect is not None:
            assert met[blame.suspect] >= 2
    assert convict(replace(blame, suspect=None)).aside == blame.aside
