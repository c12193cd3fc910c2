"""A stage: a fresh archive, configuration and state folder, and the real `installation start` on them."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import psutil

from installation import cli
from installation.journal.log import files

ENOUGH_S = 60.0
"""Long enough for anything here on a busy machine; a wait ends as soon as its condition holds."""


def heed_ctrl_c() -> None:
    """Run in a new process before its program: shells start what runs in the background deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Stage:
    """Folders of one installation below `folder`; `start` runs the real thing on them."""

    def __init__(self, folder: Path, display: str | None = None, session: Mapping[str, str] | None = None) -> None:
        self.config, self.footage, self.state = folder / "config", folder / "footage", folder / "state"
        self.display = display
        self.session = session or {}
        for part in (self.config, self.footage):
            part.mkdir(parents=True)

    def loop(self, text: str) -> None:
        (self.config / "loop.yaml").write_text(text, encoding="utf-8")

    def kiosk(self, text: str) -> None:
        (self.config / "kiosk.yaml").write_text(text, encoding="utf-8")

    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        return {**kept, **self.session, **({"DISPLAY": self.display} if self.display else {})}

    def run(self, *verb: str, timeout: float = ENOUGH_S) -> subprocess.CompletedProcess[str]:
        """Run one verb to its end."""
        command = [sys.executable, "-m", "installation", *self._with_folders(verb)]
        return subprocess.run(command, env=self.environ(), capture_output=True, text=True, timeout=timeout)

    def run_here(self, *verb: str) -> subprocess.CompletedProcess[str]:
        """Run one verb to its end within this process: the same but for the second that Python takes to start."""
        arguments = self._with_folders(verb)
        out, err = io.StringIO(), io.StringIO()
        before, sys.argv = sys.argv, ["installation", *arguments]
        try:
            with redirect_stdout(out), redirect_stderr(err):
                cli.main()
        except SystemExit as ended:
            return subprocess.CompletedProcess(arguments, int(ended.code or 0), out.getvalue(), err.getvalue())
        finally:
            sys.argv = before
        raise AssertionError("a verb ends with an exit code")

    def _with_folders(self, verb: tuple[str, ...]) -> list[str]:
        takes_config = verb[0] in ("start", "check", "timeline", "preview", "footage")
        takes_state = verb[0] != "footage" or verb[1] in ("list", "risk")
        folders = ["--config", str(self.config)] * takes_config + ["--state", str(self.state)] * takes_state
        return [*verb, *folders]

    @contextmanager
    def start(self) -> Iterator["Running"]:
        """Start the installation and end it, with every process that it left, when the block ends."""
        command = [sys.executable, "-m", "installation", "start"]
        command += ["--config", str(self.config), "--state", str(self.state)]
        process = subprocess.Popen(command, env=self.environ(), stderr=subprocess.PIPE, text=True)
        running = Running(self, process)
        try:
            yield running
        finally:
            family = running.family()
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.communicate(timeout=20)
            finally:
                for left in family:
                    if left.is_running():
                        left.kill()

    def log(self) -> list[str]:
        return self._lines("installation.log")

    def journal(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._lines("journal.jsonl")]

    def _lines(self, name: str) -> list[str]:
        """Every line of a log, also of the files put aside at midnight."""
        there = [path for path in files(self.state / "log" / name) if path.exists()]
        return [line for path in there for line in path.read_text(encoding="utf-8").splitlines()]


class Running:
    """An installation that runs."""

    def __init__(self, stage: Stage, process: subprocess.Popen[str]) -> None:
        self.stage = stage
        self.process = process

    def family(self) -> list[psutil.Process]:
        """The watchdog and everything that it started."""
        try:
            watchdog = psutil.Process(self.process.pid)
            return [watchdog, *watchdog.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def player(self) -> psutil.Process | None:
        """The player that runs now; None while there is none."""
        for process in self.family():
            try:
                if "installation.player" in process.cmdline():
                    return process
            except psutil.NoSuchProcess:
                continue
        return None

    def status(self) -> dict[str, Any]:
        try:
            told: dict[str, Any] = json.loads((self.stage.state / "run" / "status.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return told

    def wait_for_status(self, wanted: Callable[[dict[str, Any]], bool], timeout: float = ENOUGH_S) -> dict[str, Any]:
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            told = self.status()
            if told and wanted(told):
                return told
            time.sleep(0.02)
        raise AssertionError(f"not in {timeout} s; status {self.status()}, log {self.stage.log()[-5:]}")

    def wait_for_line(self, word: str, count: int = 1, timeout: float = ENOUGH_S) -> str:
        """Wait until the staff log has `count` lines of a word; returns the last of them."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            lines = [line for line in self.stage.log() if line[21:].startswith(word)]
            if len(lines) >= count:
                return lines[count - 1]
            time.sleep(0.02)
        raise AssertionError(f"no {word} line in {timeout} s; log: {self.stage.log()[-8:]}")

    def playing(self) -> dict[str, Any]:
        """Wait until the picture is on the screen."""
        return self.wait_for_status(lambda told: told["phase"] == "playing")
