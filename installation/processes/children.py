"""The processes that the watchdog starts: the player, and others that tell what they find in lines of JSON."""

import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from installation.player import heartbeat
from installation.player.heartbeat import Heartbeat
from installation.player.order import Order
from installation.show.model import Settings

_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: unix(7)
END_S = 1.5
"""A player asked to end has this long before it is killed."""
ERRORS_BYTES = 64 * 1024
"""What the player's libraries complain of is kept up to this size, then begun anew: they may do so for months."""
LAST_BYTES = 600
"""So much of it is told at the end."""
REAP_S = 1.0
"""A killed process has this long to go; one that the kernel holds, waiting for a dead disk, is left behind."""


class Mailbox:
    """The datagram socket that the player writes to; takes heartbeats from one process only, as systemd does."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.name = f"@installation-{os.urandom(8).hex()}"
        self.socket.bind(self.name.replace("@", "\0"))

    def beats(self, sender: int) -> Iterator[Heartbeat]:
        """Yield every waiting heartbeat that the process `sender` wrote."""
        while True:
            try:
                datagram, ancillary, _, _ = self.socket.recvmsg(4096, socket.CMSG_SPACE(_CREDENTIALS.size))
            except BlockingIOError:
                return
            pids = [_CREDENTIALS.unpack(raw)[0] for _, kind, raw in ancillary if kind == socket.SCM_CREDENTIALS]
            beat = heartbeat.decode(datagram)
            if beat and pids == [sender]:
                yield beat


class PlayerProcess:
    """One life of the player."""

    def __init__(self, start: Mapping[str, Any], settings: Settings, notify: str, screen: Mapping[str, str]) -> None:
        asked = json.dumps({**start, "settings": asdict(settings), "parent": os.getpid()})
        # the player's screen is the one that is watched, and no other that the session may have
        session = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        environ = {**session, **screen, "NOTIFY_SOCKET": notify}
        self.settings = settings
        self.ordered: list[str] = []
        """The show that it was last ordered to play at once, and those since that begin at a wrap; empty: black."""
        self._errors = _paper()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "installation.player", asked],
                stdin=subprocess.PIPE,
                stderr=self._errors,
                env=environ,
            )
        except OSError:
            os.close(self._errors)
            raise
        self.pid = self._process.pid
        self.ended = os.pidfd_open(self.pid)
        """Becomes readable when the process ends."""

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process.poll() is None

    @property
    def memory_bytes(self) -> int:
        """What the process holds in memory now; 0 for one that is gone."""
        return _memory_bytes(self.pid)

    @property
    def complaints(self) -> str:
        """The last that its libraries complained of."""
        written = os.fstat(self._errors).st_size
        return os.pread(self._errors, LAST_BYTES, max(0, written - LAST_BYTES)).decode("utf-8", "replace").strip()

    def order(self, order: Order) -> None:
        """Have it play something else; a player that is gone is found out elsewhere."""
        self.ordered = [*self.ordered, order.show] if order.at_wrap else [order.show]
        pipe: IO[bytes] | None = self._process.stdin
        with suppress(OSError):
            if pipe:
                pipe.write(order.encode().encode())
                pipe.flush()

    def plays(self, show: str) -> bool:
        """Whether it may speak of this show now; its last words of a show that it has left do not count."""
        if show not in self.ordered:
            return False
        del self.ordered[: self.ordered.index(show)]
        return True

    def trim(self) -> None:
        """Keep its complaints few."""
        if os.fstat(self._errors).st_size > ERRORS_BYTES:
            os.ftruncate(self._errors, 0)

    def ask_to_end(self) -> None:
        """Send SIGTERM; it needs `finish` after."""
        self._process.send_signal(signal.SIGTERM)

    def finish(self, within_s: float = 0.0) -> str:
        """Have the process gone within `within_s`, by SIGKILL if need be; returns how it ended, for the journal."""
        code = _end(self._process, within_s)
        os.close(self.ended)
        if self._process.stdin:
            with suppress(OSError):
                self._process.stdin.close()
        last = self.complaints
        os.close(self._errors)
        return f"exit {code}; {last}" if last else f"exit {code}"


class Telling:
    """A process that writes a JSON object a line; its first argument is this process's number. Raises OSError."""

    def __init__(self, module: str, *arguments: str | Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, str(os.getpid()), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            process_group=0,  # Ctrl-C is for the watchdog, which ends it
        )
        assert self._process.stdout  # noqa: S101 - PIPE was asked for; only mypy needs to hear it
        self.stdout = self._process.stdout
        os.set_blocking(self.stdout.fileno(), False)
        self._rest = b""

    def messages(self) -> tuple[list[dict[str, Any]], bool]:
        """Return the messages that have come, and whether the process has ended."""
        messages, ended = [], False
        while part := self.stdout.read(65536):
            self._rest += part
        if part == b"":
            ended = True
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            with suppress(ValueError):
                message = json.loads(line)
                if isinstance(message, dict):
                    messages.append(message)
        return messages, ended

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process.poll() is None

    @property
    def memory_bytes(self) -> int:
        """What the process holds in memory now; 0 for one that is gone."""
        return _memory_bytes(self._process.pid)

    def finish(self, within_s: float = 0.0) -> int | None:
        """Have the process gone within `within_s`, by SIGKILL if need be; returns its exit code."""
        code = _end(self._process, within_s)
        self.stdout.close()
        return code


def _memory_bytes(pid: int) -> int:
    with suppress(OSError):
        resident = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
        return int(resident) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _end(process: subprocess.Popen[bytes], within_s: float) -> int | None:
    """Wait for a process, then kill it; returns its exit code, None for one that cannot be killed."""
    with suppress(subprocess.TimeoutExpired):
        return process.wait(within_s)
    process.kill()
    try:
        return process.wait(REAP_S)
    except subprocess.TimeoutExpired:
        return None


def _paper() -> int:
    """Open a file in memory to append to: no disk that stalls holds whoever writes or reads it."""
    paper = os.memfd_create("complaints")
    fcntl.fcntl(paper, fcntl.F_SETFL, os.O_APPEND)
    return paper
