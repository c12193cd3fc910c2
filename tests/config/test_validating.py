import json
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from installation.config.reading import MarkedMapping, read_tree
from installation.config.validating import Part, in_file_order, left_out, optional, suggestion, validate, written
from installation.config.values import Choice, whole
from installation.errors import Mark, Problem


class Lamp(Part):
    """A part for these tests."""

    watts: Annotated[int, whole(1, 100)] = written("60", "how bright it is, in watts")


class Street(Part):
    """A part with every form that pydantic could complain about by itself."""

    name: Annotated[str, Choice] = Field(description="the street's name")
    width: float = Field(default=1.0, alias="wide", description="its width in metres")
    lamps: tuple[Lamp, ...] = Field(default=(), max_length=3, description="its lamps")
    first: Lamp = Field(default_factory=Lamp, description="the first lamp")
    signs: dict[str, bool] = Field(default_factory=dict, description="yes or no for each sign")
    number: int | None = Field(default=None, description="its number on the plan")


def told(text: str) -> list[str]:
    tree, problems = read_tree(text.encode(), "a.yaml")
    assert tree is not None
    assert not problems
    return [str(problem) for problem in validate(Street, tree)[1]]


def street(text: str) -> Street:
    tree, _ = read_tree(text.encode(), "a.yaml")
    assert tree is not None
    part, problems = validate(Street, tree)
    assert not problems
    assert part is not None
    return part


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("wide: 2", "a.yaml:1:1: 'name' is missing: write the street's name."),
        ("name:", "a.yaml:1:1: 'name' has no value: write the street's name."),
        (
            "name: a\nfirst:",
            "a.yaml:2:1: 'first' has no value: write one, or delete the line. It means: the first lamp.",
        ),
        ("name: a\nwdie: 2", "a.yaml:2:1: unknown key 'wdie'. Did you mean 'wide'?"),
        ("name: a\nx: 2", "a.yaml:2:1: unknown key 'x'. Known here: name, wide, lamps, first, signs, number."),
        ("name: a\nwidth: 2", "a.yaml:2:1: unknown key 'width'. Did you mean 'wide'?"),
        ("name: a\nfirst: {wats: 3}", "a.yaml:2:9: unknown key 'wats'. Did you mean 'watts'?"),
        (
            "name: a\nfirst: 3",
            "a.yaml:2:8: 'first' must have keys of its own, indented below it. It means: the first lamp.",
        ),
        ("name: a\nlamps: 3", "a.yaml:2:8: 'lamps' must be a list: start each entry with '- '."),
        ("name: a\nlamps:\n- watts: x", "a.yaml:3:10: 'watts' must be a whole number from 1 to 100, not 'x'."),
        (
            "name: a\nlamps:\n- x",
            "a.yaml:3:3: lamp 1 must have keys of its own, indented below it. It means: its lamps.",
        ),
        ("name: a\nlamps: [{}, {}, {}, {}]", "a.yaml:2:8: 'lamps' has more than 3 entries: remove some."),
        ("name: a\nwide: broad", "a.yaml:2:7: 'wide' is not right. It means: its width in metres."),
        ("name: a\nsigns: {stop: maybe}", "a.yaml:2:15: 'stop' is not right. It means: yes or no for each sign."),
    ],
)
def test_a_mistake_is_one_plain_sentence_at_its_place(text: str, problem: str) -> None:
    assert told(text) == [problem]


def test_a_file_that_is_no_group_of_keys_is_told_which_it_knows() -> None:
    (problem,) = told("- a\n- b\n")
    assert problem.startswith("a.yaml:1:1: the file must consist of keys with a ': ' after each. Known here: name,")


def test_every_mistake_is_told() -> None:
    assert len(told("nam: a\nwide: b\nlamps: c\nfirst: d\nsigns: e\nnumber: f\n")) == 7


def test_a_part_knows_where_it_and_its_values_stand() -> None:
    part = street("name: a\nlamps:\n- watts: 3\n- {}\n")
    assert part.mark == Mark("a.yaml", 1, 1)
    assert part.mark_of("name") == Mark("a.yaml", 1, 7)
    assert part.lamps[0].mark_of("watts") == Mark("a.yaml", 3, 10)
    assert part.lamps[1].mark_of("watts") == part.lamps[1].mark == Mark("a.yaml", 4, 3)
    assert Lamp().mark is None
    assert Lamp().mark_of("watts") is None


def test_parts_are_equal_when_they_say_the_same_elsewhere() -> None:
    assert street("name: a") == street("\n\nname: 'a'\nfirst: {watts: 60}")
    assert street("name: a") != street("name: b")


def test_a_part_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Lamp().watts = 3


def test_problems_stand_in_file_order_and_once_a_place() -> None:
    first, second, third = (Problem("x", Mark("a.yaml", line, 1)) for line in (1, 2, 10))
    echo = Problem("y", Mark("a.yaml", 2, 1))
    assert in_file_order([third, second], [echo, first]) == [first, second, third]


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("fadein", "fade_in"),
        ("otu", "out"),
        ("clpi", "clip"),
        ("lcip", "clip"),
        ("Clip", "clip"),
        ("zebra", None),
        ("duration", None),
        ("", None),
    ],
)
def test_only_a_near_word_is_suggested(word: str, near: str | None) -> None:
    assert suggestion(word, ("clip", "in", "out", "fade_in", "caption")) == near


class Signpost(Lamp):
    """A part that shares its keys with another."""

    text: str = optional("no text", "what stands on it")


def test_a_part_tells_its_own_keys_before_those_it_shares() -> None:
    assert Signpost.known_keys() == ["text", "watts"]
    assert Street.known_keys() == ["name", "wide", "lamps", "first", "signs", "number"]


def test_what_holds_where_a_key_is_left_out_is_known() -> None:
    fields = {**Street.fields(), **Signpost.fields()}
    assert [left_out(fields[key]) for key in ("watts", "text", "name", "first")] == ["`60`", "no text", "", ""]


KEYS = st.sampled_from(["name", "wide", "lamps", "first", "signs", "number", "watts", "[key]", "x", ""])
TREES: st.SearchStrategy[Any] = st.recursive(
    st.text("ab1:~ 平", max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner),
    max_leaves=12,
)


@given(TREES)
def test_no_word_of_pydantic_ever_shows(tree: Any) -> None:
    for problem in told(json.dumps(tree, ensure_ascii=False)):
        assert "Input should" not in problem
        assert "pydantic" not in problem
        assert problem.startswith("a.yaml:1:")


def test_a_tree_without_marks_is_read_too() -> None:
    assert Street.model_validate({"name": "a"}).name == "a"
    with pytest.raises(ValidationError, match="'first' must have keys"):
        Street.model_validate({"name": "a", "first": "x"})
    assert isinstance(read_tree(b"a: b", "x")[0], MarkedMapping)
