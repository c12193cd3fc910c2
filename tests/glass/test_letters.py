"""Where titles and captions stand on a real X screen: by the screen, whatever picture is behind them."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from mss import MSS

from installation.config.loop import Text
from installation.player.options import options
from installation.show.captions import Lettering, Lines, write
from installation.show.model import Settings
from installation.show.placing import Wall
from tests.glass.marked import Pixels
from tests.glass.stage import ENOUGH_S
from tests.glass.xserver import XServer

pytestmark = pytest.mark.skipif(not shutil.which("mpv"), reason="needs mpv on the path")

SIZE = 640, 360
SHAPES = {"wide": ("640x360", "1"), "old": ("320x240", "1"), "cinema": ("640x272", "1"), "dv": ("720x576", "64/45")}
"""Size and the shape of a pixel: the last is wide, too."""
ASPECTS = {"wide": Fraction(16, 9), "old": Fraction(4, 3), "cinema": Fraction(640, 272), "dv": Fraction(16, 9)}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of grey pictures of several shapes."""
    folder = tmp_path_factory.mktemp("pictures")
    for name, (size, pixel) in SHAPES.items():
        source = f"color=0x404040:s={size}:r=25,setsar={pixel}"
        command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-t", "30", "-pix_fmt", "yuv420p"]
        subprocess.run([*command, str(folder / f"{name}.mp4")], check=True, timeout=ENOUGH_S)
    return folder


@contextmanager
def playing(glass: XServer, clip: Path, track: str, wall: Wall) -> Iterator[None]:
    """Play a clip with letters, with the player's own options, and nothing else."""
    captions = clip.with_name("captions.ass")
    captions.write_text(track, encoding="utf-8")
    chosen = options(Settings(fit=wall.fit, rotate=wall.rotate, sound=False), "x11", "x11") | {"sid": "auto"}
    wanted = [f"--{name.replace('_', '-')}={_told(value)}" for name, value in chosen.items()]
    command = ["mpv", *wanted, "--really-quiet", f"--sub-files={captions}", str(clip)]
    player = subprocess.Popen(command, env={"DISPLAY": glass.display, "PATH": "/usr/bin:/bin"})
    try:
        yield
        assert player.poll() is None
    finally:
        player.kill()
        player.wait()


def _told(value: object) -> object:
    return ("yes" if value else "no") if isinstance(value, bool) else value


def ink(glass: XServer, rotate: int = 0) -> tuple[int, int, int, int]:
    """Wait for letters that stand still; return their distances from left, top, right and bottom as a visitor sees."""
    until, before = time.monotonic() + ENOUGH_S, None
    with MSS(display=glass.display) as screen:
        while time.monotonic() < until:
            grabbed = screen.grab({"left": 0, "top": 0, "width": SIZE[0], "height": SIZE[1]})
            grey: Pixels = np.frombuffer(bytes(grabbed.raw), np.uint8).reshape(SIZE[1], SIZE[0], 4)[..., 1]
            seen = np.rot90(grey, rotate // 90)
            rows, columns = np.nonzero(seen > 200)
            if len(rows):
                height, width = seen.shape
                edges = (columns.min(), rows.min(), width - 1 - columns.max(), height - 1 - rows.max())
                if edges == before:
                    return edges
                before = edges
            time.sleep(0.05)
    raise AssertionError("no letters came")


def track(lines: Lines, kind: str, place: str, wall: Wall, shape: str, size: int = 10) -> str:
    text = Text.model_construct(place=place, size=Fraction(size), margin=Fraction(10))
    lettering = Lettering(kind, lines, Fraction(0), Fraction(60), aspect=ASPECTS[shape])
    return write([lettering], text, wall)


CAPTION = (("zh-Hant", "國國"),)
"""Two characters that nearly fill their squares: 36 × 72 pixels less a twelfth."""


@pytest.mark.parametrize(
    ("shape", "wall"),
    [
        ("wide", Wall()),
        ("old", Wall()),
        ("cinema", Wall()),
        ("dv", Wall()),
        ("old", Wall("cover")),
        ("cinema", Wall("cover")),
        ("old", Wall("stretch")),
        ("cinema", Wall("none")),
        ("old", Wall("contain", 90)),
        ("wide", Wall("cover", 270)),
        ("cinema", Wall("contain", 180)),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.fit}-{value.rotate}",
)
def test_a_caption_has_one_size_and_one_place_over_every_picture(
    glass: XServer, pictures: Path, shape: str, wall: Wall
) -> None:
    written = track(CAPTION, "caption", "bottom left", wall, shape)
    with playing(glass, pictures / f"{shape}.mp4", written, wall):
        left, top, right, bottom = ink(glass, wall.rotate)
    width, height = SIZE if wall.rotate % 180 == 0 else SIZE[::-1]
    assert left == pytest.approx(38, abs=2)  # a tenth of 360, and the little that a character leaves free
    assert bottom == pytest.approx(36, abs=2)
    assert width - left - right == pytest.approx(68, abs=2)
    assert height - top - bottom == pytest.approx(32, abs=2)


def test_a_title_stands_in_the_middle_a_little_raised(glass: XServer, pictures: Path) -> None:
    written = track((("zh-Hant", "平安城市計劃"), ("en", "Safe City Project")), "title", "bottom", Wall(), "old", 4)
    with playing(glass, pictures / "old.mp4", written, Wall()):
        left, top, right, bottom = ink(glass)
    assert left == pytest.approx(right, abs=2)
    assert 4 < bottom - top < 24


@pytest.mark.parametrize("text", [r"{\an5}Nh\N{\p1}m 0 0 l 9 9{\p0}\h\n", r"\{\fs99\}{\pos(0,0)}N\\N{{}}}\\"])
def test_commands_in_a_text_are_shown_not_obeyed(glass: XServer, pictures: Path, text: str) -> None:
    heights = []
    for words in (text, text.translate(str.maketrans("{}\\", "()|"))):
        written = track((("en", words),), "caption", "bottom", Wall(), "wide", 4)
        with playing(glass, pictures / "wide.mp4", written, Wall()):
            _, top, _, bottom = ink(glass)
            heights.append((top, bottom))
    assert heights[0] == pytest.approx(heights[1], abs=2)  # one line, as high as any


@pytest.mark.parametrize("words", ["廈門的每個路口都裝有攝影機與閃光燈，" * 12, "x" * 200, "nine cameras " * 30])
def test_a_long_text_keeps_the_margins(glass: XServer, pictures: Path, words: str) -> None:
    with playing(
        glass, pictures / "wide.mp4", track((("und", words),), "caption", "bottom", Wall(), "wide", 6), Wall()
    ):
        left, top, right, bottom = ink(glass)
    assert min(left, top, right, bottom) >= 34
