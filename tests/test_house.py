"""The house's own rules: its walls, its language, its pins."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"], ["lint-imports", "--no-cache"]],
    ids=["lint", "layout", "types", "walls"],
)
def test_the_house_is_clean(command: list[str]) -> None:
    tool = Path(sys.executable).with_name(command[0])
    done = subprocess.run([tool, *command[1:]], cwd=HOUSE, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_what_was_agreed_stands_at_the_top() -> None:
    if not shutil.which("git") or not (HOUSE / ".git").exists():
        pytest.skip("no git checkout here")
    listed = subprocess.run(["git", "ls-files"], cwd=HOUSE, capture_output=True, text=True, check=True)
    tops = {name.partition("/")[0] for name in listed.stdout.splitlines() if not name.startswith(".")}
    assert tops <= {"README.md", "pyproject.toml", "installation", "footage", "config", "tests"}
    assert [name for name in listed.stdout.splitlines() if name.startswith("footage/")] == ["footage/README.md"]


def test_player_and_tests_run_the_same_versions() -> None:
    pins = re.compile(r"^[\w.-]+==[^\s;]+(?: ; [^\\]+)?", re.MULTILINE)
    player = set(pins.findall((HOUSE / "installation/requirements.txt").read_text()))
    tests = set(pins.findall((HOUSE / "tests/requirements.txt").read_text()))
    assert player
    assert player <= tests
