"""Compiling a show: what comes of mistakes, of lost footage and of a machine that fails in the middle."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path

import av
import pytest

from installation.errors import InstallationError
from installation.places import Places
from installation.show import model
from installation.show.model import Show
from tests.glass.marked import Reading, make_clip
from tests.glass.stage import ENOUGH_S, Stage
from tests.show.dumping import dump, prepare

GOOD = (
    "cues:\n"
    "  - clip: 11-plain.mp4\n    out: 1\n    hold: 0.2\n"
    "  - clip: 15-b.mp4\n    in: 0.5\n    out: 0.9\n"
    "  - black: 0.4\n"
)


def places(stage: Stage) -> Places:
    return Places.under(stage.state)


def current(stage: Stage) -> Show:
    return model.read(places(stage).current)


def names(show: Show) -> list[str]:
    return [cue.name for cue in show.cues]


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file and link below a folder: its content and when it was written."""
    return {
        str(path.relative_to(folder)): (
            bytes(path.readlink()) if path.is_symlink() else path.read_bytes(),
            path.lstat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


@pytest.fixture
def good(stage: Stage) -> Stage:
    """A stage with a good show."""
    stage.loop(GOOD)
    assert prepare(stage).outcome == "ready"
    return stage


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


MISTAKES = {
    "a typo in a key": "cues:\n  - clip: 11-plain.mp4\n    fadein: 2\n",
    "no YAML": "cues: [\n",
    "an empty file": "",
    "a clip that is not there": GOOD + "  - clip: 99.mp4\n",
    "an out point after the end": "cues:\n  - clip: 11-plain.mp4\n    out: 0:30\n",
    "nothing but mistakes": "cues:\n  - clip: 99.mp4\n",
}


@pytest.mark.parametrize("text", MISTAKES.values(), ids=MISTAKES.keys())
def test_no_mistake_touches_the_last_good_show(good: Stage, text: str) -> None:
    before = snapshot(places(good).shows) | snapshot(places(good).copies)
    good.loop(text)
    prepared = prepare(good)
    assert prepared.outcome == "kept"
    assert len(prepared.problems) == 1
    assert "loop.yaml" in prepared.problems[0]
    assert snapshot(places(good).shows) | snapshot(places(good).copies) == before


def test_no_mistake_in_kiosk_yaml_touches_the_last_good_show(good: Stage) -> None:
    before = snapshot(places(good).shows)
    good.kiosk("screen: {rotate: 45}\n")
    prepared = prepare(good)
    assert prepared.outcome == "kept"
    assert "kiosk.yaml:1:18: 'rotate' must be 0, 90, 180 or 270" in prepared.problems[0]
    assert snapshot(places(good).shows) == before


def test_files_that_are_gone_keep_the_last_good_show(good: Stage) -> None:
    before = snapshot(places(good).shows)
    (good.config / "loop.yaml").unlink()
    prepared = prepare(good)
    assert prepared.outcome == "kept"
    assert "loop.yaml is not there" in prepared.problems[0]
    assert snapshot(places(good).shows) == before


def test_without_a_last_show_what_can_play_plays(stage: Stage) -> None:
    stage.loop(GOOD + "  - clip: 99.mp4\n  - clip: 17-plain.mkv\n    otu: 3\n")
    prepared = prepare(stage)
    assert prepared.outcome == "partial"
    assert names(current(stage)) == ["11-plain.mp4", "15-b.mp4", "black"]
    assert list(current(stage).left_out) == prepared.problems
    assert [problem.partition("loop.yaml:")[2] for problem in prepared.problems] == [
        "9:11: 99.mp4 is not in the footage folder.",
        "11:5: unknown key 'otu'. Did you mean 'out'?",
    ]


def test_footage_that_went_missing_leaves_its_cue_out_and_comes_back(good: Stage) -> None:
    clip = good.footage / "15-b.mp4"
    raw = clip.read_bytes()
    clip.unlink()
    prepared = prepare(good)
    assert prepared.outcome == "partial"
    assert "15-b.mp4 is not in the footage folder" in prepared.problems[0]
    assert names(current(good)) == ["11-plain.mp4", "black"]
    assert not current(good).is_good
    assert dump(places(good).current, 3) == [Reading(11, 0), Reading(11, 1), Reading(11, 2)]
    clip.write_bytes(raw)
    assert not current(good).is_fresh
    assert prepare(good).outcome == "ready"
    assert names(current(good)) == ["11-plain.mp4", "15-b.mp4", "black"]


def test_footage_that_was_damaged_leaves_its_cue_out(good: Stage) -> None:
    clip = good.footage / "15-b.mp4"
    raw = clip.read_bytes()
    clip.unlink()
    clip.write_bytes(raw[: len(raw) // 2])
    prepared = prepare(good)
    assert prepared.outcome == "partial"
    assert "15-b.mp4 is cut short" in prepared.problems[0]
    assert names(current(good)) == ["11-plain.mp4", "black"]


def damage(clip: Path, frames: range) -> None:
    """Overwrite some frames of a clip, which is a link to one that others use."""
    raw = bytearray(clip.read_bytes())
    with av.open(str(clip)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    for packet in (packets[number] for number in frames):
        assert packet.pos
        raw[packet.pos : packet.pos + packet.size] = bytes(packet.size)
    clip.unlink()
    clip.write_bytes(raw)


CROSSING = "crossfade: 1\ncues:\n  - clip: 11-plain.mp4\n  - clip: 17-plain.mkv\n  - clip: 16-b-sound.mp4\n"


@pytest.mark.parametrize("frames", [range(18, 24), range(139, 145)], ids=["as it comes", "as it goes"])
def test_a_clip_that_cannot_be_decoded_in_its_crossfade_leaves_no_other_cue_out(stage: Stage, frames: range) -> None:
    stage.loop(CROSSING)
    damage(stage.footage / "11-plain.mp4", frames)
    prepared = prepare(stage)
    assert prepared.outcome == "partial"
    (problem,) = prepared.problems
    assert "loop.yaml:3:11: 11-plain.mp4 cannot be decoded at" in problem
    assert names(current(stage)) == ["17-plain.mkv", "16-b-sound.mp4"]
    assert len(list(places(stage).copies.glob("*.mp4"))) == 2  # and the two cues that are left blend


def test_a_fade_that_cannot_be_decoded_leaves_its_cue_out(stage: Stage) -> None:
    stage.loop("fade_in: 1\ncues:\n  - clip: 11-plain.mp4\n  - clip: 15-b.mp4\n")
    damage(stage.footage / "11-plain.mp4", range(5, 10))
    assert "11-plain.mp4 cannot be decoded at" in prepare(stage).problems[0]
    assert names(current(stage)) == ["15-b.mp4"]


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


def test_a_partial_show_is_kept_rather_than_replaced_by_nothing(good: Stage) -> None:
    (good.footage / "15-b.mp4").unlink()
    assert prepare(good).outcome == "partial"
    before = snapshot(places(good).shows)
    good.loop("cues: [\n")
    assert prepare(good).outcome == "kept"
    assert snapshot(places(good).shows) == before


def test_broken_yaml_beside_lost_footage_plays_the_rest_of_the_last_loop(good: Stage) -> None:
    good.loop("cues: [\n")
    (good.footage / "15-b.mp4").unlink()
    prepared = prepare(good)
    assert prepared.outcome == "partial"
    assert names(current(good)) == ["11-plain.mp4", "black"]
    assert any("is not closed" in problem for problem in prepared.problems)
    assert any("15-b.mp4 is not in the footage folder" in problem for problem in prepared.problems)
    assert (places(good).current / "loop.yaml").read_text() == GOOD


def test_a_loop_that_lost_all_its_footage_is_nothing_but_not_unusable(good: Stage) -> None:
    before = snapshot(places(good).shows)
    for clip in good.footage.iterdir():
        clip.unlink()
    prepared = prepare(good)
    assert (prepared.outcome, prepared.unusable) == ("nothing", False)
    assert len(prepared.problems) == 2
    assert snapshot(places(good).shows) == before


def test_a_footage_folder_that_is_gone_is_told_once_and_not_for_every_cue(good: Stage) -> None:
    good.footage.rename(good.footage.with_name("elsewhere"))
    good.loop(f"{GOOD}  - blak: 3\n")
    prepared = prepare(good)
    assert prepared.outcome == "nothing"
    folder, mistake = prepared.problems
    assert folder.endswith(f"The footage folder {good.footage} is not there. Is its disk plugged in?")
    assert "'blak'" in mistake
    good.kiosk("sound: off\nfootage: ../elsewher\n")
    folder, _ = prepare(good).problems
    assert "kiosk.yaml:2:10: The footage folder " in folder


def test_without_footage_in_the_loop_no_footage_folder_is_missed(stage: Stage) -> None:
    stage.footage.rename(stage.footage.with_name("elsewhere"))
    stage.loop("cues: [{black: 1}]\n")
    assert prepare(stage).problems == []


@pytest.mark.parametrize("text", ["cues: [\n", "", "cues: 5\n"])
def test_yaml_that_says_nothing_without_a_last_show_is_unusable(stage: Stage, text: str) -> None:
    stage.loop(text)
    prepared = prepare(stage)
    assert (prepared.outcome, prepared.unusable) == ("nothing", True)
    assert not places(stage).current.exists()


def test_a_config_folder_without_a_loop_is_unusable(stage: Stage) -> None:
    prepared = prepare(stage)
    assert (prepared.outcome, prepared.unusable) == ("nothing", True)
    assert "write one that lists the cues of the loop" in prepared.problems[0]


def test_a_damaged_last_show_is_made_anew(good: Stage) -> None:
    (places(good).current / "show.json").write_text("{")
    assert prepare(good).outcome == "ready"
    assert names(current(good)) == ["11-plain.mp4", "15-b.mp4", "black"]


def test_a_show_of_another_version_is_made_anew(good: Stage) -> None:
    told = json.loads((places(good).current / "show.json").read_text())
    (places(good).current / "show.json").write_text(json.dumps({**told, "format": 0}))
    assert prepare(good).outcome == "ready"
    assert current(good).is_good


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


@contextmanager
def small_disk(at: Path, kilobytes: int) -> Iterator[None]:
    """A disk of that size at a folder; the test is skipped where this machine does not let us have one."""
    at.mkdir(parents=True)
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(at)], capture_output=True)
    if mount.returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(at)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
@pytest.mark.parametrize("kilobytes", [280, 400], ids=["at a copy", "at the silence"])
def test_a_full_disk_is_told_in_a_sentence_and_the_last_show_stays(stage: Stage, kilobytes: int) -> None:
    with small_disk(stage.state, kilobytes):
        stage.loop("cues:\n  - clip: 11-plain.mp4\n    out: 1\n")
        assert prepare(stage).outcome == "ready"
        before = snapshot(places(stage).shows)
        stage.loop("cues:\n  - clip: 20-far.mp4\n    in: 0:14.3\n    hold: 10\n  - clip: 21-air.ts\n")
        with pytest.raises(InstallationError) as caught:
            prepare(stage)
        assert "No space left on device" in str(caught.value)
        assert "Make room there." in str(caught.value)
        assert snapshot(places(stage).shows) == before
        assert not [path for path in places(stage).copies.iterdir() if path.name.startswith(".")]
        stage.loop("cues:\n  - clip: 11-plain.mp4\n    out: 1\n")
        assert prepare(stage).outcome == "ready"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_disk_without_a_byte_left_is_told_in_a_sentence_and_the_last_show_stays(stage: Stage) -> None:
    with small_disk(stage.state, 400):
        stage.loop("cues:\n  - clip: 11-plain.mp4\n    out: 1\n")
        assert prepare(stage).outcome == "ready"
        before = snapshot(places(stage).shows)
        with suppress(OSError), (stage.state / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(bytes(1024))
        stage.loop("cues:\n  - clip: 15-b.mp4\n")
        said = answer(worker(stage))
        assert said["outcome"] == "failed"
        assert said["problems"] == [f"{stage.state} cannot be written: No space left on device. Make room there."]
        assert snapshot(places(stage).shows) == before
        (stage.state / "filler").unlink()
        assert prepare(stage).outcome == "ready"


def test_a_state_folder_that_cannot_be_made_is_told_in_a_sentence(stage: Stage) -> None:
    stage.loop(GOOD)
    stage.state.write_text("a file stands in its place")
    said = answer(worker(stage))
    assert said["outcome"] == "failed"
    assert "cannot be written" in str(said["problems"])
    assert "Make room" not in str(said["problems"])


def test_what_a_killed_worker_left_among_the_shows_is_removed(good: Stage) -> None:
    shows = places(good).shows
    (shows / ".1f.part").mkdir()
    (shows / ".1f.part" / "loop.edl").touch()
    (shows / ".2f.link").symlink_to("elsewhere")
    assert prepare(good).outcome == "ready"
    assert sorted(shows.iterdir()) == sorted([places(good).current, places(good).current.resolve()])


def worker(stage: Stage) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "installation.show.worker", str(os.getpid())]
    command += [str(stage.config), str(stage.state), str(places(stage).log), ""]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def answer(process: subprocess.Popen[str]) -> dict[str, object]:
    told, _ = process.communicate(timeout=ENOUGH_S)
    last: dict[str, object] = json.loads(told.splitlines()[-1])
    return last


def test_the_worker_answers_with_its_outcome(stage: Stage) -> None:
    stage.loop(GOOD)
    said = answer(worker(stage))
    assert (said["outcome"], said["problems"], said["unusable"]) == ("ready", [], False)
    stage.loop("cues: [\n")
    said = answer(worker(stage))
    assert said["outcome"] == "kept"


def test_a_worker_killed_among_its_copies_leaves_the_last_show_and_no_half_copy(good: Stage) -> None:
    before, done = snapshot(places(good).shows), snapshot(places(good).copies)
    good.loop(GOOD + "  - clip: 20-far.mp4\n    in: 0:01\n    hold: 9.9\n  - clip: 21-air.ts\n")
    process = worker(good)
    try:
        until = time.monotonic() + ENOUGH_S
        while not list(places(good).copies.glob(".*")):
            assert time.monotonic() < until
            assert process.poll() is None
            time.sleep(0.001)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert snapshot(places(good).shows) == before
    counted = {name: kept for name, kept in snapshot(places(good).copies).items() if not name.startswith(".")}
    assert counted == done
    assert prepare(good).outcome == "ready"
    assert names(current(good))[-2:] == ["20-far.mp4", "21-air.ts"]
    assert not list(places(good).copies.glob(".*"))
    for link in places(good).current.iterdir():
        assert link.resolve().exists()


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


def test_too_few_flashes_keep_the_last_good_show(good: Stage) -> None:
    stage = good
    stage.loop("cues:\n  - clip: 13-slow.mp4\n    out: flash 6 + 1s\n")
    prepared = prepare(stage)
    assert prepared.outcome == "kept"
    assert [problem.rpartition("loop.yaml:")[2] for problem in prepared.problems] == [
        "3:10: 13-slow.mp4 has no flashes; there is no flash 6."
    ]


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
