import contextlib
import os
import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from installation.errors import FootageError
from installation.footage.archive import Archive, printable


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    folder = tmp_path / "footage"
    (folder / "stand-in").mkdir(parents=True)
    (folder / "stand-in" / "crossing-1.mp4").write_bytes(b"1")
    (tmp_path / "outside.mp4").write_bytes(b"secret")
    return Archive(folder)


def test_a_name_becomes_an_absolute_path_inside_the_folder(archive: Archive) -> None:
    found = archive.find("stand-in/crossing-1.mp4")
    assert found == archive.folder.resolve() / "stand-in" / "crossing-1.mp4"
    assert archive.name(found) == "stand-in/crossing-1.mp4"


@pytest.mark.parametrize(
    "name",
    [
        "a b.mp4",
        "a,b;c%41.mp4",
        'it\'s "x".mp4',
        "a\nb.mp4",
        "平安城市.mp4",
        "#1 [x] {y}.mp4",
        "a\\b.mp4",
        "-.mp4",
        "~.mp4",
        " .mp4",
        "a:b.mp4",
    ],
)
def test_any_name_that_a_disk_takes_works(archive: Archive, name: str) -> None:
    (archive.folder / name).write_bytes(b"x")
    assert archive.find(name).read_bytes() == b"x"
    assert archive.find(name) in archive.clips()


def test_the_nearest_name_is_offered_for_one_that_is_missing(archive: Archive) -> None:
    offer = r"is not in the footage folder\. Did you mean 'stand-in/crossing-1\.mp4'\?$"
    for name in ("stand-in/crossing-7.mp4", "crossing-1.mp4", "stand_in/Crossing-1.mp4", "CROSSING-1.MP4"):
        with pytest.raises(FootageError, match=offer):
            archive.find(name)
    with pytest.raises(FootageError, match=r"folder\.$"):
        archive.find("quite something else")


@pytest.mark.parametrize("name", ["../outside.mp4", "stand-in/../../outside.mp4", "/etc/passwd", ".."])
def test_no_name_leads_outside(archive: Archive, name: str) -> None:
    with pytest.raises(FootageError, match="leads outside the footage folder"):
        archive.find(name)


def test_a_link_may_lead_anywhere_inside_but_not_outside(archive: Archive, tmp_path: Path) -> None:
    (archive.folder / "inside.mp4").symlink_to("stand-in/crossing-1.mp4")
    (archive.folder / "outside.mp4").symlink_to(tmp_path / "outside.mp4")
    (archive.folder / "door").symlink_to(tmp_path)
    (archive.folder / "dangling.mp4").symlink_to("nowhere")
    (archive.folder / "circle.mp4").symlink_to("circle.mp4")
    assert archive.find("inside.mp4").name == "crossing-1.mp4"
    for name in ("outside.mp4", "door/outside.mp4"):
        with pytest.raises(FootageError, match="leads outside"):
            archive.find(name)
    for name in ("dangling.mp4", "circle.mp4"):
        with pytest.raises(FootageError, match="link to a file that is not there"):
            archive.find(name)
    assert [archive.name(path) for path in archive.clips()] == ["inside.mp4", "stand-in/crossing-1.mp4"]


def test_the_folder_itself_may_be_a_link(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(archive.folder)
    linked = Archive(tmp_path / "link")
    assert linked.find("stand-in/crossing-1.mp4") == archive.find("stand-in/crossing-1.mp4")
    assert linked.clips() == archive.clips()


def test_what_is_no_file_is_named(archive: Archive) -> None:
    os.mkfifo(archive.folder / "pipe.mp4")
    with socket.socket(socket.AF_UNIX) as listening, contextlib.chdir(archive.folder):
        listening.bind("socket.mp4")  # a socket's path may be 107 bytes long
    for name, kind in {
        "stand-in": "a folder",
        ".": "a folder",
        "pipe.mp4": "a named pipe",
        "socket.mp4": "a socket",
    }.items():
        with pytest.raises(FootageError, match=f"is {kind}, not a file"):
            archive.find(name)
    assert [path.name for path in archive.clips()] == ["crossing-1.mp4"]


@pytest.mark.parametrize("name", ["", " ", "a\0b", "x" * 5000, "\ud800", "a/" * 3000, "stand-in/crossing-1.mp4/x"])
def test_what_can_be_no_name_is_refused_in_one_short_line(archive: Archive, name: str) -> None:
    with pytest.raises(FootageError) as caught:
        archive.find(name)
    assert len(str(caught.value)) < 300
    str(caught.value).encode()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
def test_any_name_that_is_none_is_told_in_one_line(archive: Archive, name: str) -> None:
    with pytest.raises(FootageError) as caught:
        archive.find(name)
    assert len(str(caught.value).splitlines()) == 1


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    for look in (Archive(tmp_path / "none").clips, lambda: Archive(tmp_path / "none").find("a.mp4")):
        with pytest.raises(FootageError, match=r"The footage folder .*none is not there"):
            look()


def test_only_media_files_are_listed(archive: Archive) -> None:
    listed = ["B.MOV", "a.mkv", "still.jpg", "雨/c.webm"]
    others = [".hidden.mp4", "._a.mkv", "README.md", "SHA256SUMS", "shots.json", "a.mp4.part", ".git/a.mp4"]
    for name in [*listed, *others, "lost+found/a.mp4"]:
        (archive.folder / name).parent.mkdir(exist_ok=True)
        (archive.folder / name).touch()
    clips = ["B.MOV", "a.mkv", "stand-in/crossing-1.mp4", "雨/c.webm"]
    assert [archive.name(path) for path in archive.clips()] == clips
    assert [archive.name(path) for path in archive.stills()] == ["still.jpg"]
    assert {archive.name(path) for path in archive.files()} == {*clips, "still.jpg"}


def test_a_name_is_printed_on_one_line() -> None:
    assert printable("a\nb\x1b[31m\u2028\u202e.mp4") == r"a\nb\x1b[31m\u2028\u202e.mp4"
    assert printable("平安 城市\u3000.mp4") == "平安 城市\u3000.mp4"
    assert printable("\udcff") == r"\udcff"
