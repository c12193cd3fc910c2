"""Fresh Wayland screens without a monitor, which tests may freeze, kill, unplug and bring back."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

START_S = 15.0
NOBODY = 65534
PACKAGES = "sway cage xwayland grim"

# what begins a program as nobody: sway and cage refuse to run as root
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
SWAY_CONFIG = """
xwayland disable
default_border none
output * bg #000000 solid_color
output HEADLESS-1 resolution {width}x{height}
"""


class Compositor:
    """A sway or a cage of its own; it ends with the `with` block, whatever happened inside.

    Raises RuntimeError where it is missing or does not start. `within` is a compositor to run inside of, as a
    window: only so can sway's output be unplugged.
    """

    def __init__(self, kind: str, size: tuple[int, int] = (640, 360), within: "Compositor | None" = None) -> None:
        self.kind = kind
        self.size = size
        self.folder = Path()
        self._within = within
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="compositor-"))
        (self.folder / "config").write_text(SWAY_CONFIG.format(width=self.size[0], height=self.size[1]))
        if os.getuid() == 0:
            os.chown(self.folder, NOBODY, NOBODY)
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def pid(self) -> int:
        """The compositor's process id. Raises RuntimeError where it does not run."""
        if self._process is None:
            raise RuntimeError(f"{self.kind} does not run")
        return self._process.pid

    @property
    def environ(self) -> dict[str, str]:
        """What a session inside it has in its environment."""
        return {"XDG_RUNTIME_DIR": str(self.folder), "WAYLAND_DISPLAY": self.socket.name}

    @property
    def socket(self) -> Path:
        """The socket that clients connect to. Raises RuntimeError while there is none."""
        for path in sorted(self.folder.glob("wayland-*")):
            if path.suffix != ".lock":
                return path
        raise RuntimeError(f"{self.kind} has no socket")

    def kill(self) -> None:
        """End the compositor, and what it started, as a crash does. Does nothing where it does not run."""
        if self._process is not None:
            with suppress(ProcessLookupError):  # it may have ended by itself
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Stop the compositor in its tracks: clients wait for their answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen compositor go on."""
        os.kill(self.pid, signal.SIGCONT)

    def start_again(self) -> None:
        """Start a compositor in the same place after `kill`."""
        if self._process is not None:
            raise RuntimeError(f"{self.kind} still runs")
        self._start()

    def command(self, *words: str) -> str:
        """Give sway a command as swaymsg does; returns what it said."""
        return self._message("--", *words)

    def outputs(self) -> str:
        """What sway says of its outputs, as JSON."""
        return self._message("--type", "get_outputs")

    def unplug(self) -> None:
        """Pull the output out: close the window that it is in the compositor outside."""
        if self._within is None:
            raise RuntimeError("only the output of a compositor within another can be unplugged")
        self._within.command('[app_id="wlroots"] kill')

    def plug_in(self) -> None:
        """Plug a new output in."""
        self.command("create_output")

    def _message(self, *words: str) -> str:
        asked = ["swaymsg", "--raw", "--socket", str(self.folder / "ipc"), *words]
        return subprocess.run(asked, check=True, capture_output=True, text=True, timeout=START_S).stdout

    def _start(self) -> None:
        """Start it and wait until it takes clients."""
        (self.folder / "ipc").unlink(missing_ok=True)
        environ = {**os.environ, "XDG_RUNTIME_DIR": str(self.folder), "SWAYSOCK": str(self.folder / "ipc")}
        environ |= {"WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1"}
        for name in ("DISPLAY", "WAYLAND_DISPLAY"):
            environ.pop(name, None)
        if self._within:
            environ |= {"WLR_BACKENDS": "wayland", "WAYLAND_DISPLAY": str(self._within.socket)}
        command = ["cage", "--", "sleep", "infinity"]
        if self.kind == "sway":
            command = ["sway", "-c", str(self.folder / "config")]
        with (self.folder / "log").open("wb") as log:
            command = [*(AS_NOBODY if os.getuid() == 0 else []), *command]
            try:
                self._process = subprocess.Popen(
                    command, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                )
            except FileNotFoundError as missing:
                raise RuntimeError(f"{command[0]} is missing; install the packages {PACKAGES}") from missing
        until = time.monotonic() + START_S
        while not self._takes_clients():
            if self._process.poll() is not None or time.monotonic() > until:
                said = (self.folder / "log").read_text(errors="replace")[-500:]
                raise RuntimeError(f"{self.kind} did not start; are the packages {PACKAGES} whole? It said: {said}")
            time.sleep(0.02)

    def _takes_clients(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
                client.connect(str(self.socket))
        except (OSError, RuntimeError):
            return False
        return self.kind == "cage" or (self.folder / "ipc").exists()
