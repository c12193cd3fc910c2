import errno
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from installation.errors import FootageError, InstallationError
from installation.footage.probe import Probe, probe
from installation.show.copies import Copies
from installation.show.plan import Copy
from tests.footage.conftest import grey, write_clip
from tests.glass.marked import Reading, Seen, decode_strip

NTSC = Fraction(30000, 1001)
SLOW = Fraction(25, 2)

Make = Callable[..., tuple[Path, Probe]]


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    folder = tmp_path / "copies"
    folder.mkdir()
    return Copies(folder)


def quiet(done: float) -> None:
    """Hears of progress and says nothing."""


def copy_of(
    master: Path, kind: str, first: int, count: int, frames: int | None = None, rate: Fraction | None = None
) -> tuple[Copy, Probe]:
    found = probe(master)
    turned = found.rotation in (90, 270)
    width, height = (found.height, found.width) if turned else (found.width, found.height)
    made = Copy(kind, rate or found.rate, frames or count, width, height, str(master), found.sha256, first, count)
    return made, found


def make(copies: Copies, copy: Copy, found: Probe | None) -> Probe:
    copies.make(copy, found, quiet)
    assert copies.missing([copy]) == []
    return probe(copies.path(copy))


def pictures(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def readings(path: Path) -> list[Seen]:
    rows = slice(*(pictures(path)[0].height // 10 + number for number in (-1, 1)))
    return [decode_strip(np.asarray(frame.to_ndarray(format="gray")[rows], np.uint8)) for frame in pictures(path)]


def brightness(path: Path) -> list[int]:
    """Each frame's luma as stored, in the middle of the picture."""
    return [int(np.median(frame.to_ndarray()[: frame.height])) for frame in pictures(path)]


@pytest.mark.parametrize("rate", [Fraction(25), SLOW, NTSC, Fraction(24000, 1001), Fraction(60)])
@pytest.mark.parametrize("frames", [1, 2, 31])
def test_a_black_is_black_and_has_its_frames_its_exact_rate_and_its_tick(
    copies: Copies, rate: Fraction, frames: int
) -> None:
    copy = Copy("black", rate, frames, 320, 180)
    made = make(copies, copy, None)
    assert (made.frames, made.rate, made.regular) == (frames, rate, True)
    assert made.start == made.origin == 0
    assert made.duration == frames / rate
    assert made.time_base == copy.tick
    assert made.keyframes[0] == 0
    assert (made.width, made.height) == (320, 180)
    assert made.color_range in (0, 1)  # not told is limited, where 16 is black
    assert set(brightness(copies.path(copy))) == {16}


def test_a_hold_is_one_frame_again_and_again(copies: Copies, marked: Path) -> None:
    copy, found = copy_of(marked / "14-ntsc.mp4", "hold", 40, 1, frames=45)
    made = make(copies, copy, found)
    assert (made.frames, made.rate, made.time_base, made.keyframes[0]) == (45, NTSC, copy.tick, 0)
    assert readings(copies.path(copy)) == [Reading(14, 40)] * 45


@pytest.mark.parametrize(
    ("name", "first", "count"),
    [
        ("11-plain.mp4", 0, 150),
        ("15-b.mp4", 7, 40),
        ("13-slow.mp4", 89, 1),
        ("18-ntsc.mkv", 44, 20),
        ("19-mpeg4.avi", 33, 30),
        ("20-far.mp4", 430, 20),
        ("21-air.ts", 3, 147),
    ],
)
def test_an_excerpt_has_exactly_the_frames_of_its_master(
    copies: Copies, marked: Path, name: str, first: int, count: int
) -> None:
    copy, found = copy_of(marked / name, "excerpt", first, count)
    made = make(copies, copy, found)
    assert (made.frames, made.rate, made.regular) == (count, found.rate, True)
    assert made.start == made.keyframes[0] == 0
    assert made.time_base == copy.tick
    assert readings(copies.path(copy)) == [Reading(int(name[:2]), first + number) for number in range(count)]


def test_a_restart_inside_a_copy_finds_a_keyframe_within_a_second(copies: Copies, marked: Path) -> None:
    copy, found = copy_of(marked / "20-far.mp4", "excerpt", 10, 200)
    keyframes = make(copies, copy, found).keyframes
    assert max(later - earlier for earlier, later in zip(keyframes, [*keyframes[1:], 200], strict=True)) <= 30


@pytest.mark.parametrize("color_range", [1, 2])
def test_a_copy_keeps_the_colours_of_its_master_and_their_tags(
    copies: Copies, tmp_path: Path, color_range: int
) -> None:
    master = write_clip(tmp_path / "a.mp4", color_range=color_range)
    copy, found = copy_of(master, "excerpt", 3, 20)
    made = make(copies, copy, found)
    assert (made.color_range, made.matrix, made.primaries, made.transfer) == (color_range, 6, 6, 6)
    assert brightness(copies.path(copy)) == pytest.approx([grey(number) for number in range(3, 23)], abs=1)


def test_a_clip_whose_rate_varies_is_put_on_the_beat(copies: Copies, tmp_path: Path) -> None:
    at = [0, 1, 2, 3, 7, 8, 12, 13, 14, 15]
    master = write_clip(tmp_path / "a.mkv", frames=10, at=at)
    assert not probe(master).regular
    copy, found = copy_of(master, "excerpt", 1, 8, frames=14, rate=Fraction(25))
    made = make(copies, copy, found)
    assert (made.frames, made.rate, made.regular) == (14, Fraction(25), True)
    shown = [max(number for number, time in enumerate(at) if time <= beat) for beat in range(1, 15)]
    assert brightness(copies.path(copy)) == pytest.approx([grey(number) for number in shown], abs=1)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_clip_stands_upright_in_its_copy(copies: Copies, tmp_path: Path, rotation: int) -> None:
    straight, master = tmp_path / "straight.mp4", tmp_path / "turned.mp4"
    _quarters(straight)
    _turn(straight, master, rotation)
    copy, found = copy_of(master, "hold", 0, 1, frames=3)
    assert found.rotation == rotation
    made = make(copies, copy, found)
    assert made.rotation == 0
    assert (made.width, made.height) == ((48, 64) if rotation in (90, 270) else (64, 48))
    first = pictures(copies.path(copy))[0].to_ndarray(format="gray")
    corners = [int(first[y, x]) for y, x in ((8, 8), (8, -8), (-8, -8), (-8, 8))]
    clockwise = [30, 90, 150, 210]  # from the upper left corner of the master as it is stored
    turns = rotation // 90
    assert corners == pytest.approx(clockwise[-turns:] + clockwise[:-turns], abs=20)


def _quarters(path: Path) -> None:
    """A picture of four greys, one in each corner."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        picture = np.zeros((48, 64, 3), np.uint8)
        for rows, columns, level in ((0, 0, 30), (0, 32, 90), (24, 32, 150), (24, 0, 210)):
            picture[rows : rows + 24, columns : columns + 32] = level
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


def _turn(source: Path, target: Path, clockwise: int) -> None:
    """Copy an MP4 and write a rotation into its track header (ISO/IEC 14496-12, 8.3.2: the matrix)."""
    raw = bytearray(source.read_bytes())
    matrix = raw.index(b"tkhd") + 4 + 40
    one, minus = (1 << 16).to_bytes(4), (-(1 << 16)).to_bytes(4, signed=True)
    none = bytes(4)
    a, b, c, d = {90: (none, one, minus, none), 180: (minus, none, none, minus), 270: (none, minus, one, none)}[
        clockwise
    ]
    raw[matrix : matrix + 20] = a + b + none + c + d
    target.write_bytes(raw)


@pytest.mark.parametrize("size", [(63, 47), (64, 47), (63, 48)])
def test_a_picture_of_odd_size_keeps_every_pixel(copies: Copies, tmp_path: Path, size: tuple[int, int]) -> None:
    master = tmp_path / "a.mkv"
    with av.open(str(master), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = *size, "bgr0"
        for _ in range(5):
            shade = np.full((size[1], size[0], 3), 100, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shade, format="rgb24")))
        container.mux(stream.encode(None))
    copy, found = copy_of(master, "hold", 4, 1, frames=5)
    made = make(copies, copy, found)
    assert (made.width, made.height, made.frames) == (*size, 5)


def test_progress_rises_to_the_whole(copies: Copies, marked: Path) -> None:
    copy, found = copy_of(marked / "11-plain.mp4", "excerpt", 3, 20)
    heard: list[float] = []
    copies.make(copy, found, heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1
    assert len(heard) == 20


def test_nothing_half_written_is_left_when_the_master_cannot_be_decoded(copies: Copies, marked: Path) -> None:
    master = copies.folder.parent / "broken.mp4"
    shutil.copy(marked / "11-plain.mp4", master)
    copy, found = copy_of(master, "excerpt", 0, 150)
    raw = bytearray(master.read_bytes())
    raw[len(raw) // 2 : len(raw) * 3 // 4] = bytes(len(raw) * 3 // 4 - len(raw) // 2)
    master.write_bytes(raw)
    with pytest.raises(FootageError, match=r"broken\.mp4 cannot be decoded"):
        copies.make(copy, found, quiet)
    assert list(copies.folder.iterdir()) == []
    assert copies.missing([copy]) == [copy]


def test_nothing_half_written_is_left_when_the_disk_does_not_take_it(copies: Copies) -> None:
    def full(done: float) -> None:
        if done > 0.5:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(InstallationError, match=r"No space left on device\. Make room"):
        copies.make(Copy("black", Fraction(25), 20, 320, 180), None, full)
    assert list(copies.folder.iterdir()) == []


def test_a_folder_that_is_gone_is_told(copies: Copies) -> None:
    copies.folder.rmdir()
    with pytest.raises(InstallationError, match="exhibition copies cannot be written"):
        copies.make(Copy("black", Fraction(25), 20, 320, 180), None, quiet)


def test_only_what_is_used_is_kept(copies: Copies) -> None:
    one, other = (Copy("black", Fraction(25), number, 320, 180) for number in (1, 2))
    make(copies, one, None)
    make(copies, other, None)
    (copies.folder / ".half.part.mp4").write_text("left by a power cut")
    copies.tidy({copies.path(one)})
    assert list(copies.folder.iterdir()) == [copies.path(one)]
