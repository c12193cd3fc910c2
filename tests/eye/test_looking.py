"""The eye on a real screen with a real player, and its rhythm on a screen that only pretends."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from installation.eye.asking import Asking
from installation.eye.judging import SURE, Word
from installation.eye.looking import CLOSE_S, GLANCE_S, LOOK_S, PICTURE_S, WIDE, Eye
from installation.player.shown import ACROSS, BLACK, DOWN, PICTURE, Shown
from installation.screens.screen import NoScreen, Picture
from installation.screens.x11 import X11Screen
from installation.show.model import Settings
from tests.eye.test_blocks import flat, street
from tests.eye.wall import Intruder, Wall, film_walker, intruder, prepare
from tests.glass.stage import ENOUGH_S
from tests.player.fakes import FakeClock

SIZE = (640, 360)
HASTE = 10
"""The eye's seconds pass so much faster here."""


class Pretended(NoScreen):
    """A screen that shows a sketch, or nothing that can be read."""

    def __init__(self) -> None:
        self.shows: bytes | None = flat(0, 0, 0)
        self.grabbed: list[int] = []

    def grab(self, width: int = 160) -> Picture | None:
        self.grabbed.append(width)
        return None if self.shows is None else Picture(ACROSS, DOWN, self.shows)


@pytest.fixture
def screen() -> Pretended:
    return Pretended()


def opened(eye: Eye, clock: FakeClock, seconds: float) -> list[tuple[float, Word | None]]:
    """Open an eye for a while; returns what it said, and when."""
    began, said = clock(), []
    while clock() - began < seconds:
        said.append((clock() - began, eye.open()))
        clock.now += eye.rest_s
    return said


def looks(said: list[tuple[float, Word | None]], word: Word | None) -> list[float]:
    return [at for at, heard in said if heard is word]


def test_while_all_is_well_the_player_is_asked_every_few_seconds(screen: Pretended, tmp_path: Path) -> None:
    clock, asked = FakeClock(), []

    def ask(meanwhile: Callable[[], object]) -> Shown:
        asked.append(clock())
        meanwhile()
        return Shown(BLACK)

    said = opened(Eye(screen, ask, tmp_path / "picture.png", clock), clock, 60)
    assert looks(said, Word.PICTURE) == pytest.approx([LOOK_S * n for n in range(int(60 / LOOK_S))], abs=GLANCE_S)
    assert len(asked) == len(looks(said, Word.PICTURE))
    assert screen.grabbed.count(ACROSS) == len(said) + 2 * len(asked), "a look takes two sketches more than a glance"
    assert screen.grabbed.count(WIDE) == 60 / PICTURE_S


def test_a_trouble_is_told_within_ten_seconds_and_its_end_within_one(screen: Pretended, tmp_path: Path) -> None:
    clock = FakeClock()
    eye = Eye(screen, lambda _meanwhile: Shown(BLACK), tmp_path / "picture.png", clock)
    opened(eye, clock, 2 * LOOK_S + GLANCE_S)
    screen.shows = flat(200, 200, 200)
    said = opened(eye, clock, 30)
    first = looks(said, Word.COVERED)[0]
    assert first <= LOOK_S + SURE * CLOSE_S <= 7
    assert {word for at, word in said if at > first} == {Word.COVERED}
    screen.shows = flat(0, 0, 0)
    assert looks(opened(eye, clock, 30), Word.PICTURE)[0] <= GLANCE_S


def test_where_the_screen_cannot_be_read_the_player_is_left_alone(screen: Pretended, tmp_path: Path) -> None:
    def ask(_meanwhile: Callable[[], object]) -> Shown:
        raise AssertionError("asked")

    screen.shows = None
    clock = FakeClock()
    said = opened(Eye(screen, ask, tmp_path / "picture.png", clock), clock, 10)
    assert {word for _, word in said} == {Word.BLIND}
    assert not (tmp_path / "picture.png").exists()


def test_a_disk_that_is_full_costs_only_the_picture(screen: Pretended, tmp_path: Path) -> None:
    clock = FakeClock()
    eye = Eye(screen, lambda _meanwhile: Shown(BLACK), tmp_path / "missing" / "picture.png", clock)
    assert eye.open() is Word.PICTURE


def test_a_long_wait_for_the_player_keeps_only_so_many_sketches(screen: Pretended, tmp_path: Path) -> None:
    def ask(meanwhile: Callable[[], object]) -> Shown:
        for seed in range(300):
            screen.shows = bytes([seed % 256]) + flat(0, 0, 0)[1:]
            meanwhile()
        return Shown(PICTURE, street(1))

    Eye(screen, ask, tmp_path / "picture.png", FakeClock()).open()
    assert len(screen.grabbed) < 20


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("show")
    clip = film_walker(folder / "clip.mp4")
    loop = "cues:\n  - {clip: clip.mp4, caption: {en: A crossing with nine cameras}}\n"
    return prepare(folder / "kiosk", loop, {"clip.mp4": clip})


@pytest.fixture
def wall(tmp_path: Path) -> Iterator[Wall]:
    with Wall(tmp_path, SIZE) as wall:
        yield wall


@pytest.fixture
def eye(wall: Wall, tmp_path: Path) -> Iterator[Eye]:
    """An eye in haste, on the wall."""
    screen, asking = X11Screen(wall.glass.display, {}), Asking(wall.name)
    yield Eye(screen, asking.ask, tmp_path / "picture.png", lambda: HASTE * time.monotonic())
    asking.close()
    screen.close()


def says(eye: Eye, wanted: Word, *unwanted: Word) -> bool:
    """Open an eye until it says a word."""
    until = time.monotonic() + ENOUGH_S
    while time.monotonic() < until:
        word = eye.open()
        if word is wanted:
            return True
        assert word not in unwanted
        time.sleep(eye.rest_s / HASTE)
    return False


def test_what_lies_on_a_real_wall_is_told_and_its_end_too(eye: Eye, wall: Wall, show: Path, tmp_path: Path) -> None:
    wall.blacken()
    assert says(eye, Word.PICTURE), "a black that is meant"
    wall.play(show)
    assert says(eye, Word.PICTURE, Word.DARK, Word.COVERED)
    troubles: list[tuple[Word, Callable[[Intruder], None]]] = [
        (Word.COVERED, lambda program: program.cover((240, 130, 160, 90))),
        (Word.FROZEN, lambda program: program.freeze(SIZE)),
        (Word.DARK, lambda program: program.cover((0, 0, *SIZE), (0, 0, 0))),
    ]
    for wanted, break_it in troubles:
        with intruder(wall) as program:
            break_it(program)
            assert says(eye, wanted)
            if wanted is Word.COVERED:
                with Image.open(tmp_path / "picture.png") as seen:
                    assert (seen.size, seen.getpixel((320, 175))) == (SIZE, (230, 230, 225))
        assert says(eye, Word.PICTURE)
    os.kill(wall.player.pid, 9)
    assert says(eye, Word.NOTHING)


@pytest.mark.parametrize(
    ("size", "settings"),
    [
        ((480, 360), Settings(fit="cover")),
        ((360, 640), Settings(fit="contain", rotate=180)),
    ],
    ids=lambda one: f"{one.fit}, {one.rotate}" if isinstance(one, Settings) else f"{one[0]}x{one[1]}",
)
def test_however_the_picture_and_its_caption_lie_on_the_screen_they_are_known(
    size: tuple[int, int], settings: Settings, show: Path, tmp_path: Path
) -> None:
    with Wall(tmp_path, size, settings) as wall:
        screen, asking = X11Screen(wall.glass.display, {}), Asking(wall.name)
        eye = Eye(screen, asking.ask, tmp_path / "picture.png", lambda: HASTE * time.monotonic())
        wall.play(show)
        assert says(eye, Word.PICTURE)
        assert says(eye, Word.PICTURE, Word.COVERED, Word.DARK, Word.FROZEN)
        with intruder(wall) as program:
            program.cover((size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
            assert says(eye, Word.COVERED)
        asking.close()
        screen.close()


def test_the_servers_own_screen_saver_is_told(eye: Eye, wall: Wall, show: Path) -> None:
    wall.play(show)
    assert says(eye, Word.PICTURE)
    with intruder(wall) as program:
        program.save_screen(on=True)
        assert says(eye, Word.DARK)
        program.save_screen(on=False)
        assert says(eye, Word.PICTURE)


def test_the_process_outlives_the_server(wall: Wall, tmp_path: Path) -> None:
    arguments = [str(os.getpid()), "x11", "auto", wall.name, str(tmp_path / "picture.png")]
    environ = {**os.environ, "DISPLAY": wall.glass.display}
    command = [sys.executable, "-P", "-m", "installation.eye", *arguments]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout

            def until(word: Word) -> None:
                for line in process.stdout or ():
                    if json.loads(line)["sees"] == word.value:
                        return
                raise AssertionError("it ended")

            until(Word.PICTURE)
            wall.glass.kill()
            until(Word.BLIND)
            wall.glass.start_again()
            until(Word.NOTHING)
        finally:
            process.kill()


def test_without_a_screen_that_can_be_read_the_process_says_so_once(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "installation.eye", str(os.getpid()), "none", "auto", "@none", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert json.loads(process.stdout.readline()) == {"sees": "blind"}
        finally:
            process.kill()
        assert process.stdout.read() == ""
