"""What a visitor sees while the artist edits: the picture goes on, and the new loop begins at a wrap."""

import os
import random
import re
import signal
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tests.glass.analysis import UNSURE_S, Lengths
from tests.glass.marked import BLACK, UNREADABLE, Reading, make_clip, strip_on
from tests.glass.reader import GlassReader, Run
from tests.glass.stage import ENOUGH_S, Stage
from tests.glass.xserver import XServer

STRIP = strip_on((640, 360))
EDITS, BROKEN = 50, 20
FRAMES = 12


@pytest.fixture
def short(tmp_path: Path, glass: XServer) -> Stage:
    """A loop of three clips that comes round after 2.5 seconds."""
    stage = Stage(tmp_path / "kiosk", glass.display)
    for number, frames in ((1, 20), (2, 25), (3, 30)):
        make_clip(stage.footage / f"clip-{number}.mp4", number, frames)
    stage.loop(cues(1, 2, 3))
    return stage


SHORT = 8
"""Frames: a turn that is longer would be seen as a stop. A machine that does other work opens a timeline late."""


def cues(*clips: int) -> str:
    return "cues:\n" + "".join(f"  - clip: clip-{clip}.mp4\n" for clip in clips)


def save(path: Path, text: str) -> None:
    path.write_text(text)


def save_by_rename(path: Path, text: str) -> None:
    beside = path.with_name("loop.yaml.tmp~")
    beside.write_text(text)
    beside.rename(path)


def save_like_vim(path: Path, text: str) -> None:
    """With a swap file, a test of the folder, the old file put aside, and the new one written in two parts."""
    swap, probe, aside = path.with_name(".loop.yaml.swp"), path.with_name("4913"), path.with_name("loop.yaml~")
    swap.write_text("b0VIM 9.0")
    probe.touch()
    probe.unlink()
    path.rename(aside)
    half = len(text) // 2
    path.write_text(text[:half])
    time.sleep(0.05)
    path.write_text(text)
    aside.unlink()
    swap.unlink()


def clips_of(runs: list[Run]) -> list[int]:
    """The clips that were seen, one after the other."""
    seen = [run.seen.clip for run in runs if isinstance(run.seen, Reading)]
    return [clip for number, clip in enumerate(seen) if number == 0 or seen[number - 1] != clip]


def order_of(runs: list[Run]) -> str:
    """The clips that were seen, a figure each."""
    return "".join(map(str, clips_of(runs)))


@dataclass(frozen=True, slots=True)
class Join:
    """When a clip's first frame came, how many frames after the last picture before it, and which that was."""

    at: float
    frames: float
    left: Reading


def joins(runs: list[Run]) -> list[Join]:
    """Every join, but where the reader itself was kept waiting."""
    found = []
    for before, after in pairwise(run for run in runs if isinstance(run.seen, Reading)):
        assert isinstance(before.seen, Reading)
        assert isinstance(after.seen, Reading)
        if after.seen.frame == 0 and max(before.unsure_s, after.unsure_s) <= UNSURE_S:
            found.append(Join(after.first, (after.first - before.first) * 30, before.seen))
    return found


def words(stage: Stage, *wanted: str) -> list[str]:
    """The log's words that are among `wanted`."""
    said = [line[21:].split()[0] for line in stage.log()]
    return [word for word in said if word in wanted]


def seen_since(reader: GlassReader, clip: int, since: float) -> Run:
    run = reader.wait_for(lambda seen: isinstance(seen, Reading) and seen.clip == clip, ENOUGH_S, since)
    assert run, f"clip {clip} was not seen"
    return run


def spoil(text: str, chance: random.Random) -> str:
    """A loop with a mistake, as people make them."""
    mistakes = [
        "    fadin: 2\n",
        "  - clip: clip-99.mp4\n",
        "    in: 0:07\n",
        "    out: soon\n",
        "  - clip: [clip-1.mp4\n",
    ]
    return chance.choice(
        [*(text + mistake for mistake in mistakes), text.replace("cues:", "cues: ["), f"order: any\n{text}"]
    )


def test_fifty_edits_in_a_row_leave_the_picture_whole(tmp_path: Path, glass: XServer) -> None:
    stage, chance = Stage(tmp_path / "kiosk", glass.display), random.Random(2017)
    for clip in range(1, 6):
        make_clip(stage.footage / f"clip-{clip}.mp4", clip, FRAMES)
    shown: tuple[int, ...] = (1, 2)
    stage.loop(cues(*shown))
    broken = set(chance.sample(range(EDITS), BROKEN))
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        started = time.time() - time.monotonic()
        for number in range(EDITS):
            text = cues(*shown)
            if number in broken:
                stage.loop(spoil(text, chance))
                kept = running.wait_for_line("KEPT", sum(edit <= number for edit in broken))
                assert re.search(r"loop\.yaml:\d+:\d+: ", kept), kept
                continue
            while cues(*shown) == text:
                shown = tuple(chance.sample(range(1, 6), chance.choice([2, 3])))
            stage.loop(cues(*shown))
            running.wait_for_line("CHANGED", number + 1 - sum(edit <= number for edit in broken))
        time.sleep(1)
        runs = reader.readings[:]
    assert words(stage, "KEPT", "FIXED", "ACTION", "MISSING") == ["KEPT"] * BROKEN
    first = next(number for number, run in enumerate(runs) if isinstance(run.seen, Reading))
    assert not [run for run in runs[first:] if run.seen in (BLACK, UNREADABLE)]
    found = joins(runs[first:])
    assert sum(join.left.frame < FRAMES - 1 for join in found) <= 0.05 * len(found)  # a busy machine may drop a few
    changed = [told["time"] for told in stage.journal() if told["event"] == "changed"]
    assert len(changed) == EDITS - BROKEN
    turns = {
        min(found, key=lambda join: abs(join.at + started - datetime.fromisoformat(moment).timestamp()))
        for moment in changed
    }
    lengths, between = sorted(turn.frames for turn in turns), [join.frames for join in found if join not in turns]
    print(f"turns {Lengths.of(lengths)} | joins between {Lengths.of(between)}")
    assert statistics.median(between) == pytest.approx(1.0, abs=0.1)
    assert statistics.median(lengths) <= SHORT  # how short exactly is measured by tests/bench, on a quiet machine


def test_a_loop_with_sound_loses_no_picture_at_the_turn(tmp_path: Path, glass: XServer) -> None:
    stage = Stage(tmp_path / "kiosk", glass.display)
    for clip in (1, 2, 3):
        make_clip(stage.footage / f"clip-{clip}.mp4", clip, 2 * FRAMES, sound=True)
    stage.loop(cues(1, 2))
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        for number, shown in enumerate([(3, 1), (2, 1), (3, 2), (1, 3), (2, 3)], 1):
            stage.loop(cues(*shown))
            running.wait_for_line("CHANGED", number)
        time.sleep(1)
    found = joins(reader.readings)
    print(Lengths.of([join.frames for join in found]))
    assert sum(join.left.frame < 2 * FRAMES - 1 for join in found) <= 0.1 * len(found)
    assert sorted(join.frames for join in found)[-4] <= SHORT  # of five turns the second
    first = next(number for number, run in enumerate(reader.readings) if isinstance(run.seen, Reading))
    assert not [run for run in reader.readings[first:] if run.seen is BLACK]


@pytest.mark.parametrize("how", [save, save_by_rename, save_like_vim])
def test_a_save_is_noticed_however_the_editor_saves(
    short: Stage, glass: XServer, how: Callable[[Path, str], None]
) -> None:
    with short.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        how(short.config / "loop.yaml", cues(3, 2))
        told = running.wait_for_status(lambda told: told["turn_in"] is not None)
        assert told["turn_in"] <= 2.5
        running.wait_for_line("CHANGED")
        seen_since(reader, 2, time.monotonic())
        assert running.status()["turn_in"] is None
    # the loop as often as it came round; its last clip is the new one's first
    assert re.fullmatch("(123)+2(32)*3?", order_of(reader.readings))
    assert words(short, "CHANGED", "KEPT", "MISSING", "FIXED") == ["CHANGED"]


def test_a_loop_saved_twice_quickly_is_the_second_one(short: Stage, glass: XServer) -> None:
    with short.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        short.loop(cues(2))
        time.sleep(0.1)
        short.loop(cues(3))
        running.wait_for_line("CHANGED")
        seen_since(reader, 3, time.monotonic())
    assert words(short, "CHANGED", "KEPT") == ["CHANGED"]
    assert re.fullmatch("(123)+", order_of(reader.readings))


def test_an_edit_saved_while_the_one_before_is_being_prepared_takes_its_place(short: Stage, glass: XServer) -> None:
    with short.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        short.loop(cues(1) + "    hold: 60\n" + cues(2)[6:] + "    hold: 50\n")  # copies: it takes a while
        time.sleep(0.8)
        short.loop(cues(3))
        running.wait_for_line("CHANGED")
        at = time.monotonic()
        seen_since(reader, 3, at)
        time.sleep(2)
        assert set(clips_of([run for run in reader.readings if run.first > at])) == {3}
    assert words(short, "CHANGED", "KEPT") == ["CHANGED"]


def test_an_edit_that_is_taken_back_never_comes(stage: Stage, glass: XServer) -> None:
    long = cues(1, 2) + "  - black: 12\n"  # so long that there is time for both edits before it comes round
    stage.loop(long)
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        stage.loop(cues(3))
        running.wait_for_status(lambda told: told["turn_in"] is not None)
        stage.loop(long)
        assert "The files say what is on the wall already." in running.wait_for_line("CHANGED")
        assert running.status()["iteration"] == 1, "the machine is too slow for this test"
        running.wait_for_status(lambda told: told["iteration"] == 2 and told["cue"] == 2)
        assert running.status()["turn_in"] is None
    assert clips_of(reader.readings) == [1, 2, 1, 2]
    assert words(stage, "CHANGED") == ["CHANGED"]


def test_a_player_that_is_killed_while_an_edit_waits_comes_back_with_the_edit(stage: Stage, glass: XServer) -> None:
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        stage.loop(cues(3, 1))
        told = running.wait_for_status(lambda told: told["turn_in"] is not None)
        at = time.monotonic()
        os.kill(told["player"], signal.SIGKILL)
        running.wait_for_line("FIXED")
        running.wait_for_line("CHANGED")
        seen_since(reader, 1, at)
        time.sleep(5)
        assert 2 not in clips_of([run for run in reader.readings if run.first > at + 1])


def test_a_clip_that_is_replaced_is_on_the_wall_from_the_next_wrap(short: Stage, glass: XServer) -> None:
    with short.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        make_clip(short.state.parent / "new.mp4", 9, 60)
        (short.state.parent / "new.mp4").rename(short.footage / "clip-2.mp4")
        running.wait_for_line("CHANGED")
        seen_since(reader, 9, time.monotonic())
        time.sleep(3)
    seen = clips_of(reader.readings)
    assert 2 not in seen[seen.index(9) :]
    assert words(short, "CHANGED", "KEPT", "MISSING", "FIXED") == ["CHANGED"]


def test_a_file_copied_over_slowly_is_waited_for_and_other_edits_are_not_held_up(short: Stage, glass: XServer) -> None:
    make_clip(short.state.parent / "new.mp4", 9, 300)
    raw = (short.state.parent / "new.mp4").read_bytes()
    with short.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        with (short.footage / "clip-9.mp4").open("wb") as slow:
            for number in range(30):
                slow.write(raw[len(raw) * number // 30 : len(raw) * (number + 1) // 30])
                slow.flush()
                time.sleep(0.1)
                if number == 5:
                    short.loop(cues(3, 2))
            running.wait_for_line("CHANGED")
        short.loop(cues(9))
        with (short.footage / "clip-9.mp4").open("wb") as slow:
            for number in range(30):
                slow.write(raw[len(raw) * number // 30 : len(raw) * (number + 1) // 30])
                slow.flush()
                time.sleep(0.1)
        running.wait_for_line("CHANGED", 2)
        seen_since(reader, 9, time.monotonic())
    assert words(short, "CHANGED", "KEPT", "MISSING", "FIXED") == ["CHANGED"] * 2


def test_a_clip_that_is_removed_leaves_the_wall_at_the_wrap_and_comes_back_by_itself(
    short: Stage, glass: XServer
) -> None:
    away = short.state.parent / "away.mp4"
    with short.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        (short.footage / "clip-2.mp4").rename(away)
        assert "clip-2.mp4 is not in the footage folder" in running.wait_for_line("MISSING")
        away.rename(short.footage / "clip-2.mp4")
        running.wait_for_line("CHANGED", 2)
        seen_since(reader, 2, time.monotonic())
        assert running.status()["problems"] == []
    assert words(short, "CHANGED", "KEPT", "MISSING", "FIXED") == ["CHANGED", "MISSING", "CHANGED"]
    first = next(number for number, run in enumerate(reader.readings) if isinstance(run.seen, Reading))
    assert not [run for run in reader.readings[first:] if run.seen is BLACK]


def test_footage_that_goes_away_as_a_whole_leaves_the_picture_on_the_wall(short: Stage, glass: XServer) -> None:
    with short.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        short.footage.rename(short.footage.with_name("unplugged"))
        kept = running.wait_for_line("KEPT")
        seen_since(reader, 3, time.monotonic())
        short.footage.with_name("unplugged").rename(short.footage)
        running.wait_for_status(lambda told: told["problems"] == [])
    assert "The loop before it goes on." in kept
    assert words(short, "ACTION", "FIXED", "MISSING") == []


def test_another_screen_setting_is_taken_up_at_once(short: Stage, glass: XServer) -> None:
    short.loop(cues(1) + "  - black: 60\n")
    with short.start() as running:
        before = running.playing()
        short.kiosk("screen: {rotate: 180}\n")
        told = running.wait_for_status(
            lambda told: told["phase"] == "playing" and told["player"] not in (0, before["player"])
        )
        assert told["iteration"] == before["iteration"]
        running.wait_for_line("CHANGED")
    assert words(short, "FIXED", "ACTION") == []
