import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from installation.config.complaints import complaint, one_line, quoted
from installation.config.reading import read_tree

PARSERS = [getattr(yaml, "CSafeLoader", yaml.SafeLoader), yaml.SafeLoader]
CUE = "cues:\n- clip: a.mp4\n"


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{CUE}  in: 'abc\n", "3:7: this quote is never closed: write ' at the end"),
        (f'{CUE}title: "abc\ngap: 2\n', '3:8: this quote is never closed: write " at the end'),
        (f"{CUE}    in: 4", "3:5: this line is not indented like the lines it belongs to"),
        (f"{CUE} in: 4", "3:2: this line is not indented like the lines it belongs to"),
        (f"{CUE}title: Safe City: Project", "3:17: a second ': ' stands in this line"),
        (f"{CUE}title: 'it's'", "3:12: something follows here that does not belong to the value"),
        (f"{CUE}  in 4\n  out: 5", "3:3: this line has neither a key with ': ' nor a '- '"),
        (f"{CUE}-black: 2\nx", "4:1: this line has neither a key with ': ' nor a '- '"),
        (f"{CUE}title: @home", "3:8: a value cannot begin with '@': put it in quotes"),
        (f"{CUE}title: %x", "3:8: a value cannot begin with '%': put it in quotes"),
        (f"{CUE}- clip: *star.mp4", "3:9: a value cannot begin with '*': put it in quotes"),
        (f"{CUE}title: [a, b\n", "3:8: this '[' is not closed"),
        (f"{CUE}title: {{en: a\nseed: 1\n", "3:8: this '{' is not closed"),
        (f"{CUE}title: ]", "3:8: this ']' closes nothing"),
        (f"{CUE}title: |x\n", "3:8: nothing may follow '|' in its line"),
        (f"{CUE}title: - b", "3:8: '- ' must be the first thing in its line"),
        ("'a' b", "1:5: something follows here that does not belong to the value before it"),
    ],
)
def test_the_usual_slips_are_told_in_plain_words_at_their_place(parser: type, text: str, problem: str) -> None:
    tree, problems = read_tree(text.encode(), "a.yaml", parser)
    assert tree is None
    assert str(problems[-1]).startswith(f"a.yaml:{problem}")


@pytest.mark.parametrize("text", [r'a: "\q"', r'a: "\u12"', r'a: "\UFFFFFFFF"'])
@pytest.mark.parametrize("parser", PARSERS)
def test_a_code_that_is_none_is_told(parser: type, text: str) -> None:
    _, (problem,) = read_tree(text.encode(), "a.yaml", parser)
    assert "code" in problem.text


def test_a_line_with_a_percent_sign_is_told() -> None:
    _, (problem,) = read_tree(b"%x\n---\na: 1", "a.yaml")
    assert problem.text == "a line that begins with '%' has no use here: delete it."


@pytest.mark.parametrize("problem", ["something new", None])
def test_a_complaint_never_heard_before_is_still_plain(problem: str | None) -> None:
    mark = yaml.Mark("x", 2, 0, 2, None, 0)
    assert complaint(yaml.MarkedYAMLError(problem=problem, problem_mark=mark), "abc")[1] == 2
    sentence, index = complaint(yaml.MarkedYAMLError(problem=problem), "abc")
    assert sentence.startswith("this cannot be read: check the colons")
    assert index == 0


@given(st.text())
def test_a_message_is_one_short_line_whatever_stands_in_it(text: str) -> None:
    assert len(one_line(quoted(text)).splitlines()) == 1
    assert len(quoted(text)) <= 2 + 40 * len(r"\U00000000")
    assert one_line(text).endswith((".", "?", "!"))


def test_a_value_is_repeated_short_and_visible() -> None:
    assert quoted("a\nb\u2028\x07") == r"'a\nb\u2028\x07'"
    assert quoted("平安　城市") == "'平安　城市'"
    assert quoted("x" * 5000) == f"'{'x' * 37}...'"
