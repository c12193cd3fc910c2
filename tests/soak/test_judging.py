import pytest

from tests.glass.marked import BLACK, BLIND, UNREADABLE, Reading, Seen
from tests.glass.reader import Run
from tests.soak.judging import judge, moves

FRAME_S = 0.04
DUE_S: dict[Seen, float] = {Reading(1, frame): 2.0 if frame == 100 else FRAME_S for frame in range(500)}


def playing(since: float, until: float, frame: int = 0) -> list[Run]:
    """A picture that goes on from one time to another."""
    count = round((until - since) / FRAME_S)
    starts = [since + number * FRAME_S for number in range(count)]
    return [Run(at, at + FRAME_S, Reading(1, frame + number)) for number, at in enumerate(starts)]


def test_a_picture_that_goes_on_was_never_away() -> None:
    verdict = judge(playing(0, 4), 2, DUE_S)
    assert verdict.dark_s == 0
    assert verdict.strange == ()


@pytest.mark.parametrize("between", [BLACK, Reading(1, 49)], ids=["black", "standing still"])
def test_a_picture_that_is_black_or_stands_still_is_away_until_the_next_one(between: Seen) -> None:
    runs = [*playing(0, 2), Run(2, 5, between), *playing(5, 7, 50)]
    assert judge(runs, 2, DUE_S).dark_s == pytest.approx(3, abs=FRAME_S)


def test_two_stops_after_one_fault_are_added_up() -> None:
    runs = [*playing(0, 2), Run(2, 3, BLACK), *playing(3, 4, 50), Run(4, 4.5, BLACK), *playing(4.5, 6, 80)]
    assert judge(runs, 2, DUE_S).dark_s == pytest.approx(1.5, abs=2 * FRAME_S)


def test_a_hold_and_a_black_that_the_loop_asks_for_are_no_outage() -> None:
    runs = [*playing(0, 4.04), Run(4.04, 5, Reading(1, 100)), Run(5, 6, BLACK), *playing(6.02, 7, 101)]
    assert judge(runs, 1, DUE_S).dark_s == 0


def test_what_lay_before_the_moment_that_counts_is_nobodys_fault() -> None:
    runs = [*playing(0, 2), Run(2, 9, BLACK), *playing(10, 12, 50)]
    assert judge(runs, 9, DUE_S).dark_s == pytest.approx(1, abs=FRAME_S)


def test_while_the_screen_did_not_answer_nothing_is_judged() -> None:
    runs = [*playing(0, 2), Run(2, 4, BLIND), *playing(4, 6, 50)]
    assert judge(runs, 2, DUE_S).dark_s == 0


@pytest.mark.parametrize("stranger", [UNREADABLE, Reading(7, 3)])
def test_whatever_is_neither_the_work_nor_black_is_noted(stranger: Seen) -> None:
    run = Run(2, 2.5, stranger)
    verdict = judge([*playing(0, 2), run, *playing(2.5, 4, 50)], 2, DUE_S)
    assert verdict.strange == (run,)
    assert verdict.dark_s == pytest.approx(0.5, abs=FRAME_S)


def test_a_picture_moves_once_it_has_moved_for_a_second_well_after_the_fault() -> None:
    runs = playing(0, 4)
    assert moves(runs, 2, 4, DUE_S)
    assert not moves(runs, 2, 3.2, DUE_S)  # may have been on its way before the fault
    assert not moves([*runs, Run(4, 6, Reading(1, 99))], 2, 6, DUE_S)  # stands still
    assert not moves([*runs, Run(4, 6, BLACK)], 2, 6, DUE_S)
