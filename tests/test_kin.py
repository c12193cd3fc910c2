import subprocess
import sys

import psutil

CHILD = "import os, sys, time; from installation import kin; kin.die_with({parent}); print(os.getpid(), flush=True); "
SLEEP = CHILD.format(parent="int(sys.argv[1])") + "time.sleep(600)"
PARENT = (
    "import os, subprocess, sys; "
    "subprocess.run([sys.executable, '-c', sys.argv[1], str(os.getpid())], stdin=subprocess.DEVNULL)"
)


def test_a_child_does_not_outlive_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, SLEEP], stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        assert psutil.wait_procs([child], timeout=30)[1] == []


def test_a_child_whose_parent_is_gone_already_ends_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", SLEEP, "1"], capture_output=True, timeout=30)
    assert (done.returncode, done.stdout) == (1, b"")
