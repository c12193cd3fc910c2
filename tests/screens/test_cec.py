import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from installation.screens.cec import switch

SWITCHED = """
import sys
from pathlib import Path
from installation.screens.cec import switch
print(switch(sys.argv[2] == "on", devices=Path(sys.argv[1])))
"""


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    folder = tmp_path / "dev"
    folder.mkdir()
    (folder / "cec0").touch()
    return folder


def run_with(program: str, devices: Path, state: str) -> str:
    """What `switch` answers in a process that finds this cec-ctl first."""
    path = devices.parent / "bin"
    path.mkdir(exist_ok=True)
    if program:
        (path / "cec-ctl").write_text(f"#!/bin/sh\n{program}\n")
        (path / "cec-ctl").chmod(0o755)
    environ = {**os.environ, "PATH": f"{path}:/bin"}
    asked = [sys.executable, "-c", SWITCHED, str(devices), state]
    return subprocess.run(asked, env=environ, check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize(("state", "order"), [("on", "--image-view-on"), ("off", "--standby")])
def test_a_television_is_told_by_its_own_cable(devices: Path, state: str, order: str) -> None:
    told = devices.parent / "told"
    assert run_with(f'echo "$@" >> {told}', devices, state) == "True"
    assert told.read_text() == f"--device {devices}/cec0 --playback --to 0 {order}\n"


@pytest.mark.parametrize("program", ["exit 1", "echo '  Tx, Not Acknowledged (4), Max Retries'", ""])
def test_a_television_that_does_not_answer_did_not_obey(devices: Path, program: str) -> None:
    if not program and Path("/bin/cec-ctl").exists():
        pytest.skip("cec-ctl is installed")
    assert run_with(program, devices, "off") == "False"


def test_every_adapter_is_tried_and_one_that_obeys_is_enough(devices: Path) -> None:
    (devices / "cec1").touch()
    asked = []

    def run(command: Sequence[str]) -> bool:
        asked.append(command[2])
        return command[2].endswith("0")

    assert switch(True, run, devices)
    assert asked == [f"{devices}/cec0", f"{devices}/cec1"]


def test_without_an_adapter_nothing_is_run(tmp_path: Path) -> None:
    assert not switch(False, lambda _: pytest.fail("nothing to run it for"), tmp_path)
