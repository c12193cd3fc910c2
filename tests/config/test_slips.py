import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.config.kiosk import read_kiosk_text
from installation.config.loop import Loop, read_loop_leniently
from installation.config.slips import with_slips
from installation.errors import ConfigError, Mark, Problem
from tests.loops import read_loop

CUE = "cues:\n- clip: a.mp4\n"
SPACE = "this is not an ordinary space"
COLON = "a space is missing after this colon"
QUOTE = "this quote is a typographic one"


def told(text: str) -> list[str]:
    return [str(problem) for problem in read_loop_leniently(text.encode(), "a.yaml")[1]]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("cues:\n\t- clip: a", "2:1: a tab stands here: use spaces instead."),
        (f"{CUE}\tin: 4", "3:1: a tab stands here"),
        (f"{CUE}  \tin: 4", "3:3: a tab stands here"),
        ("cues:\n-\tclip: a.mp4\n  in: 4", "2:2: a tab stands here"),
        ("title:\n\ten: x\ncues: [{black: 1}]", "2:1: a tab stands here"),
        (f"{CUE}\u3000in: 4", f"3:1: {SPACE}: delete it and type it again, with Chinese input off."),
        (f"{CUE}  \u3000in: 4", f"3:3: {SPACE}"),
        (f"{CUE}   \u3000in: 4", f"3:4: {SPACE}"),
        (f"{CUE}\xa0\xa0in: 4", f"3:1: {SPACE}"),
        (f"\u3000gap: 2\n{CUE}", f"1:1: {SPACE}"),
        (f"\u3000# a comment\n{CUE}", f"1:1: {SPACE}"),
        (f"{CUE}\u3000\n- black: 2", f"3:1: {SPACE}"),
        ("cues:\n\u3000- clip: a.mp4", f"2:1: {SPACE}"),
        ("cues:\n-\u3000clip: a.mp4", f"2:2: {SPACE}"),
        ("cues:\n- clip:\u3000a.mp4\n  in: 4", f"2:8: {SPACE}"),
        ("cues:\n- clip\u3000: a.mp4", f"2:7: {SPACE}"),
        ("cues:\n- clip:a.mp4", f"2:7: {COLON}."),
        ("cues:\n- clip:a.mp4\n  in: 4", f"2:7: {COLON}"),
        ("cues:\n- clip:a.mp4\n\n  # from here\n  in: 4", f"2:7: {COLON}"),
        ("cues:\n- clip:/a.mp4", f"2:7: {COLON}"),
        (f"{CUE}  in:4", f"3:5: {COLON}"),
        (f"{CUE}  in:4\n  out: 5", f"3:5: {COLON}"),
        (f"{CUE}  caption:'Night'", f"3:10: {COLON}"),
        (f"{CUE}  caption:\n    zh-Hant:夜\n    en: Night", f"4:12: {COLON}"),
        (f"gap:2\n{CUE}", f"1:4: {COLON}"),
        (f"{CUE}gap:2\n", f"3:4: {COLON}"),
        ("gap:2", f"1:4: {COLON}"),
        ("text:\n  size:4\ncues: [{black: 1}]", f"2:7: {COLON}"),
        ("cues:\n- {clip:a.mp4}", f"2:8: {COLON}"),
        ("cues:\n- {clip: a.mp4, in:4}", f"2:19: {COLON}"),
        (f"{CUE}  caption: {{en:Night}}", f"3:15: {COLON}"),
        ("cues:\n-clip: a.mp4", "2:1: a space is missing after this '-'."),
        (f"{CUE}-black: 3", "3:1: a space is missing after this '-'."),
        ("cues:\n－ clip: a.mp4", "2:1: this dash is not the '-' that begins a cue: write '-' and a space."),
        ("cues:\n– clip: a.mp4", "2:1: this dash is not the '-'"),
        ("cues:\n- clip：a", "2:7: this colon is a full-width one ('：'): write ':' and a space."),
        ("cues:\n- clip：a\n  in: 4", "2:7: this colon is a full-width one"),
        (f"cues：\n{CUE}", "1:5: this colon is a full-width one"),
        (f"{CUE}  in：4\n  out：5", "3:5: this colon is a full-width one"),
        (f"{CUE}  caption: {{zh-Hant：夜}}", "3:20: this colon is a full-width one"),
        (f"{CUE}text: {{size: 4，place: top}}", "3:15: this comma is a full-width one: write ',' and a space."),
        (f"{CUE}  in: １２", "3:7: this is a full-width digit or sign: type it again, with Chinese input off."),
        (f"{CUE}  in: 1：02", "3:8: this is a full-width digit or sign"),
        (f"{CUE}  in: flash 2 － 0.5s", "3:15: this is a full-width digit or sign"),
        (f"{CUE}  hold: on flash ３ for 2s", "3:18: this is a full-width digit or sign"),
        ("cues:\n- clip: “a.mp4”", f'2:9: {QUOTE}: write a straight one (") at both ends of the text.'),
        ("cues:\n- clip: 「a.mp4」", f"2:9: {QUOTE}"),
        (f"{CUE}  in: “4”", f"3:7: {QUOTE}"),
        (f"{CUE}  sound: ‘off’", f"3:10: {QUOTE}"),
        ("cues:\n- “clip”: a.mp4", f"2:3: {QUOTE}"),
        (f"{CUE}title: “Safe City: Project”", f"3:8: {QUOTE}"),
        (f"{CUE}  caption: {{en: “Night, again”}}", f"3:30: {QUOTE}"),
    ],
)
def test_a_slip_is_told_once_and_at_its_place(text: str, problem: str) -> None:
    (only,) = told(text)
    assert only.startswith(f"a.yaml:{problem}")


def test_slips_in_both_files_are_told() -> None:
    with pytest.raises(ConfigError, match=f"a.yaml:2:7: {COLON}"):
        read_kiosk_text(b"screen:\n  kind:x11\n", "a.yaml")


def test_all_slips_are_told_beside_all_other_problems() -> None:
    text = "gpa: 2\ncues:\n\u3000- clip: a.mp4\n\u3000- black: 3\ntitle: [x]\n"
    assert [line.split(": ")[0] for line in told(text)] == ["a.yaml:1:1", "a.yaml:3:1", "a.yaml:4:1", "a.yaml:5:8"]


@pytest.mark.parametrize(
    "text",
    [
        "title: “Safe City”\ncues: [{black: 1}]",
        "title: {zh-Hant: 「平安」：城市，計劃, en: “Safe”}\ncues: [{black: 1}]",
        "cues:\n- clip: 夜　景（２）.mp4\n  caption: 　夜，１２：００　\n",
        "cues:\n- clip:\ta.mp4\n  in: 0:04 \u3000\n  sound: off\u3000\n",
    ],
)
def test_what_a_text_may_hold_is_no_slip(text: str) -> None:
    assert isinstance(read_loop(text), Loop)


def test_another_problem_beside_such_a_text_is_told_itself() -> None:
    text = "cues:\n- {clip: a.mp4, caption: “夜，晚：上”, zoom: 2}\n# “old”\n- clip: 夜　景.mp4\n  in: x\n"
    first, second = told(text)
    assert first.startswith("a.yaml:2:35: unknown key 'zoom'.")
    assert second.startswith("a.yaml:5:7: 'in' is not right")


@given(st.text("a:- \t\u3000：“”，-１{}\n"), st.integers(1, 9), st.integers(1, 9))
def test_a_problem_anywhere_stays_inside_the_file(text: str, line: int, column: int) -> None:
    lines = text.split("\n")
    line = min(line, len(lines))
    mark = Mark("a.yaml", line, min(column, len(lines[line - 1]) + 1))
    (problem,) = with_slips([Problem("x", mark)], text.encode())
    assert problem.mark is not None
    assert 1 <= problem.mark.line <= len(lines)
    assert 1 <= problem.mark.column <= len(lines[problem.mark.line - 1]) + 1
