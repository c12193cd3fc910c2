from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from installation.footage.archive import Archive
from installation.footage.probe import probe
from installation.footage.stills import look
from installation.show import planning, timeline
from installation.show.plan import Plan
from installation.show.planning import Known
from installation.show.seen import TAIL_S, Screen, content, seen
from tests.loops import read_loop

RATE = 10
RED, GREEN, WHITE, BLACK = (200, 30, 30), (30, 160, 40), (235, 235, 235), (0, 0, 0)


def clip(path: Path, colours: list[tuple[int, int, int]], size: tuple[int, int] = (160, 90)) -> None:
    """Write a clip of one frame of each colour."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.options = {"x264-params": "keyint=5:min-keyint=5:scenecut=0:bframes=0:threads=1"}
        for number, colour in enumerate(colours):
            frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), colour, np.uint8), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Plan]:
    folder = tmp_path_factory.mktemp("clips").resolve()
    clip(folder / "red.mp4", [RED] * 10)
    clip(folder / "green.mp4", [GREEN] * 10)
    clip(folder / "square.mp4", [WHITE] * 10, size=(90, 90))

    def plan(text: str) -> Plan:
        loop = read_loop(text)
        made = planning.plan(loop, Archive(folder), Known(probe, look, lambda _: ()))
        timeline.arrange(made, loop.order, loop.seed)
        assert not made.problems, made.problems
        return made

    return plan


def colour(picture: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]", row: int = 90, column: int = 160) -> str:
    """Name the colour of a place."""
    names = {"red": RED, "green": GREEN, "white": WHITE, "black": BLACK}
    blue, green, red = (int(part) for part in picture[row, column])
    return min(names, key=lambda name: sum(abs(a - b) for a, b in zip(names[name], (red, green, blue), strict=True)))


def test_what_is_seen_is_every_frame_at_its_time_and_on_beyond_the_wrap(planned: Callable[[str], Plan]) -> None:
    plan = planned("cues:\n  - clip: red.mp4\n    out: 0.5\n  - black: 2\n  - clip: green.mp4\n    in: 0.7\n")
    pictures = list(seen(plan, Screen()))
    times = [time_s for time_s, _ in pictures]
    assert times == sorted(times)
    assert times[-1] < plan.loop_s + TAIL_S <= times[-1] + 2.0
    loop = [(round(time_s, 2), colour(picture)) for time_s, picture in pictures if time_s < plan.loop_s]
    assert loop == [
        *[(number / 10, "red") for number in range(5)],
        (0.5, "black"),
        (2.4, "black"),
        *[(round(2.5 + number / 10, 2), "green") for number in range(3)],
    ]
    assert colour(dict(pictures)[float(plan.loop_s)]) == "red"


def test_fades_and_crossfades_are_seen_frame_by_frame(planned: Callable[[str], Plan]) -> None:
    plan = planned(
        "cues:\n  - clip: red.mp4\n    fade_in: 0.5\n  - clip: green.mp4\n    crossfade: 0.5\n  - black: 1\n"
    )
    light = {round(time_s, 2): picture[90, 160].astype(int).tolist() for time_s, picture in seen(plan, Screen())}
    reds = [light[number / 10][2] for number in range(6)]
    assert reds == sorted(reds)
    assert reds[0] < 5
    assert reds[-1] == pytest.approx(200, abs=6)
    greens = [light[number / 10][1] for number in range(5, 11)]
    assert greens == sorted(greens)
    assert greens[0] < 40
    assert greens[-1] == pytest.approx(160, abs=6)


@pytest.mark.parametrize(
    ("screen", "corner", "shape"),
    [
        (Screen(), "black", (180, 320)),
        (Screen("cover"), "white", (180, 320)),
        (Screen("stretch"), "white", (180, 320)),
        (Screen("none"), "black", (180, 320)),
        (Screen(rotate=90), "white", (320, 180)),
    ],
)
def test_bars_are_part_of_the_screen(
    planned: Callable[[str], Plan], screen: Screen, corner: str, shape: tuple[int, int]
) -> None:
    _, picture = next(iter(seen(planned("cues:\n  - clip: square.mp4\n"), screen)))
    assert picture.shape == (*shape, 3)
    assert colour(picture, shape[0] // 2, 2) == corner
    assert colour(picture, shape[0] // 2, shape[1] // 2) == "white"


def test_the_same_pictures_are_the_same_content(planned: Callable[[str], Plan]) -> None:
    plain = "cues:\n  - clip: red.mp4\n  - clip: green.mp4\n"
    one = content(planned(plain), Screen())
    assert content(planned(plain + "    caption: a street\n"), Screen()) == one
    others = [plain + "    out: 0.5\n", plain + "    fade_in: 0.2\n", "gap: 1\n" + plain, "order: reversed\n" + plain]
    assert len({one, *(content(planned(other), Screen()) for other in others)}) == 5
    assert content(planned(plain), Screen("cover")) != one


def test_of_a_shuffled_loop_two_orders_are_looked_at(planned: Callable[[str], Plan]) -> None:
    cues = "".join(f"  - clip: {name}.mp4\n" for name in ("red", "green", "square"))
    plan = planned(f"order: shuffled\ncues:\n{cues}")
    pictures = [colour(picture) for time_s, picture in seen(plan, Screen()) if time_s < 2 * plan.loop_s]
    names = [plan.cues[cue].name.removesuffix(".mp4").replace("square", "white") for cue, _ in plan.played(2)]
    assert pictures[::10] == names
