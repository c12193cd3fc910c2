"""The README keeps its word: every command in it is executed, every key of the YAML files is told."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from installation.config.kiosk import read_kiosk_text
from installation.config.loop import CUES, Loop, Text
from installation.config.reference import with_tables
from installation.journal.events import WORDS
from tests.glass.stage import heed_ctrl_c
from tests.glass.xserver import XServer
from tests.loops import read_loop

HOUSE = Path(__file__).parents[1]
README = (HOUSE / "README.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
BLOCKS = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
KNOWN = {
    "bash installation/start.sh": 0,
    "bash tests/run.sh": 0,
    "installation check": 1,  # with warnings: nobody sealed the archive yet
    "installation status": 0,
    "installation timeline": 0,
    "installation timeline --picture loop.png": 0,
    "installation preview": 0,
    "installation preview --join 3": 0,
    "installation footage risk --show": 0,
    "installation footage risk --show --plot risk.png --sign sign.pdf": 0,
    "installation footage list": 0,
    "installation footage flashes footage/stand-in/crossing-1.mp4": 0,
    "installation footage flashes footage/stand-in/crossing-1.mp4 --plot light.png --sheet flashes.png": 0,
    "installation footage seal": 0,
    "installation footage verify": 0,
    "installation log": 0,
    "installation log --problems --since 2days": 0,
    "installation stop": 0,
    "bash tests/run.sh tests/glass -k faults -rP": 0,
    ".venv/bin/python -m tests.bench --quick": 0,
    ".venv/bin/python -m tests.bench.flashes --quick": 0,
    ".venv/bin/python -m tests.soak --for 1h --every 6.2": 0,
}


def test_every_command_of_the_readme_is_executed_here() -> None:
    assert set(COMMANDS) == set(KNOWN)


def test_the_two_commands_and_all_the_verbs_do_what_the_readme_says(tmp_path: Path) -> None:
    """On a copy of the checkout with its environment: what is committed, and nothing that lies about."""
    ready = ". installation/setup.sh && holds tests tests/requirements.txt"
    if subprocess.run(["bash", "-c", ready], cwd=HOUSE).returncode:
        pytest.skip("the libraries were not installed by tests/run.sh: start.sh would install them for the copy")
    checkout = tmp_path / "checkout"
    for part in ("installation", "config", "tests", "footage"):
        ignored = shutil.ignore_patterns("__pycache__", "*.sums", "SHA256SUMS")
        shutil.copytree(HOUSE / part, checkout / part, ignore=ignored)
    for part in ("README.md", "pyproject.toml"):
        shutil.copy(HOUSE / part, checkout / part)
    (checkout / ".venv").symlink_to(HOUSE / ".venv")
    with XServer((640, 360)) as glass:
        environ = {**os.environ, "DISPLAY": glass.display, "XDG_STATE_HOME": str(tmp_path / "state")}
        environ["PYTHONPATH"] = str(checkout)

        def run(command: str) -> subprocess.CompletedProcess[str]:
            short = command.replace("installation ", ".venv/bin/installation ", 1)
            words = short.split() if command.startswith("installation ") else command.split()
            if "preview" in words:  # it ends when its window is closed, or with Ctrl-C
                words = ["timeout", "--preserve-status", "-s", "INT", "8", *words]
            return subprocess.run(
                words, cwd=checkout, env=environ, capture_output=True, text=True, timeout=300, preexec_fn=heed_ctrl_c
            )

        collected = run("bash tests/run.sh --collect-only -q tests/test_timecode.py")
        assert "test_timecode.py" in collected.stdout, collected
        measured = run(".venv/bin/python -m tests.bench --quick start")  # the rest of the table takes two minutes
        assert "start to first picture" in measured.stdout, measured
        shaken = run(".venv/bin/python -m tests.soak --help")  # it takes an hour
        assert "--for" in shaken.stdout, shaken
        started = subprocess.Popen(["bash", "installation/start.sh"], cwd=checkout, env=environ)
        try:
            until = time.monotonic() + 600  # the stand-ins are rendered first
            while run("installation status").returncode != 0 and time.monotonic() < until:
                time.sleep(0.5)
            for command, code in KNOWN.items():
                if command.startswith("installation "):
                    done = run(command)
                    assert done.returncode == code, (command, done)
                    assert "Traceback" not in done.stderr
            assert started.wait(20) == 0
        finally:
            started.send_signal(signal.SIGTERM) if started.poll() is None else None
            started.wait(20)
        sums = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=checkout / "footage", capture_output=True)
        assert sums.returncode == 0


def test_the_hours_in_the_readme_are_some_and_show_every_key() -> None:
    block, _ = BLOCKS
    kiosk = read_kiosk_text(block.encode(), "README.md")
    assert kiosk.hours
    assert all(f"{key}:" in block for key in kiosk.hours.known_keys())


def test_the_loop_in_the_readme_is_one_and_shows_every_key() -> None:
    _, block = BLOCKS
    assert isinstance(yaml.safe_load(block), dict)
    loop = read_loop(block, "README.md")
    assert {cue.kind for cue in loop.cues} == set(CUES)
    for part in (Loop, Text, *CUES.values()):
        for key in part.known_keys():
            assert f"{key}:" in block


def test_the_tables_of_keys_are_what_the_models_say() -> None:
    assert README.count("<!-- keys of ") == 3
    assert with_tables(README) == README, "write them anew with: python -m installation.config"


def test_the_readme_tells_every_word_of_the_log() -> None:
    assert set(WORDS.values()) <= set(re.findall(r"`([A-Z]+)`", README))


def test_the_picture_of_the_readme_is_there() -> None:
    for picture in re.findall(r"!\[.*?\]\((.*?)\)", README):
        assert (HOUSE / picture).is_file()
