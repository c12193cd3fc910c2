"""The real process that notices edits, and real files."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

import psutil
import pytest

from installation.edits.noticing import AGAIN_MS, Noticing

ENOUGH_S = 30.0


def hear(touched: SimpleQueue[Path], wanted: Path) -> None:
    until = time.monotonic() + ENOUGH_S
    while time.monotonic() < until:
        if touched.get(timeout=ENOUGH_S) == wanted:
            return
    raise AssertionError(f"nothing was told of {wanted}")


def drain(touched: SimpleQueue[Path]) -> None:
    while True:
        try:
            touched.get_nowait()
        except Empty:
            return


def test_a_folder_that_comes_goes_and_comes_back_is_watched_again(tmp_path: Path) -> None:
    folder, touched = tmp_path / "footage", SimpleQueue[Path]()
    Noticing(folder, touched.put, recursive=True)
    folder.mkdir()
    hear(touched, folder)
    time.sleep(0.5)
    (folder / "a.mp4").write_text("a")
    hear(touched, folder / "a.mp4")
    folder.rename(tmp_path / "away")
    hear(touched, folder)
    time.sleep(AGAIN_MS / 1000 + 0.5)
    drain(touched)
    time.sleep(AGAIN_MS / 1000)
    assert touched.empty()  # a folder that stays away is told once
    (tmp_path / "away").rename(folder)
    hear(touched, folder)
    time.sleep(0.5)
    (folder / "b.mp4").write_text("b")
    hear(touched, folder / "b.mp4")


def test_a_folder_in_which_the_kernel_hears_nothing_is_looked_at(tmp_path: Path) -> None:
    touched = SimpleQueue[Path]()
    listens = threading.Event()
    Noticing(tmp_path, touched.put, recursive=True, listens=listens.set, is_remote=lambda _: True)
    assert listens.wait(ENOUGH_S)
    (tmp_path / "a.mp4").write_text("a")
    hear(touched, tmp_path / "a.mp4")


class Ears:
    """The process, and what it says."""

    def __init__(self, config: Path, footage: Path) -> None:
        command = [sys.executable, "-P", "-m", "installation.edits", str(os.getpid()), str(config), str(footage)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.said = SimpleQueue[dict[str, object]]()
        self._listening = threading.Thread(target=self._listen)
        self._listening.start()
        listens = {str(self.said.get(timeout=ENOUGH_S)["listens"]) for _ in range(2)}
        assert listens == {str(config), str(footage)}

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self._listening.join()

    def _listen(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                self.said.put(json.loads(line))


@pytest.fixture
def ears(tmp_path: Path) -> Iterator[Ears]:
    (tmp_path / "config").mkdir()
    (tmp_path / "footage").mkdir()
    made = Ears(tmp_path / "config", tmp_path / "footage")
    yield made
    made.end()


def test_it_tells_what_was_edited_and_costs_next_to_nothing(ears: Ears, tmp_path: Path) -> None:
    loop, clip = tmp_path / "config" / "loop.yaml", tmp_path / "footage" / "a.mp4"
    for name in (".loop.yaml.swp", "4913", "loop.yaml~"):
        (loop.parent / name).write_text("an editor's own")
    loop.write_text("cues: []\n")
    assert ears.said.get(timeout=ENOUGH_S) == {"edited": [str(loop)], "saved": True}
    clip.write_text("a")
    assert ears.said.get(timeout=ENOUGH_S) == {"edited": [str(clip)], "saved": False}
    assert ears.said.empty()
    known = psutil.Process(ears.process.pid)
    before, begun = sum(known.cpu_times()[:2]), time.monotonic()
    time.sleep(2)
    assert sum(known.cpu_times()[:2]) - before < 0.02 * (time.monotonic() - begun)
    assert known.memory_info().rss < 40 * 2**20


def test_a_clip_that_the_saved_loop_names_is_waited_for(ears: Ears, tmp_path: Path) -> None:
    loop, clip = tmp_path / "config" / "loop.yaml", tmp_path / "footage" / "a.mp4"
    with clip.open("w") as slow:
        for number in range(20):
            slow.write("a")
            slow.flush()
            time.sleep(0.1)
            if number == 5:
                loop.write_text("cues:\n  - clip: a.mp4\n")
        assert ears.said.empty()
    assert ears.said.get(timeout=ENOUGH_S) == {"edited": [str(loop), str(clip)], "saved": True}
