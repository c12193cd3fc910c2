"""A fresh X screen without a monitor, which tests may freeze, kill and bring back."""

import os
import select
import signal
import subprocess
import time
from types import TracebackType
from typing import Self

START_S = 10.0


class XServer:
    """An Xvfb of its own on a free display number; it ends with the `with` block, whatever happened inside.

    The screen is black, has no pointer and no window manager, and listens on its local socket only.
    """

    def __init__(self, size: tuple[int, int] = (640, 360)) -> None:
        self.size = size
        self.display = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

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
        self._start()

    def _start(self) -> None:
        """Start Xvfb and wait until it takes clients. Raises RuntimeError where it does not."""
        answer, told = os.pipe()
        screen = f"{self.size[0]}x{self.size[1]}x24"
        command = ["Xvfb", *([self.display] if self.display else []), "-displayfd", str(told), "-screen", "0", screen]
        command += ["-nocursor", "-noreset", "-nolisten", "tcp"]
        try:
            self._process = subprocess.Popen(
                command, pass_fds=[told], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        finally:
            os.close(told)
        try:
            number = _read_line(answer)
        finally:
            os.close(answer)
        if not number:
            self.kill()
            raise RuntimeError("Xvfb did not start; install the package xvfb")
        self.display = f":{number}"

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
