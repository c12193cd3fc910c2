from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from installation.drawing.sheet import Shot
from installation.drawing.shots import MOST_FRAMES, MOST_PIXELS, chosen, gather
from installation.errors import FootageError
from installation.footage.probe import probe
from tests.drawing.conftest import untold
from tests.show.probes import probe_of


def colour(shot: Shot, clips: Path, height: int = 45) -> tuple[int, ...]:
    """The colour in the middle of a picture, and its size."""
    probes = {str(path): probe(path) for path in clips.glob("*.mp4")}
    image = gather([shot], probes, height, untold)[shot]
    assert image.height == height
    return tuple(np.asarray(image)[height // 2, image.width // 2].tolist())


@pytest.mark.parametrize("second", [0, 2, 5])
def test_a_frame_is_the_one_that_is_asked_for(clips: Path, second: int) -> None:
    path, frame = str(clips / "changing.mp4"), second * 25
    assert colour(Shot(path, frame, frame), clips) == pytest.approx((40 * second, 90, 90), abs=6)


def test_a_turned_clip_stands_upright(clips: Path) -> None:
    path = clips / "changing.mp4"
    turned = replace(probe(path), rotation=90)
    shot = Shot(str(path), 0, 0)
    image = gather([shot], {str(path): turned}, 160, untold)[shot]
    assert image.size == (90, 160)


def test_a_still_is_one_too(clips: Path) -> None:
    assert colour(Shot(str(clips / "blue.png")), clips) == (30, 60, 200)


def test_a_keyframe_in_the_shots_time_is_taken_for_it() -> None:
    clip = probe_of(100, keyint=30)
    inside, near, held = Shot("a", 50, 70, 10), Shot("a", 61, 80, 10), Shot("a", 89, 89, 89)
    assert chosen([inside, near, held], {"a": clip}) == {inside: ("a", 60), near: ("a", 61), held: ("a", 89)}


def test_frames_that_would_cost_too_much_are_shown_by_their_keyframe_but_never_by_that_of_another_cue() -> None:
    clip = probe_of(100_000, keyint=200, size=(3840, 2160))
    shown = [Shot("a", number, number, 0) for number in range(199, 20_000, 200)]
    entered = Shot("a", 30_150, 30_150, 30_150)
    found = chosen([*shown, entered], {"a": clip})
    assert len(shown) * 199 * 3840 * 2160 > MOST_PIXELS
    assert [found[shot] for shot in shown] == [("a", shot.frame - 199) for shot in shown]
    assert found[entered] == ("a", 30_150)


def test_of_very_many_frames_some_show_their_neighbour() -> None:
    clip = probe_of(100_000, keyint=1)
    many = [Shot("a", number, number, 0) for number in range(5 * MOST_FRAMES)]
    found = chosen(many, {"a": clip})
    assert len(set(found.values())) <= MOST_FRAMES
    assert all(0 <= shot.frame - found[shot][1] < 5 for shot in many)


def test_it_tells_how_far_it_is(clips: Path) -> None:
    path, heard = clips / "red.mp4", []
    wanted = [Shot(str(path), number, number) for number in (0, 5, 50)] + [Shot(str(clips / "blue.png"))]
    gather(wanted, {str(path): probe(path)}, 20, lambda done, whole: heard.append((done, whole)))
    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_clip_that_cannot_be_decoded_is_told(clips: Path, tmp_path: Path) -> None:
    raw = bytearray((clips / "changing.mp4").read_bytes())
    start = raw.index(b"mdat") + 8
    raw[start : start + 2000] = bytes(2000)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(raw)
    probes = {str(broken): probe(clips / "changing.mp4")}
    with pytest.raises(FootageError, match=r"^broken\.mp4 cannot be decoded at "):
        gather([Shot(str(broken), 60, 60)], probes, 20, untold)


def test_a_loop_without_pictures_has_none() -> None:
    assert gather([], {}, 20, untold) == {}
