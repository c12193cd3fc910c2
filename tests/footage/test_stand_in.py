import dataclasses
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from installation.errors import FootageError
from installation.footage import stand_in
from installation.footage.analysis import analyse
from installation.footage.probe import probe
from installation.footage.stand_in.crossings import CROSSINGS, QUIET, RATE, Crossing, flashes, traffic

pytestmark = pytest.mark.xdist_group("stand-in")  # one worker renders the clip that most of these look at

SEEDS = range(40)


@dataclasses.dataclass(frozen=True)
class Clip:
    path: Path
    truth: dict[str, Any]
    light: NDArray[np.float64]  # mean brightness of the upper and of the lower half of each frame
    corner: NDArray[np.float64]  # how many pixels of each frame are bright where the label stands


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """Two and a half seconds of the crossing with sound, from its beginning over its first flash."""
    path = stand_in.render_clip(
        tmp_path_factory.mktemp("footage") / "crossing-3.mp4", CROSSINGS[2], seed=2017, frames=range(48)
    )
    frames = [picture.astype(float) for picture in decoded(path)]
    return Clip(
        path,
        json.loads(path.with_suffix(".json").read_text(encoding="utf-8")),
        np.array([[frame[:300].mean(), frame[420:].mean()] for frame in frames]),
        np.array([(frame[644:700, 28:290] > 130).sum() for frame in frames]),
    )


def decoded(path: Path) -> Iterator[NDArray[np.uint8]]:
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="gray"), np.uint8)


def beat(crossing: Crossing, seed: int) -> list[int]:
    return [flash.frame for flash in flashes(crossing, np.random.default_rng(seed))]


def test_the_same_seed_gives_the_same_file_and_another_seed_another(tmp_path: Path) -> None:
    first, again, other = (
        stand_in.render_clip(tmp_path / f"{name}.mp4", CROSSINGS[0], seed=seed, frames=range(3))
        for name, seed in (("first", 1), ("again", 1), ("other", 2))
    )
    assert first.read_bytes() == again.read_bytes()
    assert first.read_bytes() != other.read_bytes()


def test_the_picture_jumps_exactly_where_the_truth_says_a_flash_is(clip: Clip) -> None:
    rise = np.diff(clip.light.max(axis=1))
    jumps = (np.flatnonzero(rise > 25) + 1).tolist()
    assert jumps
    assert jumps == [flash["frame"] for flash in clip.truth["flashes"]]
    assert [flash["time"] for flash in clip.truth["flashes"]] == [frame / RATE for frame in jumps]


@pytest.mark.parametrize(("crossing", "kind"), list(zip(CROSSINGS, ("rolling", "decay", "global"), strict=True)))
def test_each_kind_of_flash_lights_the_rows_and_frames_it_tells(crossing: Crossing, kind: str, tmp_path: Path) -> None:
    found = flashes(crossing, np.random.default_rng([5, *crossing.name.encode()]))
    flash = next(flash for flash in found if flash.kind == kind)
    path = stand_in.render_clip(
        tmp_path / "x.mp4", crossing, seed=5, frames=range(flash.frame - 2, flash.frame + len(flash.bands) + 2)
    )
    told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["flashes"][0]
    frames = [frame.astype(float) for frame in decoded(path)]
    assert (told["frame"], told["frames"], told["kind"]) == (2, len(flash.bands), flash.kind)
    for n, band in enumerate(told["rows"]):
        inside = slice(max(band["from"], 240) + 12, band["to"] - 12)  # the sky over the horizon stays dark
        assert frames[2 + n][inside].mean() > frames[1][inside].mean() + 15 * band["strength"] ** 0.5
        if band["from"] > 0:
            outside = slice(0, band["from"] - 12)
            assert abs(frames[2 + n][outside].mean() - frames[1][outside].mean()) < 10
    assert frames[2 + len(flash.bands)].mean() < frames[1].mean() + 5


def test_the_flash_index_finds_what_the_truth_tells(clip: Clip) -> None:
    found = analyse(clip.path, probe(clip.path)).flashes
    assert [(flash.frame, flash.time) for flash in found] == [
        (flash["frame"], Fraction(flash["frame"], RATE)) for flash in clip.truth["flashes"]
    ]


def test_a_clip_is_what_a_player_takes_without_ado(clip: Clip) -> None:
    with av.open(str(clip.path)) as file:
        video, audio = file.streams.video[0], file.streams.audio[0]
        assert (video.codec_context.name, video.pix_fmt, video.width, video.height) == ("h264", "yuv420p", 1280, 720)
        assert (video.codec_context.colorspace, video.codec_context.color_trc) == (1, 1)
        assert (video.codec_context.color_primaries, video.codec_context.color_range) == (1, 1)
        assert (audio.codec_context.name, audio.rate, audio.layout.name) == ("aac", 48_000, "stereo")
        packets = [packet for packet in file.demux(video) if packet.dts is not None]
        assert video.time_base is not None
        assert [packet.pts * video.time_base for packet in packets if packet.pts is not None] == [
            Fraction(n, RATE) for n in range(48)
        ]
        assert [n for n, packet in enumerate(packets) if packet.is_keyframe] == [0, 25]
    head = clip.path.read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")
    assert clip.truth["duration"] == 48 / RATE


def test_the_night_is_dark_and_the_flash_is_not(clip: Clip) -> None:
    lit = {flash["frame"] + n for flash in clip.truth["flashes"] for n in range(flash["frames"])}
    dark = [light.mean() for n, light in enumerate(clip.light) if n not in lit]
    assert 15 < np.mean(dark) < 60
    assert min(clip.light[n].max() for n in lit) > 1.5 * max(dark)


def test_the_label_is_there_in_the_first_second_and_gone_after(clip: Clip) -> None:
    assert clip.corner[:18].min() > 500
    assert clip.corner[25:36].max() < 50


def test_the_sound_is_quiet_and_clicks_at_the_flash(clip: Clip) -> None:
    with av.open(str(clip.path)) as file:
        sound = np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], axis=1)
    assert np.abs(sound).max() < 10 ** (-6 / 20)
    steps = np.abs(np.diff(sound[0]))
    assert abs(int(steps.argmax()) / 48_000 - clip.truth["flashes"][0]["time"]) < 0.01


@pytest.mark.parametrize("crossing", CROSSINGS, ids=lambda crossing: crossing.name)
def test_the_beat_is_irregular_and_careful_with_whoever_watches(crossing: Crossing) -> None:
    for seed in SEEDS:
        frames = np.array(beat(crossing, seed))
        gaps = np.diff(frames)
        assert 6 <= len(frames) <= 12
        assert frames[0] > RATE
        assert frames[-1] < crossing.frames - RATE
        assert gaps.min() >= QUIET
        assert all(np.sum((frames >= start) & (frames < start + RATE)) <= 2 for start in frames)
        assert gaps.std() >= 0.5 * gaps.mean()


@pytest.mark.parametrize("crossing", CROSSINGS, ids=lambda crossing: crossing.name)
def test_every_flash_has_its_car_and_no_car_drives_through_another(crossing: Crossing) -> None:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        found = flashes(crossing, rng)
        cars = traffic(crossing, found, rng)
        assert [car.flash for car in cars] == [flash.frame for flash in found]
        assert all(car.place(car.flash, crossing.trigger) == crossing.trigger for car in cars)
        for frame in range(0, crossing.frames, 10):
            for lane in crossing.lanes:
                places = (car.place(frame, crossing.trigger) for car in cars if abs(car.lane - lane) < 1)
                queue = np.sort([place for place in places if 3 < place < 70])
                assert np.all(np.diff(queue) > 4.2)


def test_a_whole_set_is_rendered_with_its_progress_and_nothing_besides(tmp_path: Path) -> None:
    heard: list[tuple[str, float]] = []
    paths = stand_in.render(
        tmp_path / "new" / "stand-in", frames=range(2), progress=lambda clip, part: heard.append((clip, part))
    )
    assert [path.name for path in paths] == list(stand_in.CLIPS)
    assert sorted(path.name for path in paths[0].parent.iterdir()) == sorted(
        f"crossing-{n}.{kind}" for n in (1, 2, 3) for kind in ("json", "mp4")
    )
    assert [part for _, part in heard] == sorted(part for _, part in heard)
    assert heard[-1][1] == 1
    assert {clip for clip, _ in heard} == set(stand_in.CLIPS)


def test_a_rendering_that_is_broken_off_leaves_the_old_clip_and_no_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / "crossing-1.mp4"
    path.write_bytes(b"the clip before")

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        stand_in.render_clip(path, CROSSINGS[0], seed=1, frames=range(3), done=stop)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"the clip before"


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "footage").write_text("a file where the folder should be")
    with pytest.raises(FootageError, match=r"footage.*could not be written"):
        stand_in.render(tmp_path / "footage")
