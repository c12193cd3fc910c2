import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import pytest

from installation.player.engine import STARTED, MpvEngine
from installation.player.options import Rung, need_another_player, options, rungs
from installation.show.model import Settings
from tests.glass.marked import make_clip
from tests.glass.stage import ENOUGH_S

KIOSK = Settings()
SCREENS = [("x11", None), ("x11", "gpu"), ("x11", "x11"), ("none", None)]


def changed(**settings: Any) -> dict[str, Any]:
    """The options that these settings change on a screen, with their values."""
    usual, other = options(KIOSK, "x11", None), options(replace(KIOSK, **settings), "x11", None)
    return {name: other.get(name) for name in usual.keys() | other.keys() if usual.get(name) != other.get(name)}


@pytest.mark.parametrize(
    ("settings", "effect"),
    [
        ({"rotate": 90}, {"video_rotate": 90}),
        ({"volume": 35}, {"volume": 35}),
        ({"device": "alsa/hdmi"}, {"audio_device": "alsa/hdmi"}),
        ({"output": "HDMI-1"}, {"screen_name": "HDMI-1", "fs_screen_name": "HDMI-1"}),
        ({"fit": "cover"}, {"panscan": 1.0, "sub_ass_scale_with_window": False}),
        ({"fit": "stretch"}, {"keepaspect": False, "sub_ass_scale_with_window": False}),
        ({"fit": "none"}, {"video_unscaled": True, "sub_ass_scale_with_window": False}),
        ({"sound": False}, {"ao": "null", "aid": "no"}),
        ({"sound": False, "device": "alsa/hdmi"}, {"ao": "null", "aid": "no"}),
    ],
)
def test_every_key_of_the_kiosk_has_its_effect_and_no_other(settings: dict[str, Any], effect: dict[str, Any]) -> None:
    assert changed(**settings) == effect


@pytest.mark.parametrize("key", ["patience_s", "memory_bytes", "after_restart", "language", "keep_days"])
def test_what_is_the_watchdogs_business_changes_nothing(key: str) -> None:
    assert changed(**{key: 7}) == {}


def test_the_graphics_processor_is_tried_before_plain_x11() -> None:
    assert options(KIOSK, "x11", None)["vo"] == "gpu,x11"
    assert options(KIOSK, "x11", "x11")["vo"] == "x11"


NO_DECODING = {"hwdec": "no"}
PLAIN = NO_DECODING | {"vo": "x11"}
SILENT = PLAIN | {"ao": "null", "aid": "no"}


@pytest.mark.parametrize(("rung", "effect"), [(0, {}), (1, NO_DECODING), (2, PLAIN), (3, SILENT)])
@pytest.mark.parametrize("output", [None, "gpu"])
def test_each_rung_of_the_ladder_trusts_less_of_the_machine(
    rung: int, effect: dict[str, Any], output: str | None
) -> None:
    sounding = replace(KIOSK, device="alsa/hdmi")
    usual, other = options(sounding, "x11", output), options(sounding, "x11", output, rung)
    assert {name: value for name, value in other.items() if usual.get(name) != value} == effect
    assert usual.keys() - other.keys() == ({"audio_device"} if rung == Rung.NO_SOUND else set())


def test_on_wayland_every_rung_draws_with_the_output_that_tells_when_the_compositor_stands_still() -> None:
    assert [options(KIOSK, "wayland", None, rung)["vo"] for rung in Rung] == ["gpu"] * 4


def test_on_the_bare_console_the_graphics_processor_is_tried_before_the_plain_output() -> None:
    tried = [options(KIOSK, "drm", None, rung)["vo"] for rung in Rung]
    assert tried == ["gpu,drm", "gpu,drm", "drm", "drm"]
    assert options(KIOSK, "drm", "drm")["vo"] == "drm"
    assert options(KIOSK, "drm", None)["gpu_context"] == "drm"


@pytest.mark.parametrize(
    ("output", "chosen"),
    [
        ("auto", ("/dev/dri/card1", "HDMI-A-1")),
        ("HDMI-2", ("/dev/dri/card1", "HDMI-A-2")),
        ("VGA-9", ("/dev/dri/card1", "HDMI-A-1")),
        ("DP-1", (None, None)),
    ],
)
def test_on_the_bare_console_the_picture_goes_to_a_socket_that_has_a_screen(
    tmp_path: Path, output: str, chosen: tuple[str | None, str | None]
) -> None:
    for connector in ("card0-DP-1", "card1-HDMI-A-1", "card1-HDMI-A-2"):
        (tmp_path / connector).mkdir()
        status = "disconnected" if connector == "card0-DP-1" else "connected"
        (tmp_path / connector / "status").write_text(f"{status}\n")
    told = options(replace(KIOSK, output=output), "drm", None, sysfs=tmp_path)
    assert (told.get("drm_device"), told.get("drm_connector")) == chosen
    assert not {"fs_screen_name", "screen_name"} & told.keys()


def test_libmpv_knows_the_options_of_the_bare_console(tmp_path: Path) -> None:
    (tmp_path / "card0-HDMI-A-1").mkdir()
    (tmp_path / "card0-HDMI-A-1" / "status").write_text("connected\n")
    told = options(replace(KIOSK, sound=False), "drm", None, sysfs=tmp_path)
    engine = MpvEngine(told | {"vo": "null"})  # there is no console here to draw on
    assert engine.output() == "null"
    engine.close()


@pytest.mark.parametrize(
    ("screen", "output", "others"),
    [
        ("x11", "gpu", [1, 2, 3]),
        ("x11", "x11", [3]),
        ("drm", "gpu", [1, 2, 3]),
        ("drm", "drm", [3]),
        ("wayland", "gpu", [1, 3]),
        ("none", "null", [3]),
    ],
)
def test_only_the_rungs_that_change_something_here_are_climbed(screen: str, output: str, others: list[int]) -> None:
    assert list(rungs(KIOSK, screen, output)) == [0, *others]
    assert list(rungs(replace(KIOSK, sound=False), screen, output)) == [0, *others[:-1]]


@pytest.mark.parametrize("output", [None, "gpu", "x11"])
def test_without_a_screen_neither_picture_nor_sound_leave_the_machine(output: str | None) -> None:
    chosen = options(KIOSK, "none", output)
    assert (chosen["vo"], chosen["ao"]) == ("null", "null")


@pytest.fixture(scope="module", params=SCREENS, ids=lambda screen: f"{screen[0]}-{screen[1]}")
def chosen(request: pytest.FixtureRequest) -> dict[str, Any]:
    return options(KIOSK, *request.param)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("osc", False),
        ("osd_level", 0),
        ("config", False),
        ("load_scripts", False),
        ("ytdl", False),
        ("input_default_bindings", False),
        ("input_vo_keyboard", False),
        ("input_cursor", False),
        ("input_media_keys", False),
        ("cursor_autohide", "always"),
        ("sub_auto", "no"),
        ("audio_file_auto", "no"),
        ("cover_art_auto", "no"),
        ("sid", "no"),
        ("resume_playback", False),
    ],
)
def test_the_wall_shows_the_work_and_nothing_of_the_player(chosen: dict[str, Any], name: str, value: object) -> None:
    assert chosen[name] == value


@pytest.mark.parametrize(
    ("name", "value"), [("fullscreen", True), ("border", False), ("force_window", "immediate"), ("idle", True)]
)
def test_where_nothing_plays_the_whole_wall_is_black(chosen: dict[str, Any], name: str, value: object) -> None:
    assert chosen[name] == value


def test_nobody_can_speak_to_the_player_past_the_watchdog(chosen: dict[str, Any]) -> None:
    assert not any(name.startswith(("input_ipc", "input_file", "script")) for name in chosen)


@pytest.fixture
def taken() -> Iterator[MpvEngine]:
    engine = MpvEngine(options(replace(KIOSK, rotate=90, fit="cover", volume=35, sound=False), "none", None))
    yield engine
    engine.close()


def test_libmpv_takes_every_one_of_them(taken: MpvEngine) -> None:
    assert taken.output() == "null"


@pytest.mark.parametrize(("rung", "track"), [(Rung.PLAIN_OUTPUT, 1), (Rung.NO_SOUND, False)])
def test_on_the_last_rung_a_show_with_sound_plays_without_it(tmp_path: Path, rung: Rung, track: object) -> None:
    engine = MpvEngine(options(KIOSK, "none", None, rung))
    try:
        engine.open(make_clip(tmp_path / "clip.mp4", 1, 60, sound=True), 0.0, 1, None)
        while engine.next_event(ENOUGH_S) != STARTED:
            pass
        assert engine._ask("aid") == track
    finally:
        engine.close()


@pytest.mark.parametrize(
    ("settings", "another"),
    [
        ({"rotate": 90}, True),
        ({"sound": False}, True),
        ({"output": "HDMI-1"}, True),
        ({"screen": "none"}, True),
        ({"patience_s": 9.0, "keep_days": 3, "after_restart": "start", "footage": "/else"}, False),
    ],
)
def test_only_what_libmpv_was_told_at_its_start_needs_another_player(settings: dict[str, Any], another: bool) -> None:
    assert need_another_player(KIOSK, replace(KIOSK, **settings)) is another


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A clip with subtitles of its own, marked as those to be shown by all means."""
    words, silent, clip = tmp_path / "words.srt", make_clip(tmp_path / "silent.mp4", 1, 60), tmp_path / "clip.mkv"
    words.write_text("1\n00:00:00,000 --> 00:00:02,000\nOf the clip\n", encoding="utf-8")
    with av.open(str(clip), "w") as made, av.open(str(silent)) as picture, av.open(str(words)) as subtitles:
        streams = [made.add_stream_from_template(source.streams[0]) for source in (picture, subtitles)]
        streams[1].disposition = av.stream.Disposition.default | av.stream.Disposition.forced
        for source, stream in zip((picture, subtitles), streams, strict=True):
            for packet in source.demux(source.streams[0]):
                if packet.dts is not None:
                    packet.stream = stream
                    made.mux(packet)
    return clip


@pytest.mark.parametrize("letters", ["Of the show", None])
def test_the_letters_on_the_wall_are_the_shows_and_never_a_clips_own(clip: Path, letters: str | None) -> None:
    import mpv

    player = mpv.MPV(**options(KIOSK, "none", None))
    try:
        if letters:
            captions = clip.with_name("captions, 100%: of the show.srt")
            captions.write_text(f"1\n00:00:00,000 --> 00:00:02,000\n{letters}\n", encoding="utf-8")
            player["sub-files"], player["sid"] = [str(captions)], "auto"
        player.loadfile(str(clip), "replace")
        until = time.monotonic() + ENOUGH_S
        while (player.time_pos or 0) < 0.2 and time.monotonic() < until:
            time.sleep(0.01)
        assert any(track["type"] == "sub" and not track["external"] for track in player.track_list)
        assert (player.sub_text or None) == letters
    finally:
        player.terminate()
