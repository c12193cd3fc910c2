"""Compiling a show, and what of it is made again."""

import json
import os
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest

from installation.show import model
from tests.glass.marked import Reading, make_clip
from tests.glass.stage import Stage
from tests.show.dumping import dump, prepare
from tests.show.shows import CROSSING, GOOD, current, names, places, snapshot


def test_a_loop_without_a_mistake_is_ready(good: Stage) -> None:
    show = current(good)
    assert names(show) == ["11-plain.mp4", "15-b.mp4", "black"]
    places_in_files = [(cue.in_s, cue.once_s, cue.times) for cue in show.cues]
    assert places_in_files == [(0, 1, 1), (Fraction(1, 2), Fraction(2, 5), 1), (0, 0, 1)]
    assert show.is_good
    assert show.is_fresh
    assert show.audio is None
    assert (places(good).current / "loop.yaml").read_text() == GOOD
    edl = (places(good).current / "loop.edl").read_text().splitlines()
    assert len(edl) == 2 + 4 * show.iterations


def test_what_is_saved_while_a_show_is_made_is_no_part_of_it(stage: Stage) -> None:
    stage.loop(GOOD)
    assert prepare(stage, progress=lambda _what, _done: stage.loop(f"{GOOD}  - black: 1\n")).outcome == "ready"
    assert len(current(stage).cues) == 3
    assert not current(stage).is_fresh
    prepare(stage)
    assert len(current(stage).cues) == 4
    assert current(stage).is_fresh


def test_the_hour_of_the_last_edit_is_told(stage: Stage) -> None:
    stage.loop(GOOD)
    os.utime(stage.config / "loop.yaml", (1e9, 1e9))
    stage.kiosk("log: {keep: 5 days}\n")
    os.utime(stage.config / "kiosk.yaml", (1e9 + 7200, 1e9 + 7200))
    assert prepare(stage).edited == time.strftime("%H:%M", time.localtime(1e9 + 7200))
    stage.kiosk("hours: {timezone: Asia/Hong_Kong}\n")
    os.utime(stage.config / "kiosk.yaml", (1e9 + 7200, 1e9 + 7200))
    assert prepare(stage).edited == "11:46"


def test_the_second_run_makes_nothing_new_and_is_the_same_show(good: Stage) -> None:
    before, folder = snapshot(places(good).copies), places(good).current.resolve()
    assert prepare(good).outcome == "ready"
    assert snapshot(places(good).copies) == before
    assert places(good).current.resolve() == folder
    assert set(places(good).shows.iterdir()) == {folder, places(good).current}


def test_the_same_files_are_the_same_show_in_every_process(good: Stage) -> None:
    folder = places(good).current.resolve()
    command = [sys.executable, "-P", "-m", "installation.show.worker", str(os.getpid()), str(good.config)]
    for seed in ("1", "2"):
        environ = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([*command, str(good.state), str(good.state / "log"), ""], env=environ, check=True)
        assert places(good).current.resolve() == folder


def test_a_clip_that_was_replaced_makes_another_show(good: Stage) -> None:
    folder, before = places(good).current.resolve(), current(good)
    clip = good.footage / "15-b.mp4"
    os.utime(clip, (1e9, 1e9))
    assert prepare(good).outcome == "ready"
    assert places(good).current.resolve() != folder
    assert current(good).id != before.id


def test_a_show_that_still_plays_keeps_its_folder_and_its_copies(good: Stage) -> None:
    playing = places(good).current.resolve()
    used = {link.readlink() for link in playing.iterdir() if link.is_symlink()}
    good.loop("cues:\n  - clip: 15-b.mp4\n    hold: 1\n")
    assert prepare(good, playing, playing.with_name("gone")).outcome == "ready"
    assert model.read(playing).is_playable
    assert all(path.exists() for path in used)
    assert places(good).current.resolve() != playing
    assert prepare(good).outcome == "ready"
    assert not playing.exists()
    assert len(list(places(good).copies.iterdir())) == 1


def test_the_archive_that_kiosk_yaml_names_is_told_also_with_a_mistake_in_the_loop(good: Stage) -> None:
    good.loop("cues: [\n")
    assert prepare(good).footage == str(good.footage.resolve())
    good.kiosk("footage: elsewhere\n")
    assert prepare(good).footage == str(good.config / "elsewhere")
    good.kiosk("footage: [\n")
    assert prepare(good).footage == ""


def test_what_kiosk_yaml_says_goes_with_the_show(stage: Stage) -> None:
    stage.loop("cues:\n  - clip: 16-b-sound.mp4\n")
    stage.kiosk("screen: {rotate: 90, fit: cover}\nsound: {volume: 30}\nwatchdog: {patience: 5, memory: 1GiB}\n")
    prepare(stage)
    settings = current(stage).settings
    assert (settings.rotate, settings.fit, settings.volume) == (90, "cover", 30)
    assert (settings.patience_s, settings.memory_bytes) == (5.0, 1024**3)
    assert current(stage).audio == 2
    stage.kiosk("sound: off\n")
    prepare(stage)
    assert current(stage).audio is None
    assert not current(stage).settings.sound


def test_fades_and_crossfades_are_copied_once_and_their_sound_with_them(stage: Stage) -> None:
    stage.loop(CROSSING)
    assert prepare(stage).outcome == "ready"
    before = snapshot(places(stage).copies)
    kinds = sorted(Path(name).suffix for name in before)
    # three blends; the sound of the whole cue, of its coming and of its going; silence beside the others
    assert kinds == [".flac"] * 4 + [".mp4"] * 3
    assert prepare(stage).outcome == "ready"
    assert snapshot(places(stage).copies) == before
    assert current(stage).loop_s == pytest.approx(12, abs=0.01)


def test_copies_are_used_again_and_those_without_a_use_go(good: Stage) -> None:
    hold, black = sorted(places(good).copies.iterdir(), key=lambda path: path.stat().st_size)[::-1]
    before = hold.stat().st_mtime_ns, black.stat().st_mtime_ns
    good.loop(GOOD.replace("hold: 0.2", "hold: 0.3"))
    assert prepare(good).outcome == "ready"
    assert not hold.exists()
    assert len(list(places(good).copies.iterdir())) == 2
    assert black.stat().st_mtime_ns == before[1]
    good.loop("cues:\n  - clip: 11-plain.mp4\n")
    assert prepare(good).outcome == "ready"
    assert list(places(good).copies.iterdir()) == []
    assert len(list(places(good).shows.iterdir())) == 2  # the show, and the link to it


def test_a_copy_that_was_deleted_is_made_again(good: Stage) -> None:
    for copy in places(good).copies.iterdir():
        copy.unlink()
    assert not current(good).is_playable
    assert prepare(good).outcome == "ready"
    assert current(good).is_playable


def test_a_moved_master_needs_no_new_copy(good: Stage) -> None:
    before = snapshot(places(good).copies)
    (good.footage / "11-plain.mp4").rename(good.footage / "moved.mp4")
    good.loop(GOOD.replace("11-plain", "moved"))
    assert prepare(good).outcome == "ready"
    assert snapshot(places(good).copies) == before


@pytest.mark.parametrize(
    "name", ["a b.mp4", "a,b.mp4", "a;b.mp4", "50%.mp4", "%3%abc.mp4", "'a'.mp4", 'a"b.mp4', "平安城市.mp4", "-a.mp4"]
)
def test_a_file_may_have_any_name(stage: Stage, name: str) -> None:
    (stage.footage / "11-plain.mp4").rename(stage.footage / name)
    stage.loop(f"cues:\n  - clip: {json.dumps(name, ensure_ascii=False)}\n    out: 0.1\n    hold: 0.1\n")
    assert prepare(stage).outcome == "ready"
    assert dump(places(stage).current, 6) == [Reading(11, number) for number in (0, 1, 2, 2, 2, 2)]


def test_a_loop_that_speaks_of_flashes_shows_them_to_the_frame_and_looks_for_them_once(stage: Stage) -> None:
    make_clip(stage.footage / "22-lit.mp4", 22, 120, size=(320, 180), sound=True, flashes=(31, 60, 61, 100))
    stage.loop(
        "cues:\n  - clip: 22-lit.mp4\n    in: flash 1 - 0.1s\n    out: flash 2 + 0.2s\n    hold: on flash 1 for 0.1\n"
        "  - clip: 22-lit.mp4\n    in: last flash\n    out: last flash + 0.2s\n    hold: on last flash\n"
        "    fade_out: 0.1\n"
    )
    told: list[str] = []
    assert prepare(stage, progress=lambda what, _: told.append(what)).outcome == "ready"
    assert "looking for flashes in 22-lit.mp4" in told
    shown = [*range(28, 32), 31, 31, 31, *range(32, 66), *[100] * 6]
    held, bright = current(stage).cues
    assert (held.in_s, held.once_s, held.held_at_s, held.held_s) == tuple(
        map(Fraction, ("28/30", "38/30", "4/30", "1/10"))
    )
    assert (bright.in_s, bright.once_s, bright.held_at_s, bright.held_s) == tuple(
        map(Fraction, ("100/30", "1/30", "1/30", "1/6"))
    )
    assert dump(places(stage).current, len(shown) + 1) == [Reading(22, frame) for frame in (*shown, 28)]
    told.clear()
    assert prepare(stage, progress=lambda what, _: told.append(what)).outcome == "ready"
    assert not any("flashes" in what for what in told)


def test_a_loop_that_never_speaks_of_flashes_looks_for_none(good: Stage) -> None:
    """Nothing that finds them is even imported."""
    code = (
        "import sys; from pathlib import Path; from installation.places import Places\n"
        "from installation.show.prepare import Preparation\n"
        "made = Preparation(Path(sys.argv[1]), Places.under(Path(sys.argv[2])), lambda *_: None).run()\n"
        "assert made.outcome == 'ready'\n"
        "assert not {'cv2', 'numpy', 'av'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(good.config), str(good.state)], check=True)


def test_a_line_break_in_a_name_is_refused_and_harms_nothing(stage: Stage) -> None:
    (stage.footage / "11-plain.mp4").rename(stage.footage / "a\nb.mp4")
    stage.loop('cues:\n  - clip: "a\\nb.mp4"\n')
    prepared = prepare(stage)
    assert prepared.outcome == "nothing"
    assert prepared.problems[0].count("\n") == 0
