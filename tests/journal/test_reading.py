import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.errors import InstallationError
from installation.journal.reading import lines, moment

NOW = datetime(2026, 11, 22, 16, 30, 5).astimezone()
ENOUGH_S = 30.0


def written(folder: Path) -> Path:
    """A log of two days."""
    (folder / "installation-2026-11-21.log").write_text(
        "2026-11-21 10:00:00  OPEN     Good morning.\n"
        "2026-11-21 14:31:05  FIXED    The picture stopped.\n"
        "2026-11-21 15:00:00  CHANGED  The new loop is on screen.\n"
    )
    path = folder / "installation.log"
    path.write_text("2026-11-22 10:00:00  OPEN     Good morning.\n2026-11-22 16:00:00  ACTION   The screen has gone.\n")
    return path


def words(said: Iterator[str]) -> list[str]:
    return [line[21:].split()[0] for line in said]


def test_all_files_read_as_one(tmp_path: Path) -> None:
    assert words(lines(written(tmp_path))) == ["OPEN", "FIXED", "CHANGED", "OPEN", "ACTION"]


def test_a_log_that_is_not_there_has_no_lines(tmp_path: Path) -> None:
    assert list(lines(tmp_path / "installation.log")) == []


def test_only_what_is_worth_a_second_look(tmp_path: Path) -> None:
    assert words(lines(written(tmp_path), problems=True)) == ["FIXED", "ACTION"]


@pytest.mark.parametrize(
    ("since", "left"),
    [
        ("2026-11-21 14:31:05", ["FIXED", "CHANGED", "OPEN", "ACTION"]),
        ("2026-11-21 14:32", ["CHANGED", "OPEN", "ACTION"]),
        ("2026-11-21T14:32", ["CHANGED", "OPEN", "ACTION"]),
        ("2026-11-22", ["OPEN", "ACTION"]),
        ("2026-11-23", []),
        ("1 minute", []),
    ],
)
def test_only_what_happened_since(tmp_path: Path, since: str, left: list[str]) -> None:
    assert words(lines(written(tmp_path), since)) == left


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("2026-11-20", "2026-11-20 00:00:00"),
        ("14:30", "2026-11-22 14:30:00"),
        (" 2026-11-20 9:05 ", "2026-11-20 09:05:00"),
        ("2 days", "2026-11-20 16:30:05"),
        ("2 days ago", "2026-11-20 16:30:05"),
        ("90min", "2026-11-22 15:00:05"),
        ("1 hour", "2026-11-22 15:30:05"),
        ("1w", "2026-11-15 16:30:05"),
    ],
)
def test_a_moment_is_a_day_an_hour_or_a_time_ago(text: str, start: str) -> None:
    assert moment(text, NOW) == start


@pytest.mark.parametrize("text", ["yesterday", "25:00", "2026-13-01", "2 years", "-1 day", "x" * 500])
def test_what_is_no_time_is_told_with_what_is(text: str) -> None:
    with pytest.raises(InstallationError, match=r"is no time; write a day \(2026-11-20\)"):
        moment(text, NOW)


@given(st.one_of(st.text(), st.text("0123456789-: TagodyshmiW", max_size=20)))
def test_any_text_is_a_moment_or_a_problem(text: str) -> None:
    try:
        assert len(moment(text, NOW)) == 19
    except InstallationError as error:
        assert "is no time" in str(error)  # noqa: PT017 -- most texts raise, some do not


class Follower:
    """Follows a log in a thread of its own, which ends with the tests."""

    def __init__(self, path: Path) -> None:
        self.heard: list[str] = []
        threading.Thread(target=self._follow, args=(path,), daemon=True).start()

    def _follow(self, path: Path) -> None:
        for line in lines(path, follow=True):
            self.heard.append(line)

    def has(self, count: int) -> list[str]:
        until = time.monotonic() + ENOUGH_S
        while len(self.heard) < count and time.monotonic() < until:
            time.sleep(0.02)
        return self.heard


def test_a_time_ago_is_told_by_the_clock_of_the_log(tmp_path: Path) -> None:
    path, zone = tmp_path / "installation.log", "Pacific/Kiritimati"
    now = datetime.now(ZoneInfo(zone))
    minutes = (now - timedelta(minutes=90), now - timedelta(minutes=30))
    path.write_text("".join(f"{told:%Y-%m-%d %H:%M:%S}  FIXED    {told.minute}\n" for told in minutes))
    assert [line[30:] for line in lines(path, "1 hour", timezone=zone)] == [str(minutes[1].minute)]


def test_lines_are_followed_into_the_next_day_and_none_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "installation.log"
    follower = Follower(path)
    path.write_text("one\n")
    assert follower.has(1) == ["one"]
    with path.open("a") as stream:
        stream.write("two\n")
    assert follower.has(2) == ["one", "two"]
    with path.open("a") as stream:
        stream.write("three\n")
    path.rename(tmp_path / "installation-2026-11-21.log")
    path.write_text("four, longer than all that stood in the file of the day before\n")
    assert follower.has(4)[2:] == ["three", "four, longer than all that stood in the file of the day before"]
