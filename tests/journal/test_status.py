import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.journal import status
from installation.journal.status import STALE_S, Status, paragraph
from installation.watchdog.rules import Phase

NOW = 1_795_000_000.0
PLAYING = Status(
    written=NOW,
    pid=17,
    phase="playing",
    since=NOW - 60,
    show="5f",
    cues=14,
    loop=1330.0,
    cue=2,
    name="平安.mp4",
    iteration=3,
    position=2.0,
    at=12.25,
    restarts=1,
    dark=0.8,
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    for told in (PLAYING, replace(PLAYING, problems=("a", "b\udcff"), progress=0.5, picture="/p.png")):
        status.write(path, told)
        assert status.read(path) == told
    assert "平安.mp4" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("damaged", [b"", b"[]", b"{}", b"null", b"\xff", b'{"problems": []}', b'{"problems": 3}'])
def test_a_status_that_is_damaged_or_of_another_version_is_none(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "status.json").write_bytes(damaged)
    assert status.read(tmp_path / "status.json") is None


def test_a_status_with_a_field_too_many_is_none(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    status.write(path, PLAYING)
    path.write_text(json.dumps({**json.loads(path.read_text()), "new": 1}))
    assert status.read(path) is None


def test_no_status_is_none(tmp_path: Path) -> None:
    assert status.read(tmp_path / "status.json") is None


@given(st.binary())
def test_any_bytes_are_a_status_or_none(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "status.json"
    path.write_bytes(raw)
    assert status.read(path) is None


def test_the_picture_is_well_without_problems_only() -> None:
    assert PLAYING.is_well(NOW)
    assert not replace(PLAYING, problems=("a.mp4 is gone.",)).is_well(NOW)
    assert not replace(PLAYING, phase="black").is_well(NOW)


CLOSED = replace(PLAYING, phase="closed", turns="2026-11-19T10:00:00+08:00")
"""The night of the 18th in Hong Kong."""


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        ("2026-11-19T10:00:00+08:00", "The wall is closed until tomorrow 10:00."),
        ("2026-11-18T21:30:00+08:00", "The wall is closed until 21:30."),
        ("2026-11-21T10:00:00+08:00", "The wall is closed until Saturday 10:00."),
        (None, "The wall is closed."),
    ],
)
def test_a_closed_wall_is_well_and_says_until_when(turns: str | None, said: str) -> None:
    closed = replace(CLOSED, turns=turns)
    assert closed.is_well(NOW)
    assert paragraph(closed, NOW) == said
    assert not replace(closed, problems=("a.mp4 is gone.",)).is_well(NOW)


def test_a_wall_with_hours_says_when_it_closes() -> None:
    said = paragraph(replace(PLAYING, turns="2026-11-18T22:00:00+08:00"), NOW)
    assert said.endswith(" 0.8 s dark since the start. The wall is open until 22:00.")


def test_the_paragraph_has_the_language_of_the_log() -> None:
    assert paragraph(replace(CLOSED, language="zh-Hant"), NOW) == "現為休息時間，明天 10:00 開放。"
    said = paragraph(replace(PLAYING, language="zh-Hant"), NOW)
    assert said.startswith("一切正常：畫面從 ")
    assert said.endswith(
        "起一直在螢幕上。 第 3 段，共 14 段（平安.mp4，12 秒），第 3 次循環。 開始以來重新啟動 1 次，黑畫面 0.8 秒。"
    )


@pytest.mark.parametrize("phase", [*(phase.value for phase in Phase), "preparing", "black", "closed"])
def test_every_phase_has_its_sentence_in_chinese_too(phase: str) -> None:
    told = replace(PLAYING, phase=phase, language="zh-Hant", progress=0.42, problems=("a", "b", "c"), picture="/p.png")
    assert "問題：a 另有 2 個問題" in paragraph(told, NOW)


def test_a_status_that_nobody_renews_is_not_well() -> None:
    assert not PLAYING.is_well(PLAYING.written + status.STALE_S + 1)


def test_the_paragraph_of_a_good_day() -> None:
    said = paragraph(PLAYING, NOW)
    assert said.startswith("All is well: the picture is on the screen since ")
    assert said.endswith("Cue 3 of 14 (平安.mp4 at 12 s), loop 3. 1 restart and 0.8 s dark since the start.")


@pytest.mark.parametrize("phase", [*(phase.value for phase in Phase), "preparing", "black", "closed"])
def test_every_phase_has_its_sentence(phase: str) -> None:
    told = replace(PLAYING, phase=phase, progress=0.42, problems=("a.mp4 is gone.",), picture="/p.png")
    said = paragraph(told, NOW)
    assert said.endswith(
        "A loop is being prepared (42%). There is no screen; the current picture is /p.png. Problem: a.mp4 is gone."
    )
    assert ("Cue 3 of 14" in said) == (phase == "playing")


def test_a_day_other_than_today_is_named() -> None:
    said = paragraph(replace(PLAYING, phase="waiting", since=NOW - 3 * 86400), NOW)
    assert "There is no screen since 2026-11-" in said


def test_hours_are_those_of_the_gallerys_clock() -> None:
    told = replace(PLAYING, since=datetime(2026, 11, 18, 7, 45, tzinfo=UTC).timestamp(), timezone="Asia/Hong_Kong")
    assert paragraph(told, NOW).startswith("All is well: the picture is on the screen since 15:45.")


def test_a_status_that_is_no_longer_written_is_no_present() -> None:
    assert paragraph(PLAYING, NOW + STALE_S).startswith("All is well")
    assert paragraph(PLAYING, NOW + 3 * STALE_S) == (
        "The watchdog has not written for 30 s. Please restart the installation."
    )
