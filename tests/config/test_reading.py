import os
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from installation.config.reading import (
    MOST_BYTES,
    MarkedList,
    MarkedMapping,
    MarkedText,
    Node,
    read_bytes,
    read_tree,
    shown_name,
    without,
)
from installation.errors import ConfigError, Mark

PARSERS = [getattr(yaml, "CSafeLoader", yaml.SafeLoader), yaml.SafeLoader]


def told(text: str | bytes, parser: type = PARSERS[0]) -> list[str]:
    raw = text.encode() if isinstance(text, str) else text
    return [str(problem) for problem in read_tree(raw, "a.yaml", parser)[1]]


def plain(node: Node | None) -> object:
    if isinstance(node, MarkedMapping):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, MarkedList):
        return [plain(entry) for entry in node]
    return str(node)


@pytest.mark.parametrize("parser", PARSERS)
def test_every_value_stays_the_text_it_is(parser: type) -> None:
    text = b"in: 1:02\nsound: off\nwhen: 2026-12-25\nn: [0x10, 1e3, yes, '']\n"
    tree, problems = read_tree(text, "a.yaml", parser)
    assert plain(tree) == {"in": "1:02", "sound": "off", "when": "2026-12-25", "n": ["0x10", "1e3", "yes", ""]}
    assert not problems


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_marks_count_lines_and_characters_as_an_editor_does(parser: type, line_end: str) -> None:
    text = line_end.join(
        ["\ufefftitle: {zh-Hant: 平安城市計劃, en: Safe}", "", "cues:", "  - clip: 𝄞.mp4", "    in: 3"]
    )
    tree, _ = read_tree(text.encode(), "a.yaml", parser)
    assert isinstance(tree, MarkedMapping)
    title, cues = tree["title"], tree["cues"]
    assert isinstance(title, MarkedMapping)
    assert isinstance(cues, MarkedList)
    assert tree.mark == Mark("a.yaml", 1, 1)
    assert title["en"].mark == Mark("a.yaml", 1, 30)
    assert title.key_mark("en") == Mark("a.yaml", 1, 26)
    cue = cues[0]
    assert isinstance(cue, MarkedMapping)
    assert cue.mark == Mark("a.yaml", 4, 5)
    assert cue["in"].mark == Mark("a.yaml", 5, 9)
    assert cue.key_mark("nothing such") == cue.mark


@pytest.mark.parametrize("written", ["a:", "a: ~", "a: null", "a: NULL"])
def test_a_plain_null_counts_as_missing(written: str) -> None:
    tree, problems = read_tree(written.encode(), "a.yaml")
    assert isinstance(tree, MarkedMapping)
    assert isinstance(tree["a"], MarkedText)
    assert tree["a"].missing
    assert not problems


@pytest.mark.parametrize("text", ["", "\ufeff", "# only a comment\n", "---\n", "~", "\n\n"])
def test_an_empty_file_has_no_tree_and_no_problem(text: str) -> None:
    assert read_tree(text.encode(), "a.yaml") == (None, [])


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: &x 1", "a.yaml:1:4: '&x' gives this part a name"),
        ("a: 1\nb: *x", "a.yaml:2:4: '*x' repeats another part"),
        ("a: !!int 1", "a.yaml:1:4: a value that begins with '!'"),
        ("a: !!python/object/apply:os.system [ls]", "a.yaml:1:4: a value that begins with '!'"),
        ("a: 1\n\nb: 2\na: 3", "a.yaml:4:1: 'a' stands here twice, first in line 1, again in line 4: keep one"),
        ("a: {b: 1, b: 2}", "a.yaml:1:11: 'b' stands here twice, first in line 1, again in line 1: keep one"),
        ("a: 1\n---\nb: 2\n", "a.yaml:2:1: a second document begins here"),
        ("[a]: 1", "a.yaml:1:1: a list or a group cannot be a key"),
        ("{a: 1}: 1", "a.yaml:1:1: a list or a group cannot be a key"),
        ("~: 1", "a.yaml:1:1: there is no key before this ':'"),
        ('a: "x\\0y"', r"a.yaml:1:4: a '\' code makes an invisible character (U+0000): delete it."),
        ("a: b\x07", "a.yaml:1:5: an invisible character (U+0007) stands here: delete it."),
        ("[" * 5000, "a.yaml:1:21: brackets or indentation go deeper than 20 levels"),
        ("- " * 21, "a.yaml:1:41: brackets or indentation go deeper than 20 levels"),
        ("".join(f"k{i}: 1\n" for i in range(101)), "a.yaml:101:1: there are more than 100 keys in one place"),
    ],
)
def test_what_is_not_used_here_is_refused_at_its_place(parser: type, text: str, problem: str) -> None:
    (only,) = told(text, parser)
    assert only.startswith(problem)


def test_what_ends_the_reading_is_told_in_its_place_among_the_rest() -> None:
    assert [problem.split(": ")[0] for problem in told("{a: &x b")] == ["a.yaml:1:1", "a.yaml:1:5"]


def test_all_refusals_are_told_and_the_first_of_two_equal_keys_is_kept() -> None:
    tree, problems = read_tree(b"a: 1\na: &x 2\nb: *x\n", "a.yaml")
    assert plain(tree) == {"a": "1", "b": "*x"}
    assert [problem.mark and problem.mark.line for problem in problems] == [2, 2, 3]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"title: caf\xe9\n", "a.yaml:1:11: this is not UTF-8 text"),
        ("a: b\ntitle: 平安\n".encode()[:-2], "a.yaml:2:9: this is not UTF-8 text"),
        ("title: x".encode("utf-16"), "a.yaml:1:1: this is not UTF-8 text"),
    ],
)
def test_a_text_that_is_not_utf8_is_refused_where_it_stops_being_so(raw: bytes, problem: str) -> None:
    (only,) = told(raw)
    assert only.startswith(problem)


def test_nesting_of_the_full_size_ends_in_a_problem() -> None:
    for bracket in "[{":
        assert len(told(bracket * MOST_BYTES)) == 1


def test_the_size_is_said_where_it_is_too_much() -> None:
    assert told(b"#" * MOST_BYTES) == []
    assert told(b"#" * (MOST_BYTES + 1)) == ["a.yaml has 257 KB; at most 256 KB are read. Is it the right file?"]


def test_without_marks_leaves_what_holds_none_of_them() -> None:
    tree, _ = read_tree(b"a: {b: c}\ncues:\n- d\n- {e: f}\n- g\nh: i\n", "a.yaml")
    assert isinstance(tree, MarkedMapping)
    assert plain(without(tree, [])) == plain(tree)
    kept = without(tree, [Mark("a.yaml", 1, 8), Mark("a.yaml", 4, 7)])
    assert plain(kept) == {"cues": ["d", {}, "g"], "h": "i"}
    assert kept["h"].mark == Mark("a.yaml", 6, 4)
    whole = without(tree, [Mark("a.yaml", 1, 8), Mark("a.yaml", 4, 7)], whole_entries=True)
    assert plain(whole) == {"cues": ["d", "g"], "h": "i"}
    assert "cues" not in without(tree, [Mark("a.yaml", 2, 1)])


def test_an_entry_that_lost_a_key_is_spoiled() -> None:
    tree, _ = read_tree(b"cues:\n- {a: b, c: d}\n- {e: f}\n- {g: h, g: i}\n", "a.yaml")
    assert isinstance(tree, MarkedMapping)
    cues = without(tree, [Mark("a.yaml", 2, 10), Mark("a.yaml", 4, 10)])["cues"]
    assert plain(cues) == [{"a": "b"}, {"e": "f"}, {"g": "h"}]
    assert [isinstance(cue, MarkedMapping) and cue.spoiled for cue in cues] == [True, False, True]


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"a: b\n")
    assert read_bytes(file, "a.yaml") == b"a: b\n"
    assert read_bytes(tmp_path / "none.yaml", "none.yaml") is None


def test_a_fifo_or_a_folder_is_refused_without_waiting(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (fifo, tmp_path, Path("/dev/zero")):
        with pytest.raises(ConfigError, match=r"^x is not a regular file"):
            read_bytes(path, "x")


def test_a_file_too_big_is_refused_with_its_size(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    with file.open("wb") as sparse:
        sparse.truncate(3 * 1024**2)
    with pytest.raises(ConfigError, match=r"^a\.yaml has 3072 KB; at most 256 KB"):
        read_bytes(file, "a.yaml")


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    loop = tmp_path / "a"
    loop.symlink_to(loop)
    for path in (loop, Path("a\0b")):
        with pytest.raises(ConfigError, match=r"^x cannot be read: "):
            read_bytes(path, "x")


def test_a_name_is_shown_as_seen_from_the_working_folder(tmp_path: Path) -> None:
    assert shown_name(Path.cwd() / "config" / "loop.yaml") == "config/loop.yaml"
    assert shown_name(Path("config/loop.yaml")) == "config/loop.yaml"
    assert shown_name(tmp_path / "loop.yaml") == str(tmp_path / "loop.yaml")


YAMLISH = st.text(alphabet="ab:-[]{},'\"\n \t#&*!|>%@?~\\Ux0\r\u2028\x85：平", max_size=60)


@given(st.one_of(st.text(), YAMLISH), st.sampled_from(PARSERS))
def test_any_text_is_a_tree_or_problems_inside_the_text(text: str, parser: type) -> None:
    raw = text.encode(errors="surrogatepass")
    tree, problems = read_tree(raw, "a.yaml", parser)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in problems:
        assert problem.mark is not None
        assert 1 <= problem.mark.line <= len(lines)
        assert 1 <= problem.mark.column <= len(lines[problem.mark.line - 1]) + 1  # + 1: the end of the line
        assert str(problem).isprintable() or "\u3000" in str(problem)
    if tree is not None:
        assert tree.mark <= tree.end


@given(st.binary(max_size=80))
def test_any_bytes_are_a_tree_or_problems(raw: bytes) -> None:
    read_tree(raw, "a.yaml")
