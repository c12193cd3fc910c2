import re
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.journal.events import PROBLEM_WORDS, WORDS, Event
from installation.journal.sentences import CATALOGUE, count, greeting, sentence, spell
from installation.player.options import Rung
from installation.wall.glass import DARKENED

FIELDS: dict[str, Any] = {
    "greeting": "Good morning",
    "cues": 14,
    "loop": 1330.0,
    "reason": "none_found",
    "picture": "/state/run/picture.png",
    "problem": "loop.yaml:14:5: unknown key 'fadein'. Did you mean 'fade_in'?",
    "more": 1,
    "edited": "15:10",
    "fault": "still",
    "place": " in a.mp4 at 1:12",
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
    "name": "crossing-2.mp4",
    "number": 2,
    "unseen": "covered",
    "cause": "saver",
    "refused": "2026-11-22 10:00",
    "lost": 3,
}
"""What the watchdog passes, all kinds together."""


@pytest.mark.parametrize("language", CATALOGUE)
def test_every_event_has_a_word_and_a_sentence(language: str) -> None:
    assert set(WORDS) == set(CATALOGUE[language])
    assert all(len(word) <= 8 and word.isupper() for word in WORDS.values())
    assert set(WORDS.values()) >= PROBLEM_WORDS


@pytest.mark.parametrize("language", CATALOGUE)
@pytest.mark.parametrize("kind", WORDS)
def test_every_sentence_can_be_said_with_what_the_watchdog_passes(language: str, kind: str) -> None:
    wanted = {name for _, name, _, _ in string.Formatter().parse(CATALOGUE[language][kind]) if name}
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
    assert sentence("fixed", {**FIELDS, "fault": fault, "place": ""}).endswith("Nothing to do.")
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
    ],
)
def test_lengths_of_time_are_spelled_as_people_say_them(seconds: float, spelled: str) -> None:
    assert spell(seconds) == spelled


@given(st.floats(0, 1e7))
def test_every_length_has_at_most_two_units(seconds: float) -> None:
    assert re.fullmatch(r"(\d\.\d|\d+) s|\d+ min( [0-5]\d s)?|\d+ h( [0-5]\d min)?", spell(seconds))


def test_one_thing_is_one_and_the_rest_are_many() -> None:
    assert [count(n, "cue") for n in (0, 1, 2)] == ["0 cues", "1 cue", "2 cues"]
    assert count(2, "child", "children") == "2 children"


def test_the_greeting_follows_the_hour() -> None:
    assert [greeting(hour) for hour in (9, 12, 20, 2)] == [
        "Good morning",
        "Good afternoon",
        "Good evening",
        "Good evening",
    ]
    assert [greeting(hour, leaving=True) for hour in (9, 18, 2)] == ["Good bye", "Good night", "Good night"]


def test_an_event_knows_its_word() -> None:
    assert Event("screen_missing_long").word == "ACTION"
