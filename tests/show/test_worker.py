"""Compiling a show on a machine that fails in the middle: full disks, killed workers."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from installation.errors import InstallationError
from tests.glass.stage import ENOUGH_S, Stage
from tests.show.dumping import prepare
from tests.show.shows import GOOD, current, names, places, snapshot


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
