import threading
from pathlib import Path

import pytest

from installation.whole import write_whole


def test_text_is_written_as_utf_8_and_bytes_as_they_are(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.txt", "平安\n")
    write_whole(tmp_path / "b.bin", b"\xff\r\n\x00")
    assert (tmp_path / "a.txt").read_bytes() == "平安\n".encode()
    assert (tmp_path / "b.bin").read_bytes() == b"\xff\r\n\x00"


def test_an_old_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "status.json"
    file.write_text("a much longer content than the new one")
    write_whole(file, "new")
    assert file.read_text() == "new"
    assert list(tmp_path.iterdir()) == [file]


def test_the_file_is_readable_as_the_umask_allows(tmp_path: Path) -> None:
    write_whole(tmp_path / "status.json", "{}")
    (tmp_path / "plain").touch()
    assert (tmp_path / "status.json").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_the_longest_name_that_a_disk_takes_is_written(tmp_path: Path) -> None:
    file = tmp_path / ("n" * 255)
    write_whole(file, "x")
    assert file.read_text() == "x"


def test_a_refused_writing_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "a folder stands here"
    (target / "full").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        write_whole(target, "x")
    assert list(tmp_path.iterdir()) == [target]


def test_a_text_that_is_no_utf_8_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(file, "\udcff")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_missing_folder_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "none" / "a", "x")


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    file = tmp_path / "a"
    contents = [letter * 200_000 for letter in "abcd"]
    write_whole(file, contents[0])
    writers = [threading.Thread(target=write_whole, args=(file, content)) for content in contents * 5]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert file.read_text() in contents
    for writer in writers:
        writer.join()
    assert list(tmp_path.iterdir()) == [file]
