"""Faults of a cue, of a session and of screens of every kind: what a visitor sees of each."""

import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from installation.screens.screen import Picture
from installation.screens.wayland import WaylandScreen
from tests.glass.compositor import Compositor
from tests.glass.marked import Reading, Seen, make_clip, strip_on
from tests.glass.reader import GlassReader
from tests.glass.stage import ENOUGH_S, Running, Stage
from tests.glass.xserver import XorgServer, XServer
from tests.screens.test_x11_picture import GREEN, Client

STRIP = strip_on((640, 360))
LOOP = "cues:\n  - clip: clip-1.mp4\n  - clip: clip-2.mp4\n  - clip: clip-3.mp4\n"


def is_picture(seen: Seen) -> bool:
    return isinstance(seen, Reading)


def shows(clip: int, frame: int = 0) -> Callable[[Seen], bool]:
    return lambda seen: isinstance(seen, Reading) and seen.clip == clip and seen.frame >= frame


def events(stage: Stage, kind: str) -> list[dict[str, object]]:
    return [told for told in stage.journal() if told["event"] == kind]


def wait(until: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + ENOUGH_S
    while not until():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def test_a_cue_at_which_the_player_always_dies_is_set_aside_until_the_next_edit(stage: Stage, glass: XServer) -> None:
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        at, deaths = time.monotonic(), 0
        while not events(stage, "set_aside"):
            assert deaths < 6, stage.log()
            if reader.wait_for(shows(2, frame=20), 8.0, since=at):
                victim = running.player()
                assert victim
                victim.kill()
                deaths += 1
            at = time.monotonic()
        running.wait_for_status(lambda told: told["cues"] == 2)
        assert "clip-2.mp4" in running.wait_for_line("MISSING")
        running.wait_for_line("CHANGED")
        at = time.monotonic()
        assert reader.wait_for(shows(3), ENOUGH_S, since=at)
        assert reader.wait_for(shows(1), ENOUGH_S, since=at)
        assert reader.wait_for(shows(3), ENOUGH_S, since=time.monotonic())
        assert not [run for run in reader.readings if run.first > at and shows(2)(run.seen)]

        stage.loop(LOOP + "# mended\n")
        assert reader.wait_for(shows(2, frame=30), ENOUGH_S, since=at)
    assert [told["name"] for told in events(stage, "set_aside")] == ["clip-2.mp4"]


def test_a_terminal_that_is_closed_ends_nothing(stage: Stage, glass: XServer) -> None:
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        told = running.playing()
        for process in running.family():
            if process.pid in (running.process.pid, told["player"]):
                process.send_signal(signal.SIGHUP)
        stage.loop(LOOP.replace("clip-2", "clip-3"))
        running.wait_for_status(lambda told: told["cues"] == 3 and bool(events(stage, "changed")))
        assert reader.wait_for(is_picture, ENOUGH_S, since=time.monotonic())
        assert running.status()["player"] == told["player"]


def test_a_server_that_comes_back_in_another_size_is_filled(stage: Stage, glass: XServer) -> None:
    with stage.start() as running:
        running.playing()
        glass.kill()
        running.wait_for_status(lambda told: told["phase"] == "waiting")
        glass.size = (800, 600)
        glass.start_again()
        with GlassReader(glass.display, strip_on((800, 600))) as reader:
            assert reader.wait_for(is_picture, ENOUGH_S)


def test_a_screen_saver_that_covers_the_picture_is_ended_and_told(stage: Stage, glass: XServer) -> None:
    if not shutil.which("xset"):
        pytest.skip("xset is missing; install the package x11-xserver-utils")
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()

        def is_told_after_it_came() -> bool:
            # libmpv, which has only begun to play, may end the first one without a word
            subprocess.run(["xset", "-display", glass.display, "s", "blank", "s", "600"], check=True)
            subprocess.run(["xset", "-display", glass.display, "s", "activate"], check=True)
            time.sleep(1)
            return bool(events(stage, "woken"))

        wait(is_told_after_it_came, "no word of the screen saver")
        at = time.monotonic()
        assert reader.wait_for(is_picture, ENOUGH_S, since=at)


def test_a_window_that_lies_over_the_picture_is_put_behind_it(stage: Stage, glass: XServer) -> None:
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        other, at = Client(glass.display.removeprefix(":"), {}), time.monotonic()
        other.window((0, 0, 640, 360), GREEN)
        assert reader.wait_for(lambda seen: not is_picture(seen), ENOUGH_S, since=at)
        assert reader.wait_for(is_picture, ENOUGH_S, since=at + 0.5)
        wait(lambda: events(stage, "seen_again"), "not told")
        other.close()
    assert (stage.state / "run" / "picture.png").read_bytes()[:4] == b"\x89PNG"


def furnish(folder: Path, **session: object) -> Stage:
    stage = Stage(folder, **session)  # type: ignore[arg-type]  # display or session, as Stage has them
    for number, frames in ((1, 45), (2, 60), (3, 90)):
        make_clip(stage.footage / f"clip-{number}.mp4", number, frames)
    stage.loop(LOOP)
    return stage


def test_an_output_that_is_switched_off_is_lit_again_and_no_fault_of_the_player(
    tmp_path: Path, xorg: XorgServer
) -> None:
    stage = furnish(tmp_path / "kiosk", display=xorg.display)
    with stage.start() as running, GlassReader(xorg.display, STRIP) as reader:
        running.playing()
        at = time.monotonic()
        xorg.xrandr("--output", "DUMMY0", "--off")
        assert "was switched off. It was woken." in running.wait_for_line("FIXED")
        assert reader.wait_for(is_picture, ENOUGH_S, since=time.monotonic())
        lit_s = time.monotonic() - at
        assert lit_s < 10
        print(f"output switched off: lit again after {lit_s:.2f} s")
    assert events(stage, "woken")
    assert not events(stage, "fixed")


@pytest.fixture
def sway(compositor: Callable[..., Compositor]) -> Compositor:
    """A compositor in the window of another: only so can its output be unplugged."""
    return compositor("sway", within=compositor("sway"))


def on_wayland(compositor: Compositor) -> Reading | None:
    """What the strip says that grim reads off the output."""
    screen = WaylandScreen(compositor.socket, compositor.environ, television=lambda _: False)
    picture = screen.grab(640)
    screen.close()
    return decoded(picture) if picture else None


def decoded(picture: Picture) -> Reading | None:
    from tests.glass.marked import decode_strip

    pixels = np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3)[..., 1]
    left, top, width, height = strip_on((picture.width, picture.height))
    seen = decode_strip(pixels[top : top + height, left : left + width])
    return seen if isinstance(seen, Reading) else None


def has_picture(compositor: Compositor) -> bool:
    """Whether two looks show two frames of the loop: a picture that moves."""
    first = on_wayland(compositor)
    time.sleep(0.1)
    return first is not None and on_wayland(compositor) not in (None, first)


def another(running: Running, before: psutil.Process) -> bool:
    found = running.player()
    return found is not None and found.pid != before.pid


def test_a_compositor_that_is_unplugged_stopped_or_killed_has_the_picture_back(
    tmp_path: Path, sway: Compositor
) -> None:
    stage = furnish(tmp_path / "kiosk", session=sway.environ)
    stage.kiosk("watchdog: {patience: 2}\n")
    with stage.start() as running:
        assert running.playing()["screen"] == "wayland"
        wait(lambda: has_picture(sway), "no picture")

        sway.unplug()
        running.wait_for_status(lambda told: told["phase"] == "waiting")
        sway.plug_in()
        wait(lambda: has_picture(sway), "no picture after the output came back")

        running.playing()
        sway.freeze()
        running.wait_for_status(lambda told: told["phase"] == "waiting")
        sway.thaw()
        wait(lambda: has_picture(sway), "no picture after the compositor went on")

        running.playing()
        sway.kill()
        running.wait_for_status(lambda told: told["phase"] == "waiting")
        sway.start_again()
        wait(lambda: has_picture(sway), "no picture after the compositor came back")

        before = running.player()
        assert before
        before.kill()
        wait(lambda: another(running, before) and has_picture(sway), "no picture after the player was killed")
        left = [process for process in running.family() if process.status() == psutil.STATUS_ZOMBIE]
        assert not left
    assert not events(stage, "player_fails")


def test_a_cage_that_is_stopped_or_killed_has_the_picture_back(
    tmp_path: Path, compositor: Callable[..., Compositor]
) -> None:
    cage = compositor("cage")
    stage = furnish(tmp_path / "kiosk", session=cage.environ)
    stage.kiosk("watchdog: {patience: 2}\n")
    with stage.start() as running:
        running.playing()
        wait(lambda: on_wayland(cage), "no picture")
        cage.freeze()
        running.wait_for_status(lambda told: told["phase"] == "waiting")
        cage.thaw()
        wait(lambda: on_wayland(cage), "no picture after the compositor went on")

        running.playing()
        cage.kill()
        running.wait_for_status(lambda told: told["phase"] == "waiting")
        cage.start_again()
        at = time.monotonic()
        wait(lambda: on_wayland(cage), "no picture after the compositor came back")
        back_s = time.monotonic() - at
        assert back_s < 15
        print(f"cage killed: the picture is back {back_s:.2f} s after it")
    assert [told["event"] for told in stage.journal() if told["word"] not in ("PREPARE", "FIXED")] == [
        "opened",
        "playing",
        *["screen_gone"] * 2,
        "closed",
    ]


def test_what_lies_over_the_picture_on_wayland_costs_one_restart_and_is_told(
    tmp_path: Path, compositor: Callable[..., Compositor]
) -> None:
    if not shutil.which("mpv"):
        pytest.skip("mpv, which is to cover the picture, is missing; install the package mpv")
    sway = compositor("sway")
    stage = furnish(tmp_path / "kiosk", session=sway.environ)
    with stage.start() as running:
        running.playing()
        wait(lambda: has_picture(sway), "no picture")
        words = ["mpv", "--no-config", "--fullscreen", "--osd-level=0", "--really-quiet", "--vo=wlshm"]
        red, environ = "av://lavfi:color=red:size=640x360", {**stage.environ(), **sway.environ}
        with subprocess.Popen([*words, red], env=environ) as other:
            try:
                wait(lambda: on_wayland(sway) is None, "not covered")
                wait(lambda: has_picture(sway), "no picture over what covered it")
                wait(lambda: events(stage, "fixed"), "not told")
            finally:
                other.kill()
    (fixed,) = events(stage, "fixed")
    assert fixed["fault"] == "covered"
