import re
from fractions import Fraction
from pathlib import Path

import pytest

from installation.config.loop import (
    CUES,
    BlackCue,
    ClipCue,
    Loop,
    StillCue,
    Text,
    TitleCue,
    read_loop_leniently,
)
from installation.config.points import Holding
from installation.errors import ConfigError, Mark
from installation.timecode import LAST, FlashTime, Time
from tests.loops import read_loop

SHIPPED = Path(__file__).parents[2] / "config" / "loop.yaml"
CUE = "cues:\n- clip: a.mp4\n"


def told(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_loop(text)
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_loop_is_right() -> None:
    loop = read_loop(SHIPPED.read_text(encoding="utf-8"))
    assert loop.title == {"zh-Hant": "平安城市計劃", "en": "Safe City Project"}
    clips = [cue for cue in loop.cues if isinstance(cue, ClipCue)]
    assert {cue.clip for cue in clips} == {f"stand-in/crossing-{number}.mp4" for number in (1, 2, 3)}
    assert any(cue.out_point for cue in clips)
    assert any(cue.hold.length_s for cue in clips)
    assert any(isinstance(cue, BlackCue) for cue in loop.cues)


def test_the_shipped_loop_teaches_every_key() -> None:
    """Keys that the stand-ins cannot show stand in a comment, which must be right when it is made a cue."""
    text = re.sub(r"^  # (- |  )(?=[a-z_]+: )", r"  \1", SHIPPED.read_text(), flags=re.MULTILINE)
    loop = read_loop(text)
    assert {cue.kind for cue in loop.cues} == set(CUES)
    told = set(re.findall(r"^ *(?:- )?([a-z_]+):", text, re.MULTILINE))
    for part in (Loop, Text, *CUES.values()):
        assert set(part.known_keys()) <= told


def test_what_is_not_written_has_its_default() -> None:
    written_out = f"order: listed\nseed: 2017\ngap: 0\n{CUE}  times: 1\n  hold: 0\n  sound: on\n"
    assert read_loop(CUE) == read_loop(written_out)


def test_a_cue_is_read_with_every_key() -> None:
    cue, still, title, black = read_loop(
        f"{CUE}  in: 0:04\n  out: 00:00:16:12\n  times: 2\n  hold: 1.5\n  sound: off\n"
        "  fade_in: 1\n  fade_out: 0.5\n  crossfade: 2\n  caption: {en: Night, zh-Hant: 夜}\n"
        "- still: a.jpg\n  for: 12\n  caption: Day\n"
        "- title: Safe City\n  for: 6s\n  fade_in: 0\n"
        "- black: 500ms\n  crossfade: 1\n  caption: '…'\n"
    ).cues
    assert isinstance(cue, ClipCue)
    assert (cue.in_point, cue.out_point) == (Time(Fraction(4)), Time(Fraction(16), frames=12))
    assert (cue.times, cue.hold, cue.sound) == (2, Holding(Fraction(3, 2)), False)
    assert (cue.fade_in, cue.fade_out, cue.crossfade) == (Fraction(1), Fraction(1, 2), Fraction(2))
    assert cue.caption == {"en": "Night", "zh-Hant": "夜"}
    assert isinstance(still, StillCue)
    assert (still.still, still.shown, still.caption) == ("a.jpg", Fraction(12), {"und": "Day"})
    assert (still.fade_in, still.fade_out, still.crossfade) == (None, None, None)
    assert isinstance(title, TitleCue)
    assert (title.title, title.shown, title.fade_in) == ({"und": "Safe City"}, Fraction(6), Fraction(0))
    assert isinstance(black, BlackCue)
    assert (black.black, black.crossfade, black.caption) == (Fraction(1, 2), Fraction(1), {"und": "…"})


def test_a_cue_may_speak_of_the_flashes_of_its_clip() -> None:
    cue, other, plain = read_loop(
        f"{CUE}  in: flash 2 - 0.5s\n  out: last flash + 2s\n  hold: on flash 3 for 2s\n"
        "- {clip: a.mp4, hold: on first flash}\n- {clip: a.mp4, in: 1, hold: on 2 for 3}\n"
    ).cues
    assert isinstance(cue, ClipCue)
    assert isinstance(other, ClipCue)
    assert isinstance(plain, ClipCue)
    assert cue.in_point == FlashTime(2, Time(Fraction(1, 2)), before=True)
    assert cue.out_point == FlashTime(LAST, Time(Fraction(2)))
    assert cue.hold == Holding(Fraction(2), FlashTime(3))
    assert other.hold == Holding(None, FlashTime(1))
    assert plain.hold == Holding(Fraction(3), Time(Fraction(2)))
    assert [one.counts_flashes for one in (cue, other, plain)] == [True, True, False]


@pytest.mark.parametrize("order", ["calm to bright", "bright to calm"])
def test_cues_may_be_ordered_by_their_flashes(order: str) -> None:
    assert read_loop(f"order: {order}\n{CUE}").order == order


def test_what_holds_for_all_cues_is_read() -> None:
    loop = read_loop(f"fade_in: 1\nfade_out: 500ms\ncrossfade: 2\n{CUE}")
    assert (loop.fade_in, loop.fade_out, loop.crossfade) == (Fraction(1), Fraction(1, 2), Fraction(2))
    text = read_loop(f"text: {{languages: [zh-Hant, en], place: top left, size: 5%, margin: 2.5}}\n{CUE}").text
    assert (text.languages, text.place, text.size, text.margin) == (
        ("zh-Hant", "en"),
        "top left",
        Fraction(5),
        Fraction(5, 2),
    )
    assert read_loop(f"text: {{languages: en}}\n{CUE}").text.languages == ("en",)


def test_a_spoiled_cue_is_looked_at_without_what_is_wrong_in_it() -> None:
    loop, problems = read_loop_leniently(
        b"cues:\n- clip: gone.mp4\n  fadein: 2\n  in: soon\n  out: 4\n- still: a.jpg\n  for: x\n- clip: b.mp4\n",
        "loop.yaml",
    )
    assert [problem.mark and problem.mark.line for problem in problems] == [3, 4, 7]
    assert loop is not None
    spoiled, sound = loop.cues
    assert spoiled.spoiled
    assert spoiled == read_loop("cues: [{clip: gone.mp4, out: 4}]").cues[0]
    assert not sound.spoiled


def test_a_title_may_be_one_text_for_all_languages() -> None:
    assert read_loop(f"title: Safe City\n{CUE}").title == {"und": "Safe City"}


def test_a_loop_and_its_cues_know_their_places() -> None:
    loop = read_loop(f"gap: 2\n{CUE}  out: 0:16.5\n- black: 3\n")
    assert loop.mark_of("gap") == Mark("loop.yaml", 1, 6)
    assert loop.cues[0].mark == Mark("loop.yaml", 3, 3)
    assert loop.cues[0].mark_of("out") == Mark("loop.yaml", 4, 8)
    assert loop.cues[0].mark_of("in") == Mark("loop.yaml", 3, 3)
    assert loop.cues[1].mark_of("black") == Mark("loop.yaml", 5, 10)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: the file is empty: list what is shown under 'cues:'."),
        ("~", "1:1: the file is empty: list what is shown under 'cues:'."),
        (
            "- clip: a",
            "1:1: the file must consist of keys with a ': ' after each. Known here: title, order, seed, gap, fade_in, "
            "fade_out, crossfade, text, cues.",
        ),
        ("gap: 3", "1:1: 'cues' is missing: write what is shown, each cue begun with '- '."),
        ("cues:", "1:1: 'cues' has no value: write what is shown, each cue begun with '- '."),
        ("cues: []", "1:7: 'cues' has no entry: write what is shown, each cue begun with '- '."),
        ("cues: {clip: a}", "1:7: 'cues' must be a list: start each entry with '- '."),
        (
            "cues:\n- a.mp4",
            "2:3: cue 1 has no kind. Write its kind before it, such as 'clip: NAME', not only 'a.mp4'.",
        ),
        ("cues:\n-", "2:2: cue 1 has no keys: write 'clip: NAME' or 'black: 3' after the '- '."),
        ("cues:\n- []", "2:3: cue 1 has no keys: write 'clip: NAME' or 'black: 3' after the '- '."),
        (f"{CUE}- in: 3", "3:3: cue 2 has no kind: give it one of the keys 'clip', 'still', 'title' or 'black'."),
        (
            "cues:\n- clpi: a",
            "2:3: cue 1 has no kind: give it one of the keys 'clip', 'still', 'title' or 'black'. Did you mean 'clip' "
            "where 'clpi' stands?",
        ),
        (f"{CUE}  black: 3", "2:3: cue 1 is clip and black at once: begin each of them with a '- ' of its own."),
        (
            f"{CUE}  title: Night",
            "2:3: cue 1 is clip and title at once: begin each of them with a '- ' of its own. Words over a picture are "
            "its 'caption'.",
        ),
        ("cues:\n- black: 3\n  in: 4", "3:3: 'in' does not go with 'black'. Known here: black, crossfade, caption."),
        (
            f"{CUE}  for: 4",
            "3:3: 'for' does not go with 'clip'. Known here: clip, in, out, times, hold, sound, fade_in, fade_out, "
            "crossfade, caption.",
        ),
        (f"{CUE}  fadein: 1", "3:3: unknown key 'fadein'. Did you mean 'fade_in'?"),
        (
            f"{CUE}  zoom: 1",
            "3:3: unknown key 'zoom'. Known here: clip, in, out, times, hold, sound, fade_in, fade_out,",
        ),
        ("cues:\n- still: a.jpg", "2:3: 'for' is missing: write how long it is shown, in seconds."),
        ("cues:\n- title: a\n  for: 0", "3:8: 'for' must be longer than 0 s, not '0'."),
        (
            "cues:\n- clip: a.JPG",
            "2:9: 'clip' is a picture ('a.JPG'): write 'still' instead of 'clip', and 'for' with its length.",
        ),
        ("cues:\n- still: a.mov\n  for: 3", "2:10: 'still' is a video ('a.mov'): write 'clip' instead of 'still'."),
        (f"{CUE}  caption: []", "3:12: 'caption' must be a text, or a text for each language"),
        (f"{CUE}  crossfade: -1", "3:14: 'crossfade' is not right: '-1' is negative; a time starts at 0."),
        (f"{CUE}text: {{size: 21}}", "3:14: 'size' must be 1 to 20 percent, such as 10, not '21'."),
        (
            f"{CUE}text: {{place: left}}",
            "3:15: 'place' must be 'bottom', 'bottom left', 'bottom right', 'top', 'top left'",
        ),
        (
            f"{CUE}text: {{languages: []}}",
            "3:19: 'languages' has no entry: write which languages are written, from the",
        ),
        (
            f"{CUE}text: {{languages: [zh_Hant]}}",
            "3:20: language 1 must be a language such as en or zh-Hant, not 'zh_Hant'. Did you mean 'zh-Hant'?",
        ),
        (
            f"{CUE}  caption: {{zh_Hant: 夜}}",
            "3:13: 'zh_Hant' must be a language such as en or zh-Hant, not 'zh_Hant'. Did you mean 'zh-Hant'?",
        ),
        (f"{CUE}  otu: 1", "3:3: unknown key 'otu'. Did you mean 'out'?"),
        (f"{CUE}  in:", "3:3: 'in' has no value: write one, or delete the line. It means: the first frame shown"),
        (f"{CUE}  in: -3", "3:7: 'in' is not right: '-3' is negative; a time starts at 0."),
        (f"{CUE}  in: soon", "3:7: 'in' is not right: 'soon' is not a time; write 90, 90s"),
        (f"{CUE}  out: [4]", "3:8: 'out' must be a single value, not a list or a group of keys."),
        (f"{CUE}  times: 0", "3:10: 'times' must be a whole number from 1 to 1000, not '0'."),
        (f"{CUE}  hold: 25h", "3:9: 'hold' must be at most 24:00:00, not '25h'."),
        (f"{CUE}  sound: no", "3:10: 'sound' must be on or off, not 'no'."),
        (f"{CUE}  clip: b", "3:3: 'clip' stands here twice, first in line 2, again in line 3: keep one of them."),
        ("cues:\n- black: 0", "2:10: 'black' must be longer than 0 s, not '0'."),
        (
            "cues:\n- black: 00:00:01:12",
            "2:10: 'black' counts frames ('00:00:01:12'): write seconds instead, such as 2.5.",
        ),
        (
            "cues:\n- clip: ../a.mp4",
            "2:9: 'clip' must name a file inside the footage folder (no '..', no '/' at its beginning), not '../a.mp4'",
        ),
        ("cues:\n- clip: {a: b}", "2:9: 'clip' must be a single value, not a list or a group of keys."),
        (
            f"{CUE}order: random",
            "3:8: 'order' must be 'listed', 'reversed', 'shuffled', 'calm to bright' or 'bright to calm', not 'ran",
        ),
        (f"{CUE}order: [a]", "3:8: 'order' must be a single value, not a list or a group of keys."),
        (f"{CUE}seed: -1", "3:7: 'seed' must be a whole number from 0 to 999999999999999, not '-1'."),
        (f"{CUE}gap: x", "3:6: 'gap' is not right: 'x' is not a time; write 90"),
        (f"{CUE}titel: x", "3:1: unknown key 'titel'. Did you mean 'title'?"),
        (f"{CUE}title: []", "3:8: 'title' must be a text, or a text for each language"),
        (f"{CUE}title: {{}}", "3:8: 'title' has no entry: write the work's title: a text, or one for each language"),
        (f"{CUE}title: {{e n: x}}", "3:9: 'e n' must be a language such as en or zh-Hant, not 'e n'."),
        (f"{CUE}title: {{en: [x]}}", "3:13: 'en' must be a single value, not a list or a group of keys."),
        (f"{CUE}title: ''", "3:8: 'title' is empty: write a text."),
        (f"{CUE}gap: &a 3", "3:6: '&a' gives this part a name to repeat it by"),
        (f"{CUE}gap: *a", "3:6: '*a' repeats another part of the file"),
        (f"{CUE}gap: !!int 3", "3:6: a value that begins with '!' has a special meaning"),
        (f"{CUE}\ttitle: x", "3:1: a tab stands here: use spaces instead."),
        ("[" * 5000, "1:21: brackets or indentation go deeper than 20 levels: close some."),
        ("cues:\n" + "- {clip: a}\n" * 10_001, "2:1: 'cues' has more than 10000 entries: remove some."),
    ],
)
def test_each_mistake_is_one_problem_at_its_place(text: str, problem: str) -> None:
    (only,) = told(text)
    assert only.startswith(f"loop.yaml:{problem}")


def test_all_problems_come_at_once_in_the_order_of_the_file() -> None:
    problems = told("gpa: 1\ncues:\n- clip: a\n  in: x\n- in: 3\norder: &a wrong\nseed: 1.5\nseed: 2\n")
    assert [problem.split(": ")[0] for problem in problems] == [
        "loop.yaml:1:1",
        "loop.yaml:4:7",
        "loop.yaml:5:3",
        "loop.yaml:6:8",
        "loop.yaml:7:7",
        "loop.yaml:8:1",
    ]


def test_what_is_right_is_kept_beside_what_is_wrong() -> None:
    loop, problems = read_loop_leniently(
        b"title: a\ngap: wide\nnonsense: [1]\norder: [x]\n"
        b"cues:\n- clip: a\n  in: x\n- black: 1\n- black: 2\n  black: 3\n- x\n- clip: b\nseed: 7\n",
        "loop.yaml",
    )
    assert len(problems) == 6
    assert loop is not None
    assert [cue for cue in loop.cues if not cue.spoiled] == list(read_loop("cues: [{black: 1}, {clip: b}]").cues)
    assert loop.cues[-1].mark == Mark("loop.yaml", 12, 3)
    assert (loop.gap, loop.order, loop.seed, loop.title) == (Fraction(0), "listed", 7, {"und": "a"})
    assert loop.mark_of("seed") == Mark("loop.yaml", 13, 7)


@pytest.mark.parametrize("text", ["", "x", "cues: []", "cues:\n- x\n", f"{CUE}title: 'x", "gap: 2", f"{CUE}cues"])
def test_where_nothing_can_be_shown_there_is_no_loop(text: str) -> None:
    loop, problems = read_loop_leniently(text.encode(), "loop.yaml")
    assert loop is None
    assert problems


def test_of_two_lists_of_cues_the_first_is_kept() -> None:
    loop, problems = read_loop_leniently(f"{CUE}cues:\n- black: 1\n".encode(), "loop.yaml")
    assert loop == read_loop(CUE)
    assert len(problems) == 1
