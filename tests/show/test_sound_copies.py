from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from installation.errors import FootageError
from installation.footage.probe import probe
from installation.show.segments import SoundCopy
from installation.show.sound_copies import RATE, write
from installation.show.strips import Heard, total
from tests.show.pictures import flat, quiet

Samples = NDArray[np.float64]
SECONDS = 4
TONE_AT_S = Fraction(3, 2)
LOUD = 0.5
CLOSE_S = 0.0015
"""Containers round the time of a sound to the millisecond."""

Make = Callable[[SoundCopy], Samples]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """Makes a copy and returns its samples, full scale 1, by channel."""

    def make(copy: SoundCopy) -> Samples:
        path = tmp_path / f"{copy.key}.flac"
        write(path, copy, quiet)
        with av.open(str(path)) as container:
            (stream,) = container.streams.audio
            assert (stream.codec_context.name, stream.rate, stream.layout.name) == ("flac", RATE, "stereo")
            blocks = [np.asarray(frame.to_ndarray(), np.float64).reshape(-1, 2) for frame in container.decode(stream)]
        return np.concatenate(blocks).T / 32767

    return make


def sounding(
    path: Path,
    codec: str = "pcm_s16le",
    *,
    rate: int = RATE,
    layout: str = "stereo",
    late_s: Fraction = Fraction(0),
    wave: Callable[[Samples], Samples] | None = None,
) -> Path:
    """Write a clip of four seconds with a burst of 1 kHz in its sound, which begins `late_s` after the picture."""
    with av.open(str(path), "w") as container:
        picture, sound = container.add_stream("mpeg4", rate=5), container.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(picture, av.VideoStream)
        assert isinstance(sound, av.AudioStream)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        for number in range(SECONDS * 5):
            frame = flat(100, (64, 48), "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 5)
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        first, last = round(late_s * rate), SECONDS * rate
        levels = (wave or burst)(np.arange(first, last) / rate)
        form = sound.codec_context.format.name
        channels = len(sound.codec_context.layout.channels)
        for at in range(first, last, 1024):
            block = np.zeros((channels, min(1024, last - at)))
            block[:2] = levels[at - first : at - first + 1024]
            if form == "s16":
                block = np.rint(block.T.reshape(1, -1) * 32767).astype(np.int16)
            heard = av.AudioFrame.from_ndarray(
                block if form == "s16" else block.astype(np.float32),
                format="s16" if form == "s16" else "fltp",
                layout=layout,
            )
            heard.sample_rate, heard.pts, heard.time_base = rate, at, Fraction(1, rate)
            container.mux(sound.encode(heard))
        container.mux(sound.encode(None))
    return path


def burst(times: Samples) -> Samples:
    since = times - float(TONE_AT_S)
    return np.where((since >= 0) & (since < 0.5), LOUD * np.sin(2 * np.pi * 1000 * since), 0)


def steady(times: Samples) -> Samples:
    """A level that does not move, which any fade shows as it is."""
    return np.full(times.shape, LOUD)


def heard(path: Path, start_s: Fraction = Fraction(0), length_s: Fraction = Fraction(2)) -> Heard:
    """A stretch of a clip's sound, from a time of its picture on."""
    known = probe(path)
    assert known.sound
    return Heard(length_s, str(path), known.sha256, start_s + known.start - known.origin, known.sound.rate)


def onset_s(samples: Samples) -> float:
    """When the burst begins."""
    return float(np.flatnonzero(np.abs(samples).max(axis=0) > LOUD / 5)[0] / RATE)


@pytest.mark.parametrize("seconds", ["1/48000", "1/3", "1", "1.00001", "12.345"])
def test_a_copy_has_its_length_to_the_sample(made: Make, seconds: str) -> None:
    silent = made(SoundCopy((Heard(Fraction(seconds)),)))
    assert silent.shape == (2, round(Fraction(seconds) * RATE))
    assert not silent.any()


def test_many_parts_never_add_up_to_another_length(made: Make, tmp_path: Path) -> None:
    path = sounding(tmp_path / "a.mov", wave=steady)
    third = Fraction(1001, 30_000)
    parts = (heard(path, length_s=third), Heard(third)) * 25
    found = made(SoundCopy(parts))
    assert found.shape[1] == round(total(parts) * RATE)
    for number in range(50):
        middle = found[0, round((number + Fraction(1, 2)) * third * RATE)]
        assert middle == pytest.approx(0 if number % 2 else LOUD, abs=0.01)


MASTERS = [
    ("a.mov", "pcm_s16le", RATE, "stereo"),
    ("a.avi", "pcm_s16le", 44_100, "stereo"),
    ("a.mov", "pcm_s16le", 44_100, "mono"),
    ("a.mp4", "aac", RATE, "stereo"),
    ("a.mp4", "aac", 44_100, "mono"),
    ("a.mp4", "aac", RATE, "5.1"),
    ("a.mkv", "aac", 44_100, "stereo"),
    ("a.mkv", "libopus", RATE, "stereo"),
    ("a.ts", "aac", RATE, "stereo"),
]


@pytest.mark.parametrize(("name", "codec", "rate", "layout"), MASTERS)
@pytest.mark.parametrize("start", ["0", "1", "1.4"])
def test_what_is_heard_at_a_time_of_the_picture_is_heard_then_in_the_copy(
    made: Make, tmp_path: Path, name: str, codec: str, rate: int, layout: str, start: str
) -> None:
    path = sounding(tmp_path / name, codec, rate=rate, layout=layout)
    found = made(SoundCopy((heard(path, Fraction(start)),)))
    assert found.shape == (2, 2 * RATE)
    assert onset_s(found) == pytest.approx(float(TONE_AT_S - Fraction(start)), abs=CLOSE_S)
    as_loud = LOUD / 2**0.5 if layout == "mono" else LOUD  # libmpv plays one channel on two at this level
    assert float(np.abs(found).max()) == pytest.approx(as_loud, abs=0.04)
    assert np.abs(found[0] - found[1]).max() < 0.02


@pytest.mark.parametrize(("name", "codec"), [("a.mov", "pcm_s16le"), ("a.mp4", "aac"), ("a.mkv", "libopus")])
@pytest.mark.parametrize("late", ["0.01", "0.7"])
def test_a_sound_that_enters_late_enters_late_in_its_copy(
    made: Make, tmp_path: Path, name: str, codec: str, late: str
) -> None:
    path = sounding(tmp_path / name, codec, late_s=Fraction(late))
    found = made(SoundCopy((heard(path),)))
    assert onset_s(found) == pytest.approx(float(TONE_AT_S), abs=CLOSE_S)


def test_a_sound_that_ends_early_is_followed_by_silence(made: Make, tmp_path: Path) -> None:
    path = sounding(tmp_path / "a.mov", wave=steady)
    found = made(SoundCopy((heard(path, Fraction(3)),)))
    assert found.shape == (2, 2 * RATE)
    assert found[0, : RATE - 10] == pytest.approx(LOUD, abs=0.01)
    assert not found[:, RATE + 10 :].any()


def test_sound_and_silence_follow_each_other(made: Make, tmp_path: Path) -> None:
    path = sounding(tmp_path / "a.mov", wave=steady)
    parts = (Heard(Fraction(1, 2)), heard(path, Fraction(1), Fraction(1)), Heard(Fraction(1, 2)))
    found = made(SoundCopy(parts))[0]
    assert not found[: RATE // 2].any()
    assert found[RATE // 2 : RATE * 3 // 2] == pytest.approx(LOUD, abs=0.01)
    assert not found[RATE * 3 // 2 :].any()


def test_a_fade_rises_and_falls_evenly_and_leaves_the_rest_alone(made: Make, tmp_path: Path) -> None:
    path = sounding(tmp_path / "a.mov", wave=steady)
    copy = SoundCopy((heard(path, length_s=Fraction(3)),), Fraction(1), Fraction(1, 2))
    found = made(copy)[0]
    for at_s, level in [(0, 0), (0.25, 0.25), (0.5, 0.5), (0.75, 0.75), (1, 1), (2.4, 1), (2.5, 1), (2.75, 0.5)]:
        assert found[round(at_s * RATE)] == pytest.approx(LOUD * level, abs=0.002)
    assert found[0] == 0
    assert abs(found[-1]) < 0.001
    assert np.abs(np.diff(found)).max() < 0.002


@pytest.mark.parametrize(("fade_in", "fade_out"), [(1, 0), (0, 1)])
def test_a_fade_at_one_end_leaves_the_other_alone(made: Make, tmp_path: Path, fade_in: int, fade_out: int) -> None:
    path = sounding(tmp_path / "a.mov", wave=steady)
    found = made(SoundCopy((heard(path),), Fraction(fade_in), Fraction(fade_out)))[0]
    assert found[0] == pytest.approx(0 if fade_in else LOUD, abs=0.001)
    assert found[-1] == pytest.approx(0 if fade_out else LOUD, abs=0.001)
    assert found[RATE] == pytest.approx(LOUD, abs=0.001)


def test_a_crossfade_is_as_loud_in_its_middle_as_at_its_ends(made: Make, tmp_path: Path) -> None:
    chance = np.random.default_rng(7)
    one, other = (
        sounding(tmp_path / name, wave=lambda times: 0.2 * chance.standard_normal(times.shape).clip(-3, 3))
        for name in ("a.mov", "b.mov")
    )
    found = made(SoundCopy((heard(one),), under=(heard(other),)))[0]
    power = [float(np.mean(part**2)) for part in np.array_split(found, 10)]
    assert power == pytest.approx([float(np.mean(power))] * 10, rel=0.1)


def test_a_crossfade_begins_with_the_sound_before_and_ends_with_the_one_after(made: Make, tmp_path: Path) -> None:
    path = sounding(tmp_path / "a.mov", wave=steady)
    rising = made(SoundCopy((heard(path),), under=(Heard(Fraction(2)),)))[0]
    falling = made(SoundCopy((Heard(Fraction(2)),), under=(heard(path),)))[0]
    for quarter in range(5):
        at = min(round(quarter / 4 * 2 * RATE), 2 * RATE - 1)
        angle = quarter / 4 * np.pi / 2
        assert rising[at] == pytest.approx(LOUD * np.sin(angle), abs=0.002)
        assert falling[at] == pytest.approx(LOUD * np.cos(angle), abs=0.002)
    assert rising**2 + falling**2 == pytest.approx(LOUD**2, abs=0.005)


def test_an_under_that_is_shorter_is_followed_by_silence(made: Make, tmp_path: Path) -> None:
    path = sounding(tmp_path / "a.mov", wave=steady)
    found = made(SoundCopy((Heard(Fraction(2)),), under=(heard(path, length_s=Fraction(1)),)))
    assert found.shape == (2, 2 * RATE)
    assert not found[:, RATE:].any()


def test_what_is_louder_than_full_scale_together_is_cut_off_not_turned_over(made: Make, tmp_path: Path) -> None:
    path = sounding(tmp_path / "a.mov", wave=lambda times: np.full(times.shape, 0.95))
    found = made(SoundCopy((heard(path),), under=(heard(path),)))[0]
    assert found.max() == 1
    assert found.min() > 0.9


def test_a_sound_that_cannot_be_decoded_is_told_with_its_file(tmp_path: Path) -> None:
    path = sounding(tmp_path / "a.mkv", "libopus")
    copy = SoundCopy((heard(path),))
    path.write_bytes(b"no video at all" * 100)
    with pytest.raises(FootageError, match=r"a\.mkv") as caught:
        write(tmp_path / "copy.flac", copy, quiet)
    assert "Traceback" not in str(caught.value)
    assert caught.value.path in (None, path)
