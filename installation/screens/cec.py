"""Switches a television through its HDMI cable, by CEC, where the program cec-ctl and a CEC adapter are there."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

Switch = Callable[[bool], bool]
"""Takes whether the television should be on; tells whether it acknowledged."""

COMMAND_S = 4.0
"""How long one command may take: a television asleep answers within the second that cec-ctl waits, or never."""


def switch(on: bool, run: Callable[[Sequence[str]], bool] | None = None, devices: Path = Path("/dev")) -> bool:
    """Tell the television on every CEC adapter to wake or to go to standby; tells whether any acknowledged."""
    obeyed = False
    for device in sorted(devices.glob("cec[0-9]*")):
        # --playback: what a player calls itself on that cable; 0 is the television's fixed address
        order = "--image-view-on" if on else "--standby"
        command = ["cec-ctl", "--device", str(device), "--playback", "--to", "0", order]
        obeyed = (run or _run)(command) or obeyed
    return obeyed


def _run(command: Sequence[str]) -> bool:
    program = shutil.which(command[0])
    if program is None:
        return False
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(
            [program, *command[1:]], stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_S, check=False
        )
        return done.returncode == 0 and b"Not Acknowledged" not in done.stdout
    return False
