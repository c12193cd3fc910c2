"""The command line as people run it."""

import subprocess
import sys
from pathlib import Path

LOOP = "cues:\n  - clip: one.mp4\n    out: 0.5\n    hold: 2\n  - black: 3\n  - clip: two.mp4\n"


def run(*arguments: str | Path, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line as it stands, with no folders added."""
    command = [sys.executable, "-m", "installation", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environ, stdin=subprocess.DEVNULL)
