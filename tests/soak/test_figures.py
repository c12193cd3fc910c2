import pytest
from rich.console import Console

from tests.soak.figures import Outcome, Row, Weight, Weights, outcome_table, rows, weight_table


def test_a_row_counts_what_healed_and_tells_the_median_and_the_worst() -> None:
    outcomes = [Outcome("killed", healed=dark_s != 9, dark_s=dark_s) for dark_s in (0.1, 0.2, 0.3, 0.4, 9)]
    assert Row.of("killed", outcomes) == Row("killed", 5, 4, 0.3, 9, 9)


def test_nine_in_ten_stay_within_what_is_told_of_most() -> None:
    outcomes = [Outcome("killed", healed=True, dark_s=float(number)) for number in range(1, 11)]
    assert Row.of("killed", outcomes).most_s == 9


def test_each_kind_that_came_has_a_row_and_the_last_one_is_of_all() -> None:
    outcomes = [Outcome("b", healed=True, dark_s=1), Outcome("a", healed=False, dark_s=3)]
    found = rows(outcomes, ["a", "never came", "b"])
    assert [(row.fault, row.count, row.healed) for row in found] == [("a", 1, 0), ("b", 1, 1), ("all", 2, 1)]


def test_no_outcome_is_no_row() -> None:
    with pytest.raises(ValueError, match="killed"):
        Row.of("killed", [])


def test_the_tables_tell_figures_from_start_to_end() -> None:
    weights = Weights([Weight(17, 20, 5), Weight(19.4, 21, 300), Weight(18, 20, 10)])
    console = Console(width=120)
    with console.capture() as capture:
        console.print(outcome_table(rows([Outcome("killed", healed=True, dark_s=0.25)], ["killed"])))
        console.print(weight_table({"watchdog": weights, "eye": Weights()}))
    said = capture.get()
    for word in ("killed", "0.2", "17 → 18 MiB", "19 MiB", "20 → 20", "5.0 min", "eye"):
        assert word in said
