import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from installation.player.heartbeat import IDLE, PLAYING, Heartbeat
from installation.player.order import Order
from installation.processes.children import END_S, ERRORS_BYTES, Mailbox, PlayerProcess, Telling
from installation.show.model import Settings

ENOUGH_S = 30.0
WORKER = "installation.show.worker"
SEND = """
import socket, sys
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(sys.stdin.buffer.read(), sys.argv[1].replace("@", "\\0"))
"""


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox()
    yield made
    made.socket.close()


def send(mailbox: Mailbox, datagram: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(datagram, mailbox.name.replace("@", "\0"))


def send_from_another_process(mailbox: Mailbox, datagram: bytes) -> int:
    process = subprocess.Popen([sys.executable, "-c", SEND, mailbox.name], stdin=subprocess.PIPE)
    process.communicate(datagram)
    return process.pid


def test_every_waiting_beat_is_heard_in_order(mailbox: Mailbox) -> None:
    beats = [Heartbeat(PLAYING, cue=n, position_s=n / 4, show="/a", ready=True) for n in range(5)]
    for beat in beats:
        send(mailbox, beat.encode())
    assert list(mailbox.beats(os.getpid())) == beats
    assert list(mailbox.beats(os.getpid())) == []


def test_only_the_players_own_beats_count(mailbox: Mailbox) -> None:
    beat = Heartbeat(IDLE, ready=True)
    stranger = send_from_another_process(mailbox, beat.encode())
    assert list(mailbox.beats(os.getpid())) == []
    stranger = send_from_another_process(mailbox, beat.encode())
    assert list(mailbox.beats(stranger)) == [beat]


def test_what_is_no_heartbeat_is_passed_over(mailbox: Mailbox) -> None:
    for datagram in (b"", b"READY=1", b"\xff\x00", b"WATCHDOG=1\n" + b"x" * 9000, b"WATCHDOG=1"):
        send(mailbox, datagram)
    assert [beat.intent for beat in mailbox.beats(os.getpid())] == [IDLE, IDLE]


@pytest.fixture
def player(mailbox: Mailbox) -> Iterator[PlayerProcess]:
    start = {"screen": "none", "output": None, "picture": ""}
    made = PlayerProcess(start, Settings(), mailbox.name, {})
    yield made
    made.ask_to_end()
    made.finish(END_S)


def first_beat(mailbox: Mailbox, player: PlayerProcess) -> Heartbeat:
    until = time.monotonic() + ENOUGH_S
    while time.monotonic() < until:
        select.select([mailbox.socket.fileno(), player.ended], [], [], 0.1)
        for beat in mailbox.beats(player.pid):
            return beat
        assert player.running, player.complaints
    raise AssertionError("not a beat")


def test_a_player_without_a_show_says_that_it_is_black(mailbox: Mailbox, player: PlayerProcess) -> None:
    player.order(Order())
    assert first_beat(mailbox, player) == Heartbeat(IDLE, output="null", ready=True)
    assert player.ordered == [""]
    assert player.running


def test_what_a_player_says_of_a_show_that_it_has_left_does_not_count(player: PlayerProcess) -> None:
    player.order(Order("/a"))
    player.order(Order("/b", at_wrap=True))
    player.order(Order("/c", at_wrap=True))
    assert [player.plays(show) for show in ("/d", "/a", "/c", "/a", "/b", "/c")] == [
        False,
        True,
        True,
        False,
        False,
        True,
    ]
    player.order(Order("/e"))
    assert not player.plays("/c")
    assert player.plays("/e")


def test_a_player_asked_to_end_ends_well(mailbox: Mailbox, tmp_path: Path) -> None:
    start = {"screen": "none", "output": None, "picture": ""}
    player = PlayerProcess(start, Settings(), mailbox.name, {})
    first_beat(mailbox, player)
    player.ask_to_end()
    assert select.select([player.ended], [], [], ENOUGH_S)[0]
    player.order(Order())
    assert not player.running
    assert player.finish() == "exit 0"


def test_a_player_that_does_not_end_is_killed(mailbox: Mailbox, tmp_path: Path) -> None:
    start = {"screen": "none", "output": None, "picture": ""}
    player = PlayerProcess(start, Settings(), mailbox.name, {})
    first_beat(mailbox, player)
    os.kill(player.pid, signal.SIGSTOP)
    player.ask_to_end()
    assert player.finish(0.2).startswith("exit -9")


def test_a_player_with_a_show_that_is_not_there_says_why_it_ended(mailbox: Mailbox, tmp_path: Path) -> None:
    start = {"screen": "none", "output": None, "picture": ""}
    player = PlayerProcess(start, Settings(), mailbox.name, {})
    player.order(Order(str(tmp_path / "gone")))
    assert select.select([player.ended], [], [], ENOUGH_S)[0]
    assert player.finish() == f"exit 1; there is no show in {tmp_path / 'gone'}"


def test_what_a_player_complains_of_is_kept_without_a_disk_up_to_a_size(mailbox: Mailbox, tmp_path: Path) -> None:
    start = {"screen": "none", "output": None, "picture": ""}
    player = PlayerProcess(start, Settings(), mailbox.name, {})
    first_beat(mailbox, player)
    complaints = Path(f"/proc/{player.pid}/fd/2")
    with complaints.open("ab") as stream:
        stream.write(b"x" * (ERRORS_BYTES + 1))
    player.trim()
    assert complaints.stat().st_size == 0
    player.order(Order(str(tmp_path / "gone")))
    assert select.select([player.ended], [], [], ENOUGH_S)[0]
    assert player.finish() == f"exit 1; there is no show in {tmp_path / 'gone'}"


def hear(worker: Telling) -> list[dict[str, object]]:
    """Everything that a worker says until it ends."""
    heard: list[dict[str, object]] = []
    until = time.monotonic() + ENOUGH_S
    while time.monotonic() < until:
        messages, ended = worker.messages()
        heard += messages
        if ended:
            return heard
        time.sleep(0.02)
    raise AssertionError("the worker did not end")


def test_the_worker_answers_with_an_outcome(tmp_path: Path) -> None:
    worker = Telling(WORKER, tmp_path / "config", tmp_path / "state", tmp_path / "state" / "log", "")
    *_, last = hear(worker)
    assert worker.finish(1.0) == 0
    assert (last["outcome"], last["unusable"]) == ("nothing", True)


def test_a_worker_is_ended_in_the_middle_of_its_work(tmp_path: Path) -> None:
    worker = Telling(WORKER, tmp_path / "config", tmp_path / "state", tmp_path / "state" / "log", "")
    assert worker.messages() == ([], False)
    assert worker.finish() == -signal.SIGKILL


class Said(Telling):
    """A process of which the test is the mouth."""

    def __init__(self) -> None:
        self.mouth, ear = os.pipe()[::-1]
        os.set_blocking(ear, False)
        self.stdout = os.fdopen(ear, "rb")
        self._rest = b""

    def say(self, said: bytes) -> list[dict[str, object]]:
        os.write(self.mouth, said)
        return self.messages()[0]


def test_lines_that_come_in_parts_or_are_no_message_do_no_harm() -> None:
    worker = Said()
    with worker.stdout:
        assert worker.say(b'{"progress"') == []
        assert worker.say(b": 0.5}\n{") == [{"progress": 0.5}]
        assert worker.say(b"}\n") == [{}]
        assert worker.say(b'3\nnull\n[1]\nx264 [info]\n\xff\n"a"\n\n{"progress": 1}\n') == [{"progress": 1}]
        assert worker.messages() == ([], False)
        os.write(worker.mouth, b'{"outcome": "cut o')
        os.close(worker.mouth)
        assert worker.messages() == ([], True)
