import json
import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.journal import log
from installation.journal.events import Event
from installation.journal.log import Journal, files
from installation.places import Places
from tests.disks import small_disk

MORNING = datetime(2026, 11, 22, 10, 0, 0).astimezone()
SCREEN_GONE = Event("screen_gone")


class Writing:
    """A journal with a clock that is set, and what it echoes."""

    def __init__(self, folder: Path, keep_days: int = 90) -> None:
        self.places = Places.under(folder)
        self.places.make()
        self.now = MORNING
        self.echoed: list[str] = []
        self.journal = Journal(self.places, self.echoed.append, keep_days=keep_days, now=lambda: self.now.timestamp())

    def tell(self, event: Event = SCREEN_GONE) -> None:
        """Tell an event, and let the files have the time of the journal's clock."""
        self.journal.tell(event)
        self.journal.write()
        for path in (self.places.staff_log, self.places.journal):
            if path.is_file():
                os.utime(path, (self.now.timestamp(),) * 2)

    def lines(self, path: Path | None = None) -> list[str]:
        return (path or self.places.staff_log).read_text(encoding="utf-8").splitlines()

    def names(self) -> list[str]:
        return sorted(path.name for path in self.places.log.iterdir())


@pytest.fixture
def writing(tmp_path: Path) -> Writing:
    return Writing(tmp_path)


def test_a_line_is_the_local_time_a_word_and_a_sentence(writing: Writing) -> None:
    writing.tell(Event("opened", {"greeting": "morning", "cues": 14, "loop": 1330.0}))
    writing.now += timedelta(hours=6)
    writing.tell(Event("screen_missing_long"))
    assert writing.lines() == [
        "2026-11-22 10:00:00  OPEN     Good morning. The loop has 14 cues and lasts 22 min 10 s.",
        "2026-11-22 16:00:00  ACTION   The screen has been gone for two minutes. Please check its cable and its power.",
    ]
    assert writing.echoed == writing.lines()


def test_programs_read_the_same_as_one_object_a_line(writing: Writing) -> None:
    writing.tell(Event("left_out", {"problem": "平安.mp4 is gone.", "detail": "exit 1"}))
    (record,) = map(json.loads, writing.lines(writing.places.journal))
    assert datetime.fromisoformat(record.pop("time")) == MORNING
    assert record == {
        "word": "MISSING",
        "event": "left_out",
        "problem": "平安.mp4 is gone.",
        "detail": "exit 1",
        "said": "Left out of the loop: 平安.mp4 is gone.",
    }


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_becomes_one_line(tmp_path_factory: pytest.TempPathFactory, problem: str) -> None:
    folder = tmp_path_factory.mktemp("log")
    writing = Writing(folder)
    writing.tell(Event("left_out", {"problem": problem}))
    assert writing.places.staff_log.read_bytes().count(b"\n") == 1
    (line,) = writing.places.journal.read_text(encoding="utf-8").split("\n")[:-1]
    assert json.loads(line)["event"] == "left_out"
    shutil.rmtree(folder)


def test_each_day_has_its_own_file(writing: Writing) -> None:
    for _ in range(3):
        writing.tell()
        writing.now += timedelta(days=1)
    assert writing.names() == [
        "installation-2026-11-22.log",
        "installation-2026-11-23.log",
        "installation.log",
        "journal-2026-11-22.jsonl",
        "journal-2026-11-23.jsonl",
        "journal.jsonl",
    ]
    assert [path.name for path in files(writing.places.staff_log)] == writing.names()[:3]
    assert all(len(writing.lines(path)) == 1 for path in files(writing.places.staff_log))


def test_the_log_has_the_clock_of_the_gallery_and_a_new_file_for_each_of_its_days(writing: Writing) -> None:
    writing.journal.timezone = "Asia/Hong_Kong"
    writing.now = datetime(2026, 11, 22, 23, 59, 30, tzinfo=ZoneInfo("Asia/Hong_Kong"))
    writing.tell()
    writing.now += timedelta(minutes=1)
    writing.tell()
    assert writing.lines()[0].startswith("2026-11-23 00:00:30  WAITING")
    assert writing.lines(writing.places.log / "installation-2026-11-22.log")[0].startswith("2026-11-22 23:59:30  ")
    assert json.loads(writing.lines(writing.places.journal)[0])["time"] == "2026-11-23T00:00:30+08:00"


def test_a_file_that_grows_too_large_is_put_aside_within_the_day(writing: Writing) -> None:
    for number in range(3):
        writing.places.staff_log.write_bytes(b"x" * log.LARGEST_BYTES)
        os.utime(writing.places.staff_log, (writing.now.timestamp() + number,) * 2)
        writing.tell()
    assert [path.name for path in files(writing.places.staff_log)] == [
        "installation-2026-11-22.log",
        "installation-2026-11-22.1.log",
        "installation-2026-11-22.2.log",
        "installation.log",
    ]
    assert len(writing.lines()) == 1


def test_days_that_are_too_old_are_removed(tmp_path: Path) -> None:
    writing = Writing(tmp_path, keep_days=7)
    for _ in range(30):
        writing.tell()
        writing.now += timedelta(days=1)
    kept = files(writing.places.staff_log)
    assert len(kept) == 8
    assert kept[0].name == "installation-2026-12-14.log"
    assert len(writing.names()) == 16


def test_the_whole_folder_stays_under_its_limit(writing: Writing) -> None:
    for day in range(90):
        for path in (writing.places.staff_log, writing.places.journal):
            with path.open("ab") as stream:
                stream.truncate(log.LARGEST_BYTES)
        writing.now = MORNING + timedelta(days=day)
        writing.tell()
        assert sum(path.stat().st_size for path in writing.places.log.iterdir()) <= log.ALL_BYTES
    assert len(writing.names()) > 10


def a_file_in_the_folders_place(places: Places) -> None:
    shutil.rmtree(places.log)
    places.log.touch()


def folders_in_the_files_places(places: Places) -> None:
    places.staff_log.mkdir()
    places.journal.mkdir()


def a_full_disk(places: Places) -> None:
    places.staff_log.symlink_to("/dev/full")
    places.journal.symlink_to("/dev/full")


@pytest.mark.parametrize("trouble", [a_file_in_the_folders_place, folders_in_the_files_places, a_full_disk])
def test_a_disk_that_refuses_stops_nothing(writing: Writing, trouble: Callable[[Places], None]) -> None:
    trouble(writing.places)
    writing.journal.tell(SCREEN_GONE)
    writing.journal.write()
    writing.now += timedelta(days=1)
    writing.journal.tell(SCREEN_GONE)
    writing.journal.write()
    assert sum("There is no screen." in line for line in writing.echoed) == 2


def test_an_old_day_that_cannot_be_removed_costs_no_line(tmp_path: Path) -> None:
    writing = Writing(tmp_path, keep_days=1)
    stuck = writing.places.log / "installation-2026-01-01.log"
    stuck.mkdir()
    os.utime(stuck, (0, 0))
    writing.tell()
    writing.now += timedelta(days=1)
    writing.tell()
    assert len(writing.lines()) == 1


def test_a_folder_that_was_deleted_is_made_again(writing: Writing) -> None:
    writing.tell()
    shutil.rmtree(writing.places.log)
    writing.tell()
    assert len(writing.lines()) == 1
    assert writing.names() == ["installation.log", "journal.jsonl"]


def test_what_a_full_disk_refused_is_written_with_its_own_time_once_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 256 * 1024) as disk:
        writing = Writing(tmp_path / "small")
        writing.now = datetime.now().astimezone()
        writing.tell()
        full = disk.fill()
        for _ in range(100):
            writing.now += timedelta(microseconds=1)
            writing.tell(Event("left_out", {"problem": "a.mp4 is gone. " * 20}))
        assert len(writing.echoed) == 101
        assert writing.journal.waits
        told = writing.lines()
        assert told == writing.echoed[: len(told)]  # whole lines, nothing torn
        full.unlink()
        writing.journal.write()
        *before, late = writing.lines()
        assert before == writing.echoed[:101]
        since = f"{writing.now:%Y-%m-%d %H:%M}"
        assert late[21:].startswith(f"FIXED    The disk did not take this log from {since} on. It does now")
        assert [json.loads(line)["event"] for line in writing.lines(writing.places.journal)].count("left_out") == 100


def test_what_a_disk_refused_that_is_read_only_is_written_when_it_is_not(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 1 << 20) as disk:
        writing = Writing(tmp_path / "small")
        writing.now = datetime.now().astimezone()
        disk.turn("ro")
        writing.tell()
        writing.tell(Event("screen_missing_long"))
        disk.turn("rw")
        writing.journal.write()
        assert [line[21:].split()[0] for line in writing.lines()] == ["WAITING", "ACTION", "FIXED"]


def test_a_disk_that_refuses_for_ever_does_not_fill_the_memory(writing: Writing) -> None:
    writing.now = datetime.now().astimezone()
    a_file_in_the_folders_place(writing.places)
    for _ in range(log.WAITING + 5):
        writing.journal.tell(SCREEN_GONE)
    writing.journal.write()
    writing.places.log.unlink()
    writing.journal.write()
    assert len(writing.lines()) == log.WAITING + 1
    assert "5 lines did not fit into the memory." in writing.lines()[-1]


def test_a_line_that_a_power_cut_tore_stays_a_line_of_its_own(writing: Writing) -> None:
    writing.now = datetime.now().astimezone()
    writing.places.staff_log.write_text("2026-11-22 09:59:59  FIXED    The pict")
    writing.tell()
    assert len(writing.lines()) == 2
    assert writing.lines()[1] == writing.echoed[0]
