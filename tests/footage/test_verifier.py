"""The real process on real files, and what it tells the watchdog."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from installation.footage import fixity
from installation.journal.events import Event
from installation.journal.sentences import sentence
from installation.processes.children import Telling
from tests.disks import ext4
from tests.glass.stage import ENOUGH_S

NAMES = ("a.mp4", "b.mp4", "c.mp4", "d.mp4", "e.mp4")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Five sealed files."""
    folder = tmp_path / "footage"
    folder.mkdir()
    fill(folder)
    return folder


def fill(folder: Path) -> None:
    for name in NAMES:
        (folder / name).write_bytes(name.encode() * 50_000)
    fixity.seal(folder)


def rot(path: Path) -> None:
    """Flip a bit, as a failing disk does: size and times stay."""
    stat = path.stat()
    with path.open("r+b") as file:
        file.seek(100_000)
        (byte,) = file.read(1)
        file.seek(100_000)
        file.write(bytes([byte ^ 1]))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def listen(process: Telling) -> Iterator[dict[str, Any]]:
    os.set_blocking(process.stdout.fileno(), True)
    while True:
        messages, ended = process.messages()
        yield from messages
        if ended:
            return


def verify(folder: Path) -> list[dict[str, Any]]:
    process = Telling("installation.footage.verifier", folder, folder.with_name("fixity.json"))
    told = list(listen(process))
    assert process.finish(ENOUGH_S) == 0
    return told


def test_a_master_that_rotted_is_named_once_until_it_changes_again(archive: Path) -> None:
    assert verify(archive) == [{"verified": 5}]
    rot(archive / "b.mp4")
    changed = {"event": "master_changed", "name": "b.mp4"}
    assert verify(archive) == [changed, {"verified": 4}]
    assert verify(archive) == [{"verified": 4}]
    (archive / "b.mp4").write_bytes(b"another")
    assert verify(archive) == [changed, {"verified": 4}]
    (archive / "b.mp4").write_bytes(b"b.mp4" * 50_000)
    assert verify(archive) == [{"verified": 5}]
    (archive / "b.mp4").write_bytes(b"another")
    assert verify(archive) == [changed, {"verified": 4}]


def test_masters_that_are_gone_and_many_at_once_are_one_sentence_each(archive: Path) -> None:
    for name in NAMES[:4]:
        rot(archive / name)
    (archive / "e.mp4").unlink()
    changed, gone, _ = verify(archive)
    assert changed == {"event": "master_changed", "name": "a.mp4, b.mp4, c.mp4 and 1 more"}
    assert gone == {"event": "master_gone", "name": "e.mp4"}
    for told in (changed, gone):
        event = Event(told.pop("event"), told)
        assert event.word == "ACTION"
        assert told["name"] in sentence(event.kind, event.fields)


def test_masters_that_cannot_be_read_are_one_sentence_once(archive: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        (archive / name).unlink()
        os.mkfifo(archive / name)
    unread, last = verify(archive)
    assert unread == {"event": "master_unread", "problem": "a.mp4 is a named pipe, not a file.", "more": 1}
    assert verify(archive) == [last]


def test_an_archive_whose_disk_is_dead_is_left_to_prepare(tmp_path: Path) -> None:
    with ext4(tmp_path / "footage") as disk:
        fill(disk.folder)
        os.sync()
        disk.cut()
        assert verify(disk.folder) == []


def test_a_folder_that_was_never_sealed_is_no_finding(tmp_path: Path) -> None:
    (tmp_path / "footage").mkdir()
    assert verify(tmp_path / "footage") == []


def test_it_leaves_processor_and_disk_to_the_picture(archive: Path) -> None:
    with (archive / "long.mp4").open("wb") as long:
        long.truncate(1 << 30)
    process = Telling("installation.footage.verifier", archive, archive.with_name("fixity.json"))
    known = psutil.Process(process._process.pid)
    while known.ionice().ioclass != psutil.IOPRIO_CLASS_IDLE:
        assert known.is_running()
    assert os.sched_getscheduler(known.pid) == os.SCHED_IDLE
    process.finish()
