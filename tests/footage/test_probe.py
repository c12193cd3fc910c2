import shutil
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from installation.errors import FootageError
from installation.footage.probe import Probe, probe
from installation.timecode import parse

Clip = Callable[..., Path]


def test_an_mp4_is_told_frame_by_frame(clip: Clip) -> None:
    path = clip(frames=50, sound=True)
    found = probe(path)
    assert (found.container, found.codec, found.pixel_format) == ("mov", "h264", "yuv420p")
    assert (found.width, found.height, found.rotation) == (64, 48, 0)
    assert found.sample_aspect == 1
    assert (found.frames, found.regular) == (50, True)
    assert found.rate == 25
    assert found.start == 0
    assert found.duration == 2
    assert found.keyframes == (0, 10, 20, 30, 40)
    assert found.ticks == ()
    assert (found.color_range, found.matrix, found.primaries, found.transfer) == (1, 6, 6, 6)
    assert found.size_bytes == path.stat().st_size
    assert found.sound is not None
    assert (found.sound.codec, found.sound.rate, found.sound.channels) == ("aac", 48000, 1)
    assert abs(found.sound.start + found.sound.duration - 2) < Fraction(1, 20)


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv", "a.ts", "a.m4v"])
@pytest.mark.parametrize("rate", [Fraction(25), Fraction(30000, 1001), Fraction(25, 2), Fraction(60)])
def test_the_rate_is_exact_in_every_container(clip: Clip, name: str, rate: Fraction) -> None:
    found = probe(clip(name, rate=rate, frames=40))
    assert (found.rate, found.frames, found.regular) == (rate, 40, True)
    assert found.duration == 40 / rate
    assert found.keyframes == (0, 10, 20, 30)
    assert found.time(7) == 7 / rate


@pytest.mark.parametrize(
    ("name", "codec", "container"),
    [
        ("a.webm", "libvpx", "matroska"),
        ("a.webm", "libvpx-vp9", "matroska"),
        ("a.ts", "mpeg2video", "mpegts"),
        ("a.avi", "mpeg4", "avi"),
        ("a.mkv", "ffv1", "matroska"),
    ],
)
def test_every_container_and_codec_has_all_its_frames(clip: Clip, name: str, codec: str, container: str) -> None:
    found = probe(clip(name, codec=codec, b_frames=0, frames=50))
    assert (found.container, found.frames, found.regular) == (container, 50, True)


def test_the_start_is_the_containers_own_and_is_not_rebased(clip: Clip) -> None:
    found = probe(clip("a.ts", frames=50))
    assert found.start > 0
    assert found.time(0) == 0
    assert found.time(25) == 1
    assert found.duration == 2


def test_a_program_stream_is_never_regular_for_players_miss_its_frames_after_a_seek(clip: Clip) -> None:
    found = probe(clip("a.mpg", codec="mpeg2video", frames=50))
    assert (found.container, found.frames, found.regular) == ("mpeg", 50, False)
    assert found.time(25) == 1
    assert found.duration == 2


def test_a_variable_rate_is_not_regular_and_keeps_every_time(clip: Clip) -> None:
    at = [*range(20), *range(24, 54)]
    found = probe(clip("a.mkv", frames=50, at=at))
    assert not found.regular
    assert (found.frames, found.duration) == (50, Fraction(54, 25))
    assert [found.time(frame) for frame in range(50)] == [Fraction(beat, 25) for beat in at]


def test_an_avi_with_b_frames_keeps_no_times_and_is_not_regular(clip: Clip) -> None:
    found = probe(clip("a.avi", codec="mpeg4", b_frames=2, frames=50))
    assert (found.frames, found.regular) == (50, False)
    assert found.keyframes == (0,)
    assert found.duration == 2


@pytest.mark.parametrize(("matrix", "turn"), [((0, 1, -1, 0), 90), ((-1, 0, 0, -1), 180), ((0, -1, 1, 0), 270)])
def test_a_picture_held_sideways_tells_how_to_turn_it(
    clip: Clip, tmp_path: Path, matrix: tuple[int, int, int, int], turn: int
) -> None:
    # The matrix of the track header: ISO/IEC 14496-12, 8.3.2; iPhones write the first for upright pictures.
    raw = bytearray(clip(frames=5).read_bytes())
    a, b, c, d = (one << 16 for one in matrix)
    at = raw.index(b"tkhd") + 4 + 40
    raw[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    (tmp_path / "turned.mp4").write_bytes(raw)
    assert probe(tmp_path / "turned.mp4").rotation == turn


def test_frames_hidden_by_an_edit_list_are_not_counted(clip: Clip, tmp_path: Path) -> None:
    raw = bytearray(clip(frames=50, b_frames=0).read_bytes())
    at = raw.index(b"elst") + 4
    version, entries, _length, media_time = struct.unpack_from(">IIIi", raw, at)
    assert (version, entries, media_time) == (0, 1, 0)
    ticks = 12800  # a second of the track: PyAV writes 25 fps so
    struct.pack_into(">Ii", raw, at + 8, 1800, 5 * ticks // 25)
    (tmp_path / "edited.mp4").write_bytes(raw)
    found = probe(tmp_path / "edited.mp4")
    assert (found.frames, found.regular) == (45, True)
    assert found.start == 0
    assert found.keyframes == (-5, 5, 15, 25, 35)
    assert [found.keyframe_before(frame) for frame in (0, 4, 5, 44)] == [-5, -5, 5, 35]


def cut(path: Path, to: Path, share: float) -> Path:
    raw = path.read_bytes()
    to.write_bytes(raw[: int(len(raw) * share)])
    return to


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_a_fast_start_mp4_cut_short_is_told_with_its_seconds(clip: Clip, tmp_path: Path, share: float) -> None:
    whole = clip(frames=250, container_options={"movflags": "faststart"})
    assert probe(whole).frames == 250
    raw = whole.read_bytes()
    index = raw.index(b"mdat") / len(raw)
    with pytest.raises(FootageError, match=r"^car\.mp4 is cut short: .*Copy it again from the master\.$") as caught:
        probe(cut(whole, tmp_path / "car.mp4", index + (1 - index) * share))
    if share < 0.99:
        assert "it promises 0:10 but only 0:" in str(caught.value)


@pytest.mark.parametrize("name", ["a.mkv", "a.avi"])
def test_other_containers_cut_short_are_told(clip: Clip, tmp_path: Path, name: str) -> None:
    whole = clip(name, codec="mpeg4", frames=250, b_frames=0)
    with pytest.raises(FootageError, match="cut short: it promises 0:10 but only 0:0"):
        probe(cut(whole, tmp_path / name, 0.6))


def test_an_mp4_with_its_index_at_the_end_cut_short_is_told(clip: Clip, tmp_path: Path) -> None:
    with pytest.raises(FootageError, match="cut short: its index is missing"):
        probe(cut(clip(frames=250), tmp_path / "a.mp4", 0.5))


def test_a_file_of_the_right_length_with_zeros_at_its_end_is_told(clip: Clip, tmp_path: Path) -> None:
    raw = clip(frames=250, container_options={"movflags": "faststart"}).read_bytes()
    half = (raw.index(b"mdat") + len(raw)) // 2
    (tmp_path / "a.mp4").write_bytes(raw[:half] + bytes(len(raw) - half))
    with pytest.raises(FootageError, match=r"is damaged: of 0:10 only 0:0.* can be decoded"):
        probe(tmp_path / "a.mp4")


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    import av

    with av.open(str(tmp_path / "a.mov"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48000, layout="mono")
        quiet = av.AudioFrame("s16", "mono", 1024)
        quiet.sample_rate = 48000
        container.mux(stream.encode(quiet))
        container.mux(stream.encode())
    with pytest.raises(FootageError, match="holds no moving picture"):
        probe(tmp_path / "a.mov")


def test_a_known_digest_is_taken_and_progress_is_told(clip: Clip) -> None:
    path = clip(frames=5)
    told: list[tuple[int, int]] = []
    assert probe(path, "f" * 64).sha256 == "f" * 64
    assert len(probe(path, progress=lambda done, whole: told.append((done, whole))).sha256) == 64
    assert told[-1] == (path.stat().st_size, path.stat().st_size)


@pytest.mark.parametrize(
    ("name", "rate", "frames", "keyframes", "container"),
    [
        ("bikes.mp4", Fraction(25), 250, 6, "mov"),
        ("car-detection.mp4", Fraction(25, 2), 377, 7, "mov"),
        ("vtest.avi", Fraction(10), 795, 4, "avi"),
    ],
)
def test_real_footage(real: Path, name: str, rate: Fraction, frames: int, keyframes: int, container: str) -> None:
    found: Probe = probe(real / name)
    assert (found.rate, found.frames, len(found.keyframes), found.container) == (rate, frames, keyframes, container)
    assert found.regular
    assert found.start == 0
    assert found.duration == frames / rate
    assert (found.sound is not None) == (name == "car-detection.mp4")


@pytest.mark.parametrize("name", ["bikes.mp4", "car-detection.mp4", "vtest.avi"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_real_footage_cut_short_is_told(real: Path, tmp_path: Path, name: str, share: float) -> None:
    with pytest.raises(FootageError, match=f"^{name} is cut short: "):
        probe(cut(real / name, tmp_path / name, share))


def test_real_footage_under_another_ending_is_still_itself(real: Path, tmp_path: Path) -> None:
    shutil.copyfile(real / "vtest.avi", tmp_path / "vtest.mp4")
    assert probe(tmp_path / "vtest.mp4").duration == parse("1:19.5").seconds
