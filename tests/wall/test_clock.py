from hypothesis import given
from hypothesis import strategies as st

from installation.wall.clock import TOLD_S, Clock


def looks(*moments: tuple[float, float]) -> list[float]:
    clock = Clock()
    return [clock.was_set(day_s, steady_s) for day_s, steady_s in moments]


def test_a_clock_that_runs_on_was_not_set() -> None:
    assert looks((1000.0, 5.0), (1000.25, 5.25), (4600.0, 3605.0)) == [0.0, 0.0, 0.0]


def test_a_step_is_told_once_with_its_direction() -> None:
    assert looks((1000.0, 5.0), (8201.0, 6.0), (8202.0, 7.0)) == [0.0, 7200.0, 0.0]
    assert looks((9000.0, 5.0), (5401.0, 6.0), (5402.0, 7.0)) == [0.0, -3600.0, 0.0]


def test_what_a_time_server_corrects_is_no_news() -> None:
    assert looks((1000.0, 5.0), (1030.0, 6.0), (1031.0, 7.0), (1005.0, 8.0)) == [0.0] * 4


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-9000, 9000)), max_size=20))
def test_every_step_is_told_and_no_other(steps: list[tuple[int, int]]) -> None:
    day_s, steady_s, clock = 1e6, 0.0, Clock()
    clock.was_set(day_s, steady_s)
    for passed_s, step_s in steps:
        day_s, steady_s = day_s + passed_s + step_s, steady_s + passed_s
        assert clock.was_set(day_s, steady_s) == (step_s if abs(step_s) >= TOLD_S else 0.0)
