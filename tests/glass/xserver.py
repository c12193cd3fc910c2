"""Fresh X screens without a monitor, which tests may freeze, kill and bring back."""

import os
import random
import select
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

START_S = 10.0
NUMBERS = range(100, 1000)


class XServer:
    """An Xvfb of its own on a free display number; it ends with the `with` block, whatever happened inside.

    The screen is black, has no pointer and no window manager, and listens on its local socket only. Its number is a
    high one: on :0 programs without a DISPLAY would find it, and a low one would be taken while it is dead.
    """

    package = "xvfb"

    def __init__(self, size: tuple[int, int] = (640, 360)) -> None:
        self.size = size
        self.display = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the server. Raises RuntimeError where Xvfb is missing or does not start."""
        for number in random.sample(NUMBERS, 10):
            if self._start(f":{number}"):
                return self
        raise RuntimeError(f"{self._command(':0')[0]} did not start; is the package {self.package} whole?")

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

    def _command(self, display: str) -> list[str]:
        return ["Xvfb", display, "-screen", "0", f"{self.size[0]}x{self.size[1]}x24", "-nocursor"]

    def _start(self, display: str) -> bool:
        """Start Xvfb and wait until it takes clients; False where it does not, as on a number that is taken."""
        answer, told = os.pipe()
        command = [*self._command(display), "-displayfd", str(told), "-noreset", "-nolisten", "tcp"]
        try:
            self._process = subprocess.Popen(
                command, pass_fds=[told], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except FileNotFoundError as missing:
            os.close(answer)
            raise RuntimeError(f"{command[0]} is missing; install the package {self.package}") from missing
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


class XorgServer(XServer):
    """An Xorg of its own with the dummy driver: outputs DUMMY0 (plugged in) to DUMMY15 (not), which xrandr switches.

    Needs root and a console, as Xorg does.
    """

    package = "xserver-xorg-core xserver-xorg-video-dummy"

    def __init__(self, folder: Path, size: tuple[int, int] = (640, 360)) -> None:
        super().__init__(size)
        self._folder = folder

    def xrandr(self, *arguments: str) -> None:
        """Switch outputs and modes as a technician would."""
        subprocess.run(["xrandr", "--display", self.display, *arguments], check=True, capture_output=True)

    def _command(self, display: str) -> list[str]:
        width, height = self.size
        config = self._folder / "xorg.conf"
        horizontal = " ".join(str(width + more) for more in (0, 8, 72, 144))
        vertical = " ".join(str(height + more) for more in (0, 1, 4, 23))
        config.write_text(XORG_CONF.format(width=width, height=height, horizontal=horizontal, vertical=vertical))
        log = self._folder / "xorg.log"
        return ["Xorg", display, "-config", str(config), "-logfile", str(log), "-novtswitch", "-sharevts"]


XORG_CONF = """
Section "ServerFlags"
  Option "AutoAddDevices" "false"
  Option "AutoEnableDevices" "false"
  Option "AutoAddGPU" "false"
  Option "DontVTSwitch" "true"
EndSection
Section "Device"
  Identifier "card"
  Driver "dummy"
  VideoRam 32000
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 5.0-1000.0
  VertRefresh 5.0-200.0
  Modeline "{width}x{height}" 18.00 {horizontal} {vertical}
EndSection
Section "Screen"
  Identifier "screen"
  Device "card"
  Monitor "monitor"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Modes "{width}x{height}"
  EndSubSection
EndSection
"""


def _read_line(source: int) -> str:
    """Read one line from a pipe; what came so far when its other end closes or the time is over."""
    line, until = b"", time.monotonic() + START_S
    while not line.endswith(b"\n") and select.select([source], [], [], max(0.0, until - time.monotonic()))[0]:
        part = os.read(source, 16)
        if not part:
            break
        line += part
    return line.decode().strip()
