import re
import string
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.hours import Hours, Span
from installation.journal.chinese import CHINESE
from installation.journal.events import PROBLEM_WORDS, WORDS, Event
from installation.journal.languages import Language, spell
from installation.journal.sentences import CATALOGUE, ENGLISH, count, greeting, opening, sentence
from installation.player.options import Rung
from installation.wall.glass import DARKENED

FIELDS: dict[str, Any] = {
    "greeting": "morning",
    "cues": 14,
    "loop": 1330.0,
    "reason": "none_found",
    "picture": "/state/run/picture.png",
    "problem": "loop.yaml:14:5: unknown key 'fadein'. Did you mean 'fade_in'?",
    "more": 1,
    "edited": "15:10",
    "fault": "still",
    "place": ("a.mp4", "1:12"),
    "cue": 3,
    "position": 72.4,
    "dark": 0.84,
    "away": 130.0,
    "count": 3,
    "last": "15:02",
    "pause": 30.0,
    "loops": 21,
    "shown": 28800.0,
    "restarts": 1,
    "rung": 3,
    "drawn": "plain",
    "needed": "310 MiB",
    "allowed": "256 MiB",
    "name": "crossing-2.mp4",
    "number": 2,
    "unseen": "covered",
    "cause": "saver",
    "refused": "2026-11-22 10:00",
    "lost": 3,
    "direction": "forward",
    "by": 7200.0,
    "today": True,
    "faults": 5,
    "unhealed": 1,
    "until": "tomorrow 10:00",
}
"""What the watchdog passes, all kinds together."""


@pytest.mark.parametrize("language", CATALOGUE)
def test_every_event_has_a_word_and_a_sentence(language: str) -> None:
    assert set(WORDS) == set(CATALOGUE[language].events)
    assert all(len(word) <= 8 and word.isupper() for word in WORDS.values())
    assert set(WORDS.values()) >= PROBLEM_WORDS


def fields_of(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("language", CATALOGUE.values(), ids=CATALOGUE)
def test_every_language_says_the_same(language: Language) -> None:
    """What is said in one language is said in the other, with the same fields and for the same values."""
    for mine, english in ((language.events, ENGLISH.events), (language.present, ENGLISH.present)):
        assert {key: fields_of(text) for key, text in mine.items()} == {
            key: fields_of(text) for key, text in english.items()
        }
    assert {field: set(values) for field, values in language.words.items()} == {
        field: set(values) for field, values in ENGLISH.words.items()
    }
    assert (language.numbers.keys(), language.extras.keys()) == (ENGLISH.numbers.keys(), ENGLISH.extras.keys())
    assert len(language.weekdays) == 7


@pytest.mark.parametrize("language", CATALOGUE.values(), ids=CATALOGUE)
def test_every_value_of_a_field_has_words(language: Language) -> None:
    for field, values in language.words.items():
        (kind,) = [kind for kind, text in language.events.items() if field in fields_of(text)][:1]
        for value, words in values.items():
            assert words in language.event(kind, {**FIELDS, field: value})


def test_chinese_is_chinese() -> None:
    for text in (*CHINESE.events.values(), *CHINESE.present.values()):
        plain = re.sub(r"[{`][^}`]*[}`]|[\w.]+\.yaml", "", text)
        assert not re.search("[A-Za-z]", plain), text
        assert not re.search(r"[,.:;!?()]", plain), text
        assert text.endswith("。") or not plain or plain.endswith(("：", "。"))
    simplified = set("个们这来时对发现后为从错误无处没开关机动画")
    assert not simplified & set("".join((*CHINESE.events.values(), *CHINESE.present.values())))


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("opened", {"greeting": "morning", "cues": 14, "loop": 1330.0}, "早安。循環共有 14 段，全長 22 分 10 秒。"),
        ("fixed", FIELDS, "在 a.mp4 的 1:12 處，畫面停住了。播放器已重新啟動，畫面在 0.8 秒後恢復。無須處理。"),
        ("fixed", {**FIELDS, "place": None}, "畫面停住了。播放器已重新啟動，畫面在 0.8 秒後恢復。無須處理。"),
        ("clock", {"direction": "back", "by": 3600.0}, "時鐘被撥慢了 1 小時。開放時間以新的時鐘為準。無須處理。"),
        (
            "closed",
            {**FIELDS, "greeting": "night"},
            "晚安。今天循環播放 21 次，畫面顯示 8 小時，重新啟動 1 次，黑畫面 0.8 秒。",
        ),
        (
            "kept",
            {**FIELDS, "more": 2},
            "15:10 的修改有錯誤："
            + FIELDS["problem"]
            + " 另有 2 個錯誤；請執行 `installation check`。 原來的循環繼續播放。",
        ),
    ],
)
def test_the_staff_read_chinese(kind: str, fields: dict[str, Any], said: str) -> None:
    assert sentence(kind, fields, "zh-Hant") == said


def test_the_day_ends_with_its_figures() -> None:
    said = sentence("closed", {**FIELDS, "greeting": "night"})
    assert said == "Good night. 21 loops today, 8 h on screen, 1 restart, 0.8 s dark."
    assert "21 loops, 8 h" in sentence("closed", {**FIELDS, "greeting": "night", "today": False})


def test_a_clock_that_was_set_is_told() -> None:
    said = sentence("clock", {"direction": "forward", "by": 7200.0})
    assert said == "The clock was set forward by 2 h. The opening hours follow it. Nothing to do."


WEEK = Hours(((), *((Span(600, 1080),),) * 4, (), ()), ("2026-11-26",), "Asia/Hong_Kong")
"""Tuesday to Friday; Thursday the 26th is closed."""


@pytest.mark.parametrize(
    ("clock", "english", "chinese"),
    [
        ("2026-11-24 12:00", "The wall is open until 18:00.", "現為開放時間，18:00 關閉。"),
        ("2026-11-24 18:00", "The wall is closed until tomorrow 10:00.", "現為休息時間，明天 10:00 開放。"),
        ("2026-11-25 09:59", "The wall is closed until 10:00.", "現為休息時間，10:00 開放。"),
        ("2026-11-25 19:00", "The wall is closed until Friday 10:00.", "現為休息時間，星期五 10:00 開放。"),
        ("2026-11-27 18:00", "The wall is closed until Tuesday 10:00.", "現為休息時間，星期二 10:00 開放。"),
    ],
)
def test_opening_and_closing_are_told_as_people_tell_them(clock: str, english: str, chinese: str) -> None:
    now = datetime.fromisoformat(f"{clock}+08:00").timestamp()
    assert (opening(WEEK, now), opening(WEEK, now, "zh-Hant")) == (english, chinese)


def test_what_lies_far_ahead_is_a_date_and_what_never_comes_is_said_plainly() -> None:
    now = datetime.fromisoformat("2026-11-24T12:00:00+00:00").timestamp()
    closing = Hours(closed_on=("2026-12-25",), timezone="UTC")
    assert opening(closing, now) == "The wall is open until 2026-12-25 00:00."
    assert [opening(hours, now) for hours in (None, Hours(((),) * 7))] == [
        "The wall is always open.",
        "The wall is closed.",
    ]


@pytest.mark.parametrize("language", CATALOGUE)
@pytest.mark.parametrize("kind", WORDS)
def test_every_sentence_can_be_said_with_what_the_watchdog_passes(language: str, kind: str) -> None:
    wanted = {name for _, name, _, _ in string.Formatter().parse(CATALOGUE[language].events[kind]) if name}
    said = sentence(kind, {name: FIELDS[name] for name in wanted}, language)
    assert said
    assert not re.search(r"[{}]|None|\s\s|\.\.", said.replace("{picture}", ""))


@pytest.mark.parametrize("fault", ["ended", "silent", "still", "unready"])
def test_every_fault_has_its_words(fault: str) -> None:
    said = sentence("fixed", {**FIELDS, "fault": fault})
    assert said.endswith(
        " in a.mp4 at 1:12. The player was restarted; the picture was back after 0.8 s. Nothing to do."
    )


@pytest.mark.parametrize("fault", ["covered", "frozen", "dark"])
def test_what_the_eye_finds_has_its_words_as_a_fault_and_as_a_request(fault: str) -> None:
    assert sentence("fixed", {**FIELDS, "fault": fault, "place": None}).endswith("Nothing to do.")
    assert "Please" in sentence("unseen", {"unseen": fault})


@pytest.mark.parametrize("rung", Rung)
def test_every_rung_of_the_ladder_has_its_words(rung: Rung) -> None:
    assert sentence("rung", {"rung": rung}).startswith("It plays ")


@pytest.mark.parametrize("cause", DARKENED.values())
def test_everything_that_darkens_a_screen_has_its_words(cause: str) -> None:
    assert sentence("woken", {"cause": cause}).endswith(" It was woken. Nothing to do.")


@pytest.mark.parametrize("reason", ["none_found", "none_wanted"])
def test_every_reason_has_its_words(reason: str) -> None:
    assert sentence("playing_unseen", {**FIELDS, "reason": reason}).startswith("No screen ")


def test_further_mistakes_are_counted() -> None:
    def said(more: int) -> str:
        return sentence("kept", {**FIELDS, "problem": "a.yaml:1:1: a typo.", "more": more})

    head = "The edit of 15:10 has a mistake in a.yaml:1:1: a typo."
    assert said(0) == f"{head} The loop before it goes on."
    assert said(1) == f"{head} And 1 more mistake; see `installation check`. The loop before it goes on."
    assert said(2) == f"{head} And 2 more mistakes; see `installation check`. The loop before it goes on."


@given(st.text())
def test_whatever_a_problem_says_its_sentence_can_be_said(problem: str) -> None:
    assert problem in sentence("left_out", {"problem": problem})


@pytest.mark.parametrize(
    ("seconds", "spelled"),
    [
        (0, "0 s"),
        (0.04, "0 s"),
        (0.84, "0.8 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (42.4, "42 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (62, "1 min 02 s"),
        (1330, "22 min 10 s"),
        (3599.6, "1 h"),
        (3600, "1 h"),
        (28800, "8 h"),
        (30 * 3600 + 90, "30 h 01 min"),
        (100 * 3600 - 61, "99 h 58 min"),
        (100 * 3600, "4 days"),
        (90 * 86400, "90 days"),
    ],
)
def test_lengths_of_time_are_spelled_as_people_say_them(seconds: float, spelled: str) -> None:
    assert spell(seconds) == spelled


@given(st.floats(0, 1e7))
def test_every_length_has_at_most_two_units(seconds: float) -> None:
    assert re.fullmatch(r"(\d\.\d|\d+) s|\d+ min( [0-5]\d s)?|\d\d? h( [0-5]\d min)?|\d+ days", spell(seconds))


def test_one_thing_is_one_and_the_rest_are_many() -> None:
    assert [count(n, "cue") for n in (0, 1, 2)] == ["0 cues", "1 cue", "2 cues"]
    assert count(2, "child", "children") == "2 children"


def test_the_greeting_follows_the_hour() -> None:
    assert [greeting(hour) for hour in (9, 12, 20, 2)] == [
        "morning",
        "afternoon",
        "evening",
        "evening",
    ]
    assert [greeting(hour, leaving=True) for hour in (9, 18, 2)] == ["bye", "night", "night"]


def test_an_event_knows_its_word() -> None:
    assert Event("screen_missing_long").word == "ACTION"
