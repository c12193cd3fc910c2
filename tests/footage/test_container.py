import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.errors import FootageError
from installation.footage.container import identify, missing_bytes, open_clip
from installation.footage.probe import probe

Clip = Callable[..., Path]

EDL = b"# mpv EDL v0\n/etc/passwd,0,5\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty (0 bytes)"),
        (EDL, "it holds plain text"),
        (b"#EXTM3U\nhttp://example.org/a.mp4\n", "it holds plain text"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "it holds plain text"),
        ("街 ".encode() * 3000, "it holds plain text"),
        (b"\xff\xd8\xff\xe0" + bytes(99), "still picture (JPEG)"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "still picture (PNG)"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "sound only (WAV)"),
        (bytes(5000), "nothing but zeros"),
        (b"\x01\x02\x03\xfe" * 2000, "of a kind that is not known here"),
        (b"GG", "it holds plain text"),
    ],
)
def test_what_is_no_video_is_told_for_what_it_is(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "crossing.mp4"
    file.write_bytes(content)
    with pytest.raises(FootageError) as caught:
        identify(file)
    assert str(caught.value).startswith("crossing.mp4 is ")
    assert told in str(caught.value)


def test_a_pipe_or_folder_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    for path in (tmp_path / "pipe.mp4", tmp_path, Path("/dev/zero")):
        with pytest.raises(FootageError, match="not a regular file"):
            identify(path)
    with pytest.raises(FootageError, match=r"gone\.mp4 cannot be read: No such file"):
        identify(tmp_path / "gone.mp4")


def test_a_list_behind_a_videos_first_bytes_is_no_video(tmp_path: Path) -> None:
    for head in (
        b"\x00\x00\x00\x10ftypmoov\x00\x00\x00\x00\x00\x00\x00\x08moov",
        b"\x1aE\xdf\xa3",
        b"RIFF\0\0\0\0AVI ",
    ):
        (tmp_path / "crossing.mp4").write_bytes(head + EDL)
        with pytest.raises(FootageError, match=r"^crossing\.mp4 "):
            probe(tmp_path / "crossing.mp4")


def test_an_mp4_without_its_index_is_cut_short(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"\x00\x00\x00\x10ftypisom\x00\x00\x02\x00\x00\x0f\x00\x00mdat" + bytes(500))
    with pytest.raises(FootageError, match="cut short: its index is missing"):
        identify(tmp_path / "a.mp4")


def test_the_missing_bytes_of_an_mp4_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    for content, missing in {
        b"\x00\x00\x00\x0cftypisom": 0,
        b"\x00\x00\x00\x0fftypisom": 3,
        b"\x00\x00\x00\x01mdat\x00\x00\x00\x00\x00\x00\x00\x20": 16,
        b"\x00\x00\x00\x00mdat123": 0,
        b"\x00\x00\x00\x0cftypisom\xff\xff\xff\xff\xff\xff\xff\xff": 0,
    }.items():
        file.write_bytes(content)
        assert missing_bytes(file) == missing


@pytest.mark.parametrize("name", ["a:b.mp4", "a %d.mp4", "concat:a|b.mp4", "line\nend.mp4", "雨,;'\".mp4", "-i.mp4"])
def test_any_file_name_opens(clip: Clip, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(clip(frames=3).read_bytes())
    with open_clip(tmp_path / name) as container:
        assert len(container.streams.video) == 1


def test_a_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"\xff.mp4")
    file.write_bytes(b"\x00\x00\x00\x08ftyp\x00\x00\x00\x08moov")
    with pytest.raises(FootageError, match="cannot be played"), open_clip(file):
        pytest.fail("it opened")


def test_ffmpeg_never_writes_to_the_terminal(clip: Clip, tmp_path: Path) -> None:
    broken = bytearray(clip(frames=60).read_bytes())
    broken[400:900] = os.urandom(500)
    (tmp_path / "broken.mp4").write_bytes(broken)
    (tmp_path / "none.mkv").write_bytes(b"\x1aE\xdf\xa3" + os.urandom(500))
    code = (
        "import sys; from pathlib import Path; from installation.footage.probe import probe\n"
        "for name in sys.argv[1:]:\n"
        "    try: probe(Path(name))\n"
        "    except Exception as error: assert type(error).__name__ == 'FootageError', error"
    )
    files = [str(path) for path in tmp_path.iterdir()]
    ran = subprocess.run([sys.executable, "-c", code, *files], capture_output=True, check=True)
    assert ran.stdout + ran.stderr == b""


@settings(max_examples=300)
@given(
    content=st.binary(max_size=600), head=st.sampled_from([b"", b"\0\0\0\x10ftyp", b"RIFF", b"\0\0\1\xba", b"G" * 9])
)
def test_any_bytes_are_a_known_container_or_one_line(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, head: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.mp4"
    file.write_bytes(head + content)
    try:
        kind = identify(file)
    except FootageError as error:
        kind = str(error)
    assert kind in ("mov", "matroska", "avi", "mpegts", "mpeg") or kind.startswith("any.mp4 is ")
    assert "\n" not in kind
