import json
from dataclasses import asdict, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.hours import ALL_DAY, Hours, Span
from installation.show import model
from installation.show.model import Input, Settings, Show, ShowCue, ShowError, Where, exact, from_json, to_json

LENGTHS = st.fractions(min_value=Fraction(1, 1000), max_value=4000, max_denominator=90_000)
HOURS = Hours(((Span(600, 1560), Span(0, 60)), (), *((ALL_DAY,),) * 5), ("2026-12-25",), "Asia/Hong_Kong", "screen off")
GAPS = st.just(Fraction(0)) | st.fractions(min_value=0, max_value=30, max_denominator=30_000)


def show_of(lengths: list[Fraction], gap_s: Fraction, orders: list[list[int]], iterations: int) -> Show:
    cues = tuple(ShowCue(f"clip-{number}.mp4", "clip", length_s) for number, length_s in enumerate(lengths))
    return Show("id", cues, gap_s, tuple(map(tuple, orders)), iterations, None, Settings(), (), ())


@st.composite
def shows(draw: st.DrawFn) -> Show:
    lengths = draw(st.lists(LENGTHS, min_size=1, max_size=6))
    iterations = draw(st.integers(1, 5))
    how_many = draw(st.sampled_from([1, iterations]))
    orders = [draw(st.permutations(range(len(lengths)))) for _ in range(how_many)]
    return show_of(lengths, draw(GAPS), orders, iterations)


PLAIN = show_of([Fraction(3), Fraction(5, 2), Fraction(1)], Fraction(1, 2), [[0, 1, 2], [2, 0, 1]], 4)


@pytest.mark.parametrize(("time_s", "wrap_s"), [(0, 8), (7.999, 8), (8, 16), (8.5, 16), (31, 32)])
def test_a_wrap_follows_every_iteration(time_s: float, wrap_s: int) -> None:
    assert PLAIN.wrap_after(time_s) == wrap_s


def test_the_loop_lasts_as_long_as_its_cues_and_their_gaps() -> None:
    assert PLAIN.loop_s == 8


@pytest.mark.parametrize(
    ("time_s", "place"),
    [
        (0, Where(0, 0, Fraction(0))),
        (2.5, Where(0, 0, Fraction(5, 2))),
        (3, Where(0, 0, Fraction(3), in_gap=True)),
        (3.5, Where(0, 1, Fraction(0))),
        (7.75, Where(0, 2, Fraction(5, 4), in_gap=True)),
        (8, Where(1, 2, Fraction(0))),
        (9.5, Where(1, 0, Fraction(0))),
        (16, Where(2, 0, Fraction(0))),
        (31.9, Where(3, 1, Fraction(29, 10), in_gap=True)),
        (32, Where(0, 0, Fraction(0))),
    ],
)
def test_a_time_is_a_place_in_the_order_of_its_iteration(time_s: float, place: Where) -> None:
    assert PLAIN.where(exact(time_s)) == place


@settings(deadline=None)
@given(shows(), st.data())
def test_a_place_is_found_again_from_its_time(show: Show, data: st.DataObject) -> None:
    cue = data.draw(st.integers(0, len(show.cues) - 1))
    part = data.draw(st.fractions(0, Fraction(999, 1000)))
    place = Where(data.draw(st.integers(0, show.iterations - 1)), cue, part * show.cues[cue].length_s)
    assert show.where(show.time_of(place)) == place


@settings(deadline=None)
@given(shows(), st.fractions(0, 1, max_denominator=10_000))
def test_a_time_is_found_again_from_its_place(show: Show, part: Fraction) -> None:
    whole_s = show.loop_s * show.iterations
    time_s = part * whole_s
    place = show.where(time_s)
    assert 0 <= place.position_s < show.cues[place.cue].length_s + show.gap_s
    assert place.in_gap == (place.position_s >= show.cues[place.cue].length_s)
    assert show.time_of(place) == time_s % whole_s


@settings(deadline=None)
@given(shows())
def test_the_cues_follow_each_other_without_a_hole(show: Show) -> None:
    for number in range(show.iterations):
        order = show.orders[number % len(show.orders)]
        starts = [show.time_of(Where(number, cue, Fraction(0))) for cue in order]
        assert starts[0] == number * show.loop_s
        steps = [later - earlier for earlier, later in pairwise(starts)]
        assert steps == [show.cues[cue].length_s + show.gap_s for cue in order[:-1]]


def test_a_position_past_its_cue_and_the_gap_is_the_start_of_its_cue() -> None:
    assert PLAIN.time_of(Where(1, 0, Fraction(99))) == Fraction(19, 2)


def test_an_iteration_past_the_end_is_counted_from_the_start_again() -> None:
    assert PLAIN.time_of(Where(5, 0, Fraction(0))) == PLAIN.time_of(Where(1, 0, Fraction(0)))


def test_seconds_from_outside_are_taken_to_the_microsecond() -> None:
    assert exact(1 / 3) == Fraction(333_333, 1_000_000)


@pytest.mark.parametrize(
    ("position_s", "file_s"), [(0, 4), (1.5, 5.5), (2, 4), (3.5, 5.5), (4, 6), (9, 6)], ids=lambda value: str(value)
)
def test_a_place_in_a_cue_is_a_time_in_its_file(position_s: float, file_s: float) -> None:
    twice_and_held = ShowCue("a.mp4", "clip", Fraction(10), in_s=Fraction(4), once_s=Fraction(2), times=2)
    assert twice_and_held.file_time(exact(position_s)) == exact(file_s)
    assert ShowCue("a.jpg", "still", Fraction(10)).file_time(exact(position_s)) == exact(position_s)


@pytest.mark.parametrize(
    ("position_s", "file_s"),
    [(0, 4), (0.5, 4.5), (1, 4.5), (3.5, 4.5), (4, 5), (5, 4), (6, 4.5), (9.5, 5.5), (10, 6), (11, 6)],
    ids=lambda value: str(value),
)
def test_a_place_in_a_cue_that_stays_somewhere_is_a_time_in_its_file(position_s: float, file_s: float) -> None:
    stays = ShowCue("a.mp4", "clip", Fraction(10), 1, Fraction(4), Fraction(2), 2, Fraction(1, 2), Fraction(3))
    assert stays.file_time(exact(position_s)) == exact(file_s)


@settings(deadline=None)
@given(shows(), st.text(), st.none() | st.integers(1, 3))
def test_what_is_written_is_read_back(show: Show, name: str, audio: int | None) -> None:
    first, *rest = show.cues
    full = replace(
        show,
        cues=(replace(first, in_s=Fraction(1, 3), once_s=Fraction(7, 2), times=2, held_s=Fraction(1, 7)), *rest),
        audio=audio,
        settings=replace(Settings(), patience_s=1.5, output=name, hours=HOURS if audio else None),
        sources=(Input(name, 5, 7),),
        watched=(Input("b", -1, 0),),
        left_out=(name,),
    )
    assert from_json(to_json(full)) == full


@pytest.mark.parametrize(
    "hours", [5, "always", {"week": []}, asdict(HOURS) | {"closed_on": ["soon"]}, asdict(HOURS) | {"week": [[[1]]] * 7}]
)
def test_what_are_no_hours_is_a_show_error(hours: object) -> None:
    raw = json.loads(to_json(PLAIN))
    raw["settings"]["hours"] = hours
    with pytest.raises(ShowError):
        from_json(json.dumps(raw))


@given(st.integers(0, 2000))
def test_a_text_cut_short_is_a_show_error(length: int) -> None:
    text = to_json(PLAIN)
    with pytest.raises(ShowError):
        from_json(text[: length % len(text)])


@given(st.integers(0, 2000), st.characters(codec="utf-8"))
def test_a_text_with_a_wrong_letter_is_a_show_or_a_show_error(at: int, letter: str) -> None:
    text = to_json(PLAIN)
    at %= len(text)
    try:
        read = from_json(text[:at] + letter + text[at + 1 :])
    except ShowError:
        return
    assert isinstance(read, Show)


@pytest.mark.parametrize("key", json.loads(to_json(PLAIN)))
@pytest.mark.parametrize("value", [None, 5, "1/0", "Infinity", ["x"], {"a": 1}])
def test_a_wrong_value_is_a_show_or_a_show_error(key: str, value: object) -> None:
    raw = json.loads(to_json(PLAIN))
    try:
        read = from_json(json.dumps({**raw, key: value}))
    except ShowError:
        return
    assert isinstance(read, Show)


@pytest.mark.parametrize("key", sorted(json.loads(to_json(PLAIN)).keys() - {"left_out", "captions"}))
def test_a_show_without_one_of_its_keys_is_a_show_error(key: str) -> None:
    raw = json.loads(to_json(PLAIN))
    del raw[key]
    with pytest.raises(ShowError):
        from_json(json.dumps(raw))


@pytest.mark.parametrize(
    "text", ["", "null", "5", "[]", "{}", "\0" * 300, "[" * 100_000, '{"format": 999}', '{"gap_s": Infinity}']
)
def test_what_is_no_show_is_a_show_error(text: str) -> None:
    with pytest.raises(ShowError):
        from_json(text)


def test_an_endless_gap_is_a_show_error() -> None:
    with pytest.raises(ShowError):
        from_json(to_json(PLAIN).replace('"gap_s": "1/2"', '"gap_s": Infinity'))


def test_a_folder_without_a_show_is_a_show_error(tmp_path: Path) -> None:
    with pytest.raises(ShowError, match="no show"):
        model.read(tmp_path)
    (tmp_path / "show.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ShowError):
        model.read(tmp_path)


def test_a_file_that_changed_or_went_makes_a_show_stale(tmp_path: Path) -> None:
    clip, loop = tmp_path / "a.mp4", tmp_path / "loop.yaml"
    clip.write_text("clip")
    show = replace(PLAIN, sources=(Input.of(clip),), watched=(Input.of(loop),))
    assert stands(show) == (True, True)
    loop.write_text("now it is there")
    assert stands(show) == (True, False)
    clip.unlink()
    assert stands(show) == (False, False)


def stands(show: Show) -> tuple[bool, bool]:
    """Whether it can be played, and whether it is fresh."""
    return show.is_playable, show.is_fresh
