"""The preview on the real libmpv (vo=null): its keys are pressed, and what they lead to is read off the picture."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from installation import previewing
from installation.errors import InstallationError
from installation.places import Places
from installation.player.preview import Preview
from installation.player.window import MpvWindow, drawing, window_options
from installation.show.model import Settings
from tests.glass.marked import BLACK, Reading, Seen, decode_strip, make_clip

ENOUGH_S = 30.0
SIZE = (320, 180)


def wait_for(wanted: Callable[[], object]) -> None:
    until = time.monotonic() + ENOUGH_S
    while not wanted():
        assert time.monotonic() < until, f"waited {ENOUGH_S} s in vain"
        time.sleep(0.005)


class RealWindow(MpvWindow):
    """libmpv without a screen, whose keys are pressed and whose picture is read."""

    def press(self, key: str) -> None:
        self._mpv.command("keypress", key)

    def seen(self) -> Seen:
        picture = self._mpv.command("screenshot-raw", "video")
        height, row = picture["h"], picture["stride"] // 4
        pixels = np.frombuffer(picture["data"], np.uint8).reshape(height, row, 4)[:, : picture["w"], 1]
        return decode_strip(pixels[height // 10 - 1 : height // 10 + 1])

    def hurry(self, times: float) -> None:
        self._mpv.speed = times

    def says(self, name: str, wanted: object) -> bool:
        return bool(getattr(self._mpv, name) == wanted)


class RealDesk:
    """A preview of real clips on libmpv, run by a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "config"
        self.mistakes: list[str] = []
        places = Places.under(folder / "state").preview(self.config)
        self.preview = Preview(partial(previewing.prepared, self.config, places, self.mistakes.append), self._open)
        self.paused = True
        self.window: RealWindow

    def _open(self, settings: Settings) -> RealWindow:
        self.window = RealWindow(settings, "none")
        if self.paused:  # as if space had been pressed before the first picture
            self.window.press("SPACE")
        return self.window

    def see(self, wanted: Seen) -> None:
        """Wait until a frame is shown and libmpv has arrived there: a step asked for before is lost."""
        until = time.monotonic() + ENOUGH_S
        while (seen := self.window.seen()) != wanted or self.window.says("seeking", True):
            assert time.monotonic() < until, f"{seen} and not {wanted}, at {self.window.time_s()} s"
            time.sleep(0.005)

    @contextmanager
    def running(self, begin: str = "", join: str = "", paused: bool = True) -> Iterator[RealWindow]:
        self.paused = paused
        with self.preview as preview:
            preview.open(lambda _what, _done: None, begin, join)
            thread = threading.Thread(target=preview.run)
            thread.start()
            try:
                yield self.window
            finally:
                self.window.press("q")
                thread.join(ENOUGH_S)
            assert not thread.is_alive()


LOOP = """
cues:
  - clip: thirty.mp4
  - clip: pal.mp4
    in: 0.4
    out: 1.2
    hold: 0.2
  - black: 0.2
  - clip: ntsc.mp4
  - clip: fifty.mp4
    out: 0.6
"""
FRAMES: list[list[Seen]] = [
    [Reading(1, frame) for frame in range(30)],
    [Reading(2, min(frame, 29)) for frame in range(10, 35)],
    [BLACK] * 6,
    [Reading(3, frame) for frame in range(24)],
    [Reading(4, frame) for frame in range(30)],
]
"""What the loop shows, cue by cue, frame by frame."""
ALL = list(chain(*FRAMES))


@pytest.fixture
def desk(tmp_path: Path, mixed: Path) -> RealDesk:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "loop.yaml").write_text(LOOP)
    (tmp_path / "config" / "kiosk.yaml").write_text(f"footage: {mixed}\n")
    return RealDesk(tmp_path)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips of four rates, with sound and without, with keyframes near and far, with B-frames and without."""
    folder = tmp_path_factory.mktemp("mixed")
    make_clip(folder / "thirty.mp4", 1, 30, Fraction(30), SIZE, sound=True)
    make_clip(folder / "pal.mp4", 2, 50, Fraction(25), SIZE, keyint=250, bframes=2)
    make_clip(folder / "ntsc.mp4", 3, 24, Fraction(24000, 1001), SIZE, keyint=48)
    make_clip(folder / "fifty.mp4", 4, 60, Fraction(50), SIZE, keyint=50, bframes=3)
    return folder


def step(desk: RealDesk, key: str, wanted: Seen) -> None:
    """Press a key and see the frame that it should lead to; a picture that stays tells of itself by its time."""
    before = desk.window.time_s()
    desk.window.press(key)
    wait_for(lambda: desk.window.time_s() != before)
    desk.see(wanted)


def test_the_full_stop_shows_every_frame_once_over_joins_of_any_rate_and_the_wrap(desk: RealDesk) -> None:
    frames = ALL * 2
    with desk.running():
        for cue in (1, 2, 3, 4, 0):
            desk.window.press("DOWN")
            desk.see(FRAMES[cue][0])
            join = sum(map(len, FRAMES[:cue])) if cue else len(ALL)
            for frame in frames[join - 1 : join - 4 : -1]:
                step(desk, ",", frame)
            for frame in frames[join - 2 : join + 2]:
                step(desk, ".", frame)


def test_the_comma_shows_every_frame_once_on_the_way_back(desk: RealDesk) -> None:
    with desk.running():
        for cue in (1, 2, 3, 4, 0):
            desk.window.press("DOWN")
            desk.see(FRAMES[cue][0])
        for frame in reversed(ALL):
            step(desk, ",", frame)


def test_down_and_up_lead_to_the_first_frame_of_each_cue(desk: RealDesk) -> None:
    with desk.running():
        desk.see(FRAMES[0][0])
        for cue in (1, 2, 3, 4, 0, 1):
            desk.window.press("DOWN")
            desk.see(FRAMES[cue][0])
        for cue in (0, 4, 3, 2, 1, 0):
            desk.window.press("UP")
            desk.see(FRAMES[cue][0])


def test_it_begins_with_the_first_frame_of_the_cue_that_was_asked_for(desk: RealDesk) -> None:
    with desk.running(begin="ntsc"):
        desk.see(FRAMES[3][0])
        desk.window.press(".")
        desk.see(FRAMES[3][1])
        desk.window.press("HOME")
        desk.see(FRAMES[0][0])


def test_a_second_on_and_a_second_back(desk: RealDesk) -> None:
    with desk.running():
        desk.see(FRAMES[0][0])
        for _ in range(2):
            desk.window.press("RIGHT")
        desk.see(BLACK)
        desk.window.press("LEFT")
        desk.see(FRAMES[1][0])


def test_a_join_is_played_again_and_again(desk: RealDesk) -> None:
    (desk.config / "loop.yaml").write_text(
        "cues:\n" + "  - {clip: thirty.mp4, times: 4}\n  - {clip: ntsc.mp4, times: 4}\n"
    )
    with desk.running(join="2", paused=False):
        desk.window.hurry(4)
        start_s, end_s = 1.0, 7.0
        passes, times = 0, [start_s]
        until = time.monotonic() + ENOUGH_S
        while passes < 2:
            assert time.monotonic() < until, times[-5:]
            now = desk.window.time_s()
            if now is not None and now != times[-1]:
                passes += now < times[-1]
                times.append(now)
            time.sleep(0.002)
        assert min(times) == pytest.approx(start_s, abs=0.01)
        assert max(times) == pytest.approx(end_s, abs=0.1)


def test_space_stops_and_goes_on_and_m_and_f_do_what_they_say(desk: RealDesk) -> None:
    with desk.running(paused=False) as window:
        for key, name in (("SPACE", "pause"), ("m", "mute"), ("f", "fullscreen")):
            for wanted in (True, False):
                window.press(key)
                wait_for(partial(window.says, name, wanted))


@pytest.mark.parametrize("key", ["ESC", "CLOSE_WIN"])
def test_escape_and_the_windows_own_button_end_it(desk: RealDesk, key: str) -> None:
    with desk.preview as preview:
        preview.open(lambda _what, _done: None)
        desk.window.press(key)
        preview.run()


def test_an_edit_is_seen_after_r(desk: RealDesk) -> None:
    with desk.running(begin="fifty"):
        desk.see(FRAMES[4][0])
        (desk.config / "loop.yaml").write_text("cues:\n  - clip: pal.mp4\n  - clip: fifty.mp4\n    in: 0.2\n")
        desk.window.press("r")
        desk.see(Reading(4, 10))
        (desk.config / "loop.yaml").write_text("cues:\n  - clip: pal.mp4\n    fadein: 1\n")
        desk.window.press("r")
        wait_for(lambda: desk.mistakes)
        assert "loop.yaml:3:5: unknown key 'fadein'" in desk.mistakes[0]
        desk.see(Reading(4, 10))


def test_an_edit_brings_sound_into_a_silent_loop(desk: RealDesk) -> None:
    (desk.config / "loop.yaml").write_text("cues:\n  - clip: pal.mp4\n")
    with desk.running() as window:
        desk.see(Reading(2, 0))
        assert window.says("aid", False)
        (desk.config / "loop.yaml").write_text("cues:\n  - clip: thirty.mp4\n  - clip: pal.mp4\n")
        window.press("r")
        wait_for(lambda: window.says("aid", 2))


def test_captions_beside_the_timeline_are_shown(desk: RealDesk) -> None:
    with desk.running() as window:
        assert window.says("sid", False)
        folder = next((desk.config.parent / "state" / "preview").glob("*/show/current")).resolve()
        (folder / "captions.ass").write_text(
            "[Script Info]\nScriptType: v4.00+\n[V4+ Styles]\nFormat: Name, Fontsize\nStyle: Default,40\n"
            "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
            "Dialogue: 0,0:00:00.00,9:00:00.00,Default,,0,0,0,,九支攝影機的路口\n"
        )
        window.open(folder, 2, Fraction(0))
        wait_for(lambda: window.says("sub_text", "九支攝影機的路口"))


@pytest.mark.parametrize(("screen", "other"), [("x11", True), ("none", False)])
def test_a_window_on_a_desk_is_no_wall_and_the_kiosks_own_devices_are_not_there(screen: str, other: bool) -> None:
    kiosk = Settings(output="HDMI-1", rotate=90, fit="cover", device="alsa/hdmi", volume=35)
    told = window_options(kiosk, screen)
    assert (told["fullscreen"], told["ontop"], told["border"], told["input_vo_keyboard"]) == (False, False, True, True)
    assert told["volume"] == 35
    assert (told["video_rotate"], "screen_name" in told, "audio_device" in told, "panscan" in told) == (
        0,
        False,
        False,
        False,
    )
    assert ("ao" not in told) is other
    assert window_options(Settings(sound=False), screen)["aid"] == "no"


def test_without_a_display_there_is_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InstallationError, match="No window can be opened here"):
        MpvWindow(Settings())


@pytest.mark.parametrize("text", [r"{\an8}up", r"C:\Nonsense {", "line\nbreak\tand\x07bell", "路口.mp4"])
def test_a_name_is_written_as_it_stands_whatever_it_holds(text: str) -> None:
    drawn = drawing(text, "", "")
    assert drawn.count("\n") == 1  # the shade and the line
    written = drawn.partition("\n")[2].partition("}")[2]
    assert not re.search(r"(?<!\\)\{(?!\\1a)", written)
    assert not re.search(r"\\[Nnh]", written)
