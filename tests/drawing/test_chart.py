import pytest

from installation.drawing.chart import draw
from installation.flash.curve import Point
from installation.flash.verdicts import Assessment, Finding, Standard

RED = (222, 54, 34)


def assessment(verdict: str, *findings: Finding) -> Assessment:
    curve = [Point(number / 25, 0.1, 0.1, 0.0, 0) for number in range(250)]
    for number in range(50, 100, 5):
        curve[number] = Point(number / 25, 0.1, 0.6, 0.8, 5)
    return Assessment({"wcag-2.3.1": Standard(verdict, list(findings)), "bt.1702": Standard("pass")}, curve)


def test_a_chart_is_a_sheet_of_a4_and_the_same_for_the_same() -> None:
    found = assessment("fail", Finding("general", 2, 4, 5, 2.5))
    chart = draw("one.mp4", 10, found)
    assert chart.size == (3508, 2480)
    assert chart.tobytes() == draw("one.mp4", 10, found).tobytes()


def test_what_fails_is_red_from_when_to_when() -> None:
    chart = draw("one.mp4", 10, assessment("fail", Finding("general", 2, 4, 5, 2.5), Finding("red", 2, 4, 5, 2.5)))
    lane = [across for across in range(300, 3330) if chart.getpixel((across, 2020)) == RED]
    assert (lane[0], lane[-1]) == (300 + 606, 300 + 1212)
    passing = draw("one.mp4", 10, assessment("pass"))
    assert not any(passing.getpixel((across, 2020)) == RED for across in range(300, 3330))


@pytest.mark.parametrize("length_s", [0.0, 0.04, 90_000.0])
def test_any_length_and_any_name_can_be_drawn(length_s: float) -> None:
    assert draw("a" * 300, length_s, Assessment({"wcag-2.3.1": Standard("pass")}, [])).size == (3508, 2480)
