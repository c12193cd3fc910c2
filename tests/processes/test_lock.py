import os
import subprocess
import sys
from pathlib import Path

import pytest

from installation.places import Places
from installation.processes import lock

HOLD = """
import sys
from pathlib import Path
from installation.places import Places
from installation.processes import lock
print(lock.take(Places.under(Path(sys.argv[1]))) is not None, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places.under(tmp_path)
    made.make()
    return made


def hold(places: Places) -> subprocess.Popen[str]:
    """Start a process that takes the lock and keeps it until its standard input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(places.state)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "True\n"
    return process


def test_the_first_takes_it_and_every_other_learns_who(places: Places) -> None:
    with hold(places) as process:
        assert lock.take(places) is None
        assert lock.holder(places) == process.pid


def test_it_is_free_again_once_its_holder_has_ended(places: Places) -> None:
    with hold(places) as process:
        process.communicate()
    assert lock.holder(places) is None
    descriptor = lock.take(places)
    assert descriptor is not None
    os.close(descriptor)


def test_it_is_free_again_once_its_holder_was_killed(places: Places) -> None:
    with hold(places) as process:
        process.kill()
    assert places.lock.read_text() == f"{process.pid}\n"
    assert lock.holder(places) is None
    with hold(places) as second:
        assert lock.holder(places) == second.pid


def test_a_file_without_its_lock_is_no_lock(places: Places) -> None:
    places.lock.write_text(f"{os.getpid()}\nand more than a number\n")
    assert lock.holder(places) is None
    with hold(places) as process:
        assert lock.holder(places) == process.pid


def test_without_a_file_nobody_holds_it(tmp_path: Path) -> None:
    assert lock.holder(Places.under(tmp_path)) is None


def test_looking_at_it_does_not_keep_a_watchdog_from_starting(places: Places) -> None:
    places.lock.touch()
    looks = subprocess.Popen(
        [
            sys.executable,
            "-c",
            HOLD.replace("print(", "while True: lock.holder(Places.under(Path(sys.argv[1])))\nprint("),
            str(places.state),
        ]
    )
    try:
        for _ in range(200):
            descriptor = lock.take(places)
            assert descriptor is not None
            os.close(descriptor)
    finally:
        looks.kill()
        looks.wait()


def test_children_do_not_inherit_it(places: Places) -> None:
    descriptor = lock.take(places)
    assert descriptor is not None
    with subprocess.Popen(["sleep", "60"], close_fds=False) as child:
        os.close(descriptor)
        free = lock.holder(places) is None
        child.kill()
    assert free
