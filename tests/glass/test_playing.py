"""What a visitor sees while all is well: the real `installation start`, read off the X screen."""

import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from mss import MSS

from tests.glass.analysis import Turn, cue, follow
from tests.glass.marked import BLACK, UNREADABLE, Reading, Seen, make_clip, strip_on
from tests.glass.reader import GlassReader
from tests.glass.stage import ENOUGH_S, Stage
from tests.glass.xserver import XServer

SHARED = Path(__file__).parents[2].parent / "shared" / "footage"
STRIP = strip_on((640, 360))


def is_picture(seen: Seen) -> bool:
    return isinstance(seen, Reading)


def test_every_frame_comes_in_its_order_over_joins_and_wraps(stage: Stage, glass: XServer) -> None:
    stage.loop(
        "cues:\n"
        "  - clip: clip-1.mp4\n"
        "  - clip: clip-2.mp4\n    in: 0.5\n    out: 1.3\n"  # at a keyframe
        "  - clip: clip-3.mp4\n    in: 0.2\n    out: 1.1\n"  # between keyframes
    )
    loop = cue(0, 1, range(45)) + cue(1, 2, range(15, 39)) + cue(2, 3, range(6, 33))
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        assert reader.wait_for(is_picture, ENOUGH_S)
        time.sleep(12)
        played = follow(reader.readings, loop)
    assert len(played.joins) >= 9, played
    assert not played.disordered, played
    assert not played.black, played
    assert len(played.skipped) <= 0.02 * len(played.intervals), played  # a busy machine may drop a few


def test_holds_blacks_and_gaps_last_as_long_as_the_yaml_says(stage: Stage, glass: XServer) -> None:
    stage.loop(
        "gap: 0.4\ncues:\n  - clip: clip-1.mp4\n    out: 0.5\n    hold: 1\n  - black: 1\n"
        "  - clip: clip-2.mp4\n    out: 0.5\n    times: 2\n"
    )
    rate = Fraction(30)
    loop = cue(0, 1, range(15), hold=30)
    loop += [Turn(BLACK, rate, 1, frames=12 + 30 + 12)]
    loop += cue(2, 2, range(15)) + cue(3, 2, range(15)) + [Turn(BLACK, rate, 4, frames=12)]
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        begun = reader.wait_for(is_picture, ENOUGH_S)
        assert begun
        time.sleep(13)
        played = follow([run for run in reader.readings if run.first >= begun.first], loop)
    assert len(played.joins) >= 6, played
    assert not played.disordered, played
    assert not played.black, played
    assert sorted(played.joins)[len(played.joins) // 2] == pytest.approx(1, abs=1)
    assert max(played.joins) < 4, played


def test_a_stop_leaves_a_black_wall_and_a_start_goes_on_where_it_was(stage: Stage, glass: XServer) -> None:
    with GlassReader(glass.display, STRIP) as reader:
        with stage.start() as running:
            running.playing()
            running.wait_for_status(lambda told: told["cue"] == 2)
        left = [run.seen for run in reader.readings if is_picture(run.seen)][-1]
        black = reader.wait_for(lambda seen: seen is BLACK, ENOUGH_S, since=time.monotonic() - 1)
        assert black
        with stage.start() as running:
            back = reader.wait_for(is_picture, ENOUGH_S, since=black.first)
    assert isinstance(left, Reading)
    assert back
    assert isinstance(back.seen, Reading)
    assert back.seen.clip == left.clip
    assert abs(back.seen.frame - left.frame) <= 15
    # the work or black, never anything else
    assert not [run for run in reader.readings if run.seen is UNREADABLE]


def add_subtitles(clip: Path, path: Path) -> None:
    """Copy a clip into a Matroska file with a subtitle track that wants to be shown."""
    words = clip.with_suffix(".srt")
    words.write_text("1\n00:00:00,000 --> 00:00:02,900\nWORDS WORDS WORDS\n")
    with av.open(str(clip)) as pictures, av.open(str(words)) as said, av.open(str(path), "w") as made:
        shown = made.add_stream_from_template(pictures.streams.video[0])
        read = made.add_stream_from_template(said.streams.subtitles[0])
        read.disposition = Disposition.default
        for source, copy in ((said, read), (pictures, shown)):
            for packet in source.demux():
                if packet.dts is not None:
                    packet.stream = copy
                    made.mux(packet)
    words.unlink()


def white_pixels(glass: XServer) -> int:
    """How many pixels of the lower half are white: marked clips have greys there."""
    with MSS(display=glass.display) as screen:
        shot = screen.grab({"left": 0, "top": 180, "width": 640, "height": 180})
    return int((np.frombuffer(shot.raw, np.uint8).reshape(-1, 4)[:, :3].min(axis=1) > 240).sum())


CAPTIONS = """\
[Script Info]
PlayResX: 640
PlayResY: 360

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment, MarginV
Style: Default,Sans,40,&H00FFFFFF,2,30

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.00,9:00:00.00,Default,A crossing
"""


def test_words_inside_the_footage_never_reach_the_wall_and_captions_do(tmp_path: Path, glass: XServer) -> None:
    stage = Stage(tmp_path / "kiosk", glass.display)
    make_clip(tmp_path / "clip.mp4", 1, 90)
    add_subtitles(tmp_path / "clip.mp4", stage.footage / "clip.mkv")
    stage.loop("cues:\n  - clip: clip.mkv\n")
    with stage.start() as running:
        running.playing()
        time.sleep(0.5)
        assert white_pixels(glass) == 0
    show = (stage.state / "show" / "current").resolve()
    (show / "captions.ass").write_text(CAPTIONS)
    (show / "show.json").write_text((show / "show.json").read_text().replace('"captions": false', '"captions": true'))
    with stage.start() as running:
        running.playing()
        time.sleep(0.5)
        assert white_pixels(glass) > 300
        stage.loop("cues:\n  - clip: clip.mkv\n    out: 2\n")
        running.wait_for_line("CHANGED")
        time.sleep(0.5)
        assert white_pixels(glass) == 0  # the next show has none


@pytest.mark.parametrize("fit", ["contain", "cover", "stretch", "none"])
def test_the_picture_fills_the_screen_as_kiosk_yaml_says(tmp_path: Path, fit: str) -> None:
    with XServer(size=(640, 480)) as glass:
        stage = Stage(tmp_path / "kiosk", glass.display)
        make_clip(stage.footage / "clip.mp4", 1, 60, size=(320, 180))
        stage.loop("cues:\n  - clip: clip.mp4\n")
        stage.kiosk(f"screen: {{fit: {fit}}}\n")
        with stage.start() as running:
            running.playing()
            time.sleep(0.5)
            with MSS(display=glass.display) as screen:
                shot = screen.grab({"left": 0, "top": 0, "width": 640, "height": 480})
    lit = [
        (x, y) for y in range(2, 480, 4) for x in range(2, 640, 4) if max(shot.pixel(x, y)) > 40 and y > 90
    ]  # below the strip, whose blocks may be black
    width, height = max(x for x, _ in lit) - min(x for x, _ in lit), max(y for _, y in lit)
    wide, low = {"contain": (True, 419), "cover": (True, 478), "stretch": (True, 478), "none": (False, 329)}[fit]
    assert (width > 600) == wide
    assert height == pytest.approx(low, abs=8)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real footage is not beside this checkout")
def test_a_mixed_loop_of_real_footage_plays_through_with_its_clock_right(tmp_path: Path, glass: XServer) -> None:
    stage = Stage(tmp_path / "kiosk", glass.display)
    stage.footage.rmdir()
    stage.footage.symlink_to(SHARED)
    stage.loop(
        "cues:\n  - clip: vtest.avi\n    in: 0:04\n    out: 0:07\n  - clip: car-detection.mp4\n    out: 0:03\n"
        "  - clip: bikes.mp4\n    in: 0:02.5\n    out: 0:05\n    hold: 1\n  - black: 0.5\n"
    )
    with stage.start() as running:
        first = running.playing()
        starts = {0: 0.0, 1: 3.0, 2: 6.04, 3: 9.52}  # car-detection shows whole frames, 0.08 s each

        def clock(told: dict[str, object]) -> float:
            iteration, cue_, position = told["iteration"], told["cue"], told["position"]
            assert isinstance(iteration, int)
            assert isinstance(cue_, int)
            assert isinstance(position, float)
            return (iteration - 1) * float(str(told["loop"])) + starts[cue_] + position

        offsets = []
        until = time.monotonic() + 23
        while time.monotonic() < until:
            told = running.status()
            if told.get("phase") == "playing" and told["cue"] >= 0:
                offsets.append(clock(told) - float(told["written"]))
            time.sleep(0.25)
    assert first["loop"] == pytest.approx(10.02, abs=0.05)
    assert max(offsets) - min(offsets) < 1.0, (min(offsets), max(offsets))
    assert not [line for line in stage.log() if "FIXED" in line or "ACTION" in line]
