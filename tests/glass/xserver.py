"""A fresh X screen without a monitor, which tests may freeze, kill and bring back."""

import os
import random
import select
import signal
import subprocess
import time
from types import TracebackType
from typing import Self

START_S = 10.0
NUMBERS = range(100, 1000)


class XServer:
    """An Xvfb of its own on a free display number; it ends with the `with` block, whatever happened inside.

    The screen is black, has no pointer and no window manager, and listens on its local socket only. Its number is a
    high one: on :0 programs without a DISPLAY would find it, and a low one would be taken while it is dead.
    """

    def __init__(self, size: tuple[int, int] = (640, 360)) -> None:
        self.size = size
        self.display = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the server. Raises RuntimeError where Xvfb is missing or does not start."""
        for number in random.sample(NUMBERS, 10):
            if self._start(f":{number}"):
                return self
        raise RuntimeError("Xvfb did not start; install the package xvfb")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        """The server's process id. Raises RuntimeError where it does not run."""
        if self._process is None:
            raise RuntimeError("the X server does not run")
        return self._process.pid

    def stop(self) -> None:
        """End the server as a session's end does: SIGTERM."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server as a crash does: SIGKILL. Does nothing where it does not run."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop the server in its tracks: clients wait for their answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        os.kill(self.pid, signal.SIGCONT)

    def start_again(self) -> None:
        """Start a server on the same display number after `stop` or `kill`."""
        if self._process is not None:
            raise RuntimeError("the X server still runs")
        if not self._start(self.display):
            raise RuntimeError(f"Xvfb did not start again on {self.display}")

    def _start(self, display: str) -> bool:
        """Start Xvfb and wait until it takes clients; False where it does not, as on a number that is taken."""
        answer, told = os.pipe()
        command = ["Xvfb", display, "-displayfd", str(told), "-screen", "0", f"{self.size[0]}x{self.size[1]}x24"]
        command += ["-nocursor", "-noreset", "-nolisten", "tcp"]
        try:
            self._process = subprocess.Popen(
                command, pass_fds=[told], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except FileNotFoundError as missing:
            os.close(answer)
            raise RuntimeError("Xvfb is missing; install the package xvfb") from missing
        finally:
            os.close(told)
        try:
            started = bool(_read_line(answer))
        finally:
            os.close(answer)
        if not started:
            self.kill()
        self.display = display
        return started

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.send_signal(signal.SIGCONT)
        self._process.wait()
        self._process = None


def _read_line(source: int) -> str:
    """Read one line from a pipe; what came so far when its other end closes or the time is over."""
    line, until = b"", time.monotonic() + START_S
    while not line.endswith(b"\n") and select.select([source], [], [], max(0.0, until - time.monotonic()))[0]:
        part = os.read(source, 16)
        if not part:
            break
        line += part
    return line.decode().strip()
