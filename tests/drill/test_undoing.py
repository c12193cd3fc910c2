import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.config.loop import read_loop_leniently
from installation.drill.undoing import MISTAKE, make_mistake, undo_mistake

LOOP = "title: 平安城市計劃\ncues:\n  - black: 3\n  - title: >-\n      a long\n      title\n    for: 2\n"


def saved(folder: Path, content: bytes) -> Path:
    path = folder / "loop.yaml"
    path.write_bytes(content)
    return path


@given(content=st.binary(max_size=200))
def test_whatever_a_file_holds_is_there_again_to_the_byte(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = saved(tmp_path_factory.mktemp("config"), content)
    make_mistake(path, len(content))
    assert path.read_bytes().startswith(content)
    assert path.read_bytes().endswith(MISTAKE)
    assert undo_mistake(path, len(content))
    assert path.read_bytes() == content


@pytest.mark.parametrize("text", [LOOP, LOOP.rstrip(), LOOP + "# end", "cues: [{black: 3}]\n"])
def test_the_line_is_a_mistake_at_the_end_of_every_loop(tmp_path: Path, text: str) -> None:
    path = saved(tmp_path, text.encode())
    assert read_loop_leniently(text.encode(), "loop.yaml")[1] == []
    make_mistake(path, len(text.encode()))
    problems = read_loop_leniently(path.read_bytes(), "loop.yaml")[1]
    assert ["drill" in str(problem) for problem in problems] == [True]


def test_it_stays_the_same_file_with_the_same_owner_and_rights(tmp_path: Path) -> None:
    path = saved(tmp_path, LOOP.encode())
    path.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    before = path.stat()
    make_mistake(link, before.st_size)
    undo_mistake(link, before.st_size)
    after = path.stat()
    assert (before.st_ino, before.st_mode, before.st_size) == (after.st_ino, after.st_mode, after.st_size)
    assert sorted(tmp_path.iterdir()) == [link, path]


@pytest.mark.parametrize("saving", [b"cues:\n  - black: 4\n", LOOP.encode() + b"  - black: 9\n", b""])
def test_what_somebody_has_saved_meanwhile_is_left_alone(tmp_path: Path, saving: bytes) -> None:
    path = saved(tmp_path, LOOP.encode())
    make_mistake(path, len(LOOP.encode()))
    path.write_bytes(saving)
    assert not undo_mistake(path, len(LOOP.encode()))
    assert path.read_bytes() == saving


def test_a_line_written_below_the_mistake_is_not_lost(tmp_path: Path) -> None:
    path = saved(tmp_path, LOOP.encode())
    make_mistake(path, len(LOOP.encode()))
    with path.open("ab") as file:
        file.write(b"# mine\n")
    assert not undo_mistake(path, len(LOOP.encode()))
    assert path.read_bytes().endswith(b"# mine\n")


def test_a_file_that_grows_at_this_moment_is_not_touched(tmp_path: Path) -> None:
    path = saved(tmp_path, LOOP.encode())
    with pytest.raises(OSError, match="saves it at this moment"):
        make_mistake(path, 3)
    assert path.read_bytes() == LOOP.encode()


def test_a_mistake_is_undone_also_when_the_drill_is_killed(tmp_path: Path) -> None:
    path = saved(tmp_path, LOOP.encode())
    size = path.stat().st_size
    drill = (
        "import os, signal, subprocess, sys, time\n"
        "from pathlib import Path\n"
        "from installation.drill import faults, undoing\n"
        "path, size = Path(sys.argv[1]), int(sys.argv[2])\n"
        "undoes = faults.undo_later('mistake', str(path), str(size))\n"
        "undoing.make_mistake(path, size)\n"
        "print(path.stat().st_size, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", drill, str(path), str(size)], stdout=subprocess.PIPE, text=True, timeout=60
    )
    # the output ends when both processes have ended that write to it
    assert int(done.stdout) > size
    assert path.read_bytes() == LOOP.encode()
