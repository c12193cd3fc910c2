"""What each kind of cue looks like on the screen, and for how long: the real `installation start`, read off Xvfb."""

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median

import av
import numpy as np
import pytest
from PIL import Image

from tests.glass.levels import LevelReader, Look
from tests.glass.stage import ENOUGH_S, Stage
from tests.glass.xserver import XServer

FRAME_S = 1 / 30
SLACK_S = FRAME_S + 0.03  # a frame, and two looks of a busy machine
LOST_S = 0.5  # without a look for so long, a whole cue may have been missed
MIDDLE = (290, 150, 60, 60)
LIGHT, DIM = 237, 51  # what luma 220 and 60 are on a screen
TWO_PERCENT = 0.02 * 255
CORNERS = [(100, 60, 20, 20), (520, 60, 20, 20), (100, 280, 20, 20), (520, 280, 20, 20)]
COLOURS = [(200, 60, 40), (30, 90, 200), (128, 128, 128), (240, 220, 60)]


def write_grey(path: Path, luma: int, frames: int) -> None:
    """A clip of one grey, 30 frames a second."""
    picture = np.full((540, 640), 128, np.uint8)
    picture[:360] = luma
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"crf": "4"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        container.mux(stream.encode(None))


def write_patches(path: Path) -> None:
    """A still of four colours, one in each corner."""
    picture = np.zeros((720, 1280, 3), np.uint8)
    for number, colour in enumerate(COLOURS):
        row, column = divmod(number, 2)
        picture[row * 360 : row * 360 + 360, column * 640 : column * 640 + 640] = colour
    Image.fromarray(picture).save(path)


Play = Callable[[str, Callable[[list[Look]], bool]], list[Look]]


@pytest.fixture
def play(stage: Stage, glass: XServer) -> Play:
    """Play a loop until enough of it was seen, and return every look at its spots."""
    write_grey(stage.footage / "light.mp4", 220, 150)
    write_grey(stage.footage / "dim.mp4", 60, 90)
    write_patches(stage.footage / "patches.png")

    def play(loop: str, enough: Callable[[list[Look]], bool]) -> list[Look]:
        stage.loop(loop)
        with stage.start() as running, LevelReader(glass.display, [MIDDLE, *CORNERS]) as reader:
            running.playing()
            until = time.monotonic() + ENOUGH_S
            while time.monotonic() < until and not enough(reader.looks):
                time.sleep(0.5)
        return reader.looks

    return play


def spans(looks: list[Look], wanted: Callable[[Look], bool]) -> list[tuple[float, float]]:
    """When what is wanted was seen, from its first look to the first without it.

    Left out is what was cut off, and what the reader, on a busy machine, looked at too seldom to time.
    """
    found: list[tuple[float, float]] = []
    begun: float | None = None
    for before, look in pairwise(looks):
        seldom = look.at - before.at > FRAME_S
        if wanted(look) != wanted(before):
            if not wanted(look) and begun is not None and not seldom:
                found.append((begun, look.at))
            begun = look.at if wanted(look) and not seldom else None
        elif look.at - before.at > LOST_S:
            begun = None
    return found


def usual(found: list[tuple[float, float]]) -> float:
    """How long most of them lasted."""
    return median(end - first for first, end in found)


def level_at(looks: list[Look], moment: float) -> float:
    return min(looks, key=lambda look: abs(look.at - moment)).level()


def test_fades_come_out_of_black_and_go_back_in_proportion(play: Play) -> None:
    def lit(look: Look) -> bool:
        return look.level() > 2

    seen = play(
        "cues:\n  - clip: light.mp4\n    fade_in: 2\n    fade_out: 2\n  - black: 1\n",
        lambda looks: len(spans(looks, lit)) >= 2,
    )
    found = spans(seen, lit)
    assert usual(found) == pytest.approx(5 - FRAME_S, abs=SLACK_S)  # the first frame of the fade is black itself
    for share in (0.25, 0.5, 0.75):
        rising = median(level_at(seen, first - FRAME_S + 2 * share) for first, _ in found)
        falling = median(level_at(seen, end - 2 * share) for _, end in found)
        assert rising == pytest.approx(LIGHT * share, abs=TWO_PERCENT + LIGHT / 60)
        assert falling == pytest.approx(LIGHT * share, abs=TWO_PERCENT + LIGHT / 60)
    ideal = [LIGHT * number / 60 for number in range(61)]
    strays = [look for look in seen if min(abs(look.level() - level) for level in ideal) > TWO_PERCENT]
    assert not strays


def test_a_crossfade_goes_evenly_from_one_clip_to_the_next(play: Play) -> None:
    def blends(look: Look) -> bool:
        return DIM + 2 < look.level() < LIGHT - 2

    seen = play(
        "cues:\n  - clip: light.mp4\n  - clip: dim.mp4\n    crossfade: 2\n",
        lambda looks: len(spans(looks, blends)) >= 2,
    )
    found = spans(seen, blends)
    assert usual(found) == pytest.approx(2 - FRAME_S, abs=SLACK_S)
    for share in (0.25, 0.5, 0.75):
        wanted = LIGHT + (DIM - LIGHT) * share
        level = median(level_at(seen, first - FRAME_S + 2 * share) for first, _ in found)
        assert level == pytest.approx(wanted, abs=TWO_PERCENT + LIGHT / 60)
    assert usual(spans(seen, lambda look: look.level() >= LIGHT - 2)) == pytest.approx(3 + FRAME_S, abs=SLACK_S)


def test_a_still_has_its_own_colours_for_as_long_as_it_says(play: Play) -> None:
    def is_still(look: Look) -> bool:
        return look.level(1) > 20

    loop = "cues:\n  - still: patches.png\n    for: 1.5\n  - black: 1\n"
    seen = play(loop, lambda looks: len(spans(looks, is_still)) >= 3)
    assert usual(spans(seen, is_still)) == pytest.approx(1.5, abs=SLACK_S)
    # a look may fall into the moment in which the picture is drawn: those at either end are not judged
    whole = [
        look
        for before, look, after in zip(seen, seen[1:], seen[2:], strict=False)
        if all(map(is_still, (before, look, after)))
    ]
    for look in whole:
        for found, colour in zip(look.colours[1:], COLOURS, strict=True):
            assert found == pytest.approx(colour, abs=3)


def test_a_title_stands_in_white_letters_on_black_for_as_long_as_it_says(play: Play) -> None:
    def has_letters(look: Look) -> bool:
        return look.brightest[0] > 200

    loop = "cues:\n  - title: {zh-Hant: 平安城市計劃, en: Safe City Project}\n    for: 1.5\n  - black: 1\n"
    seen = play(loop, lambda looks: len(spans(looks, has_letters)) >= 3)
    assert usual(spans(seen, has_letters)) == pytest.approx(1.5, abs=SLACK_S)
    assert max(level for look in seen for level in look.brightest[1:]) < 20  # nothing in the corners


def test_a_caption_stands_on_its_cue_alone(play: Play) -> None:
    def has_letters(look: Look) -> bool:
        return look.brightest[0] > 200

    loop = (
        "text: {place: top, margin: 40, size: 8}\ncues:\n  - clip: dim.mp4\n    out: 1.5\n    caption: 九支攝影機\n"
        "  - clip: dim.mp4\n    out: 1\n"
    )
    seen = play(loop, lambda looks: len(spans(looks, has_letters)) >= 3)
    assert usual(spans(seen, has_letters)) == pytest.approx(1.5, abs=SLACK_S)
