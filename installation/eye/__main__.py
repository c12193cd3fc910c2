"""The eye's process: `python -m installation.eye PARENT KIND OUTPUT SOCKET PICTURE`, started by the watchdog alone.

It writes a line to its standard output after each look that it is sure of: {"sees": "picture"}; or covered, frozen,
dark, nothing-to-compare, blind. KIND is the screen's: x11, wayland, drm, none; OUTPUT as in kiosk.yaml. SOCKET is
where the player listens, PICTURE the file that is to show what was seen.
"""

import json
import signal
import sys
import time
from pathlib import Path

from installation import kin
from installation.eye.asking import Asking
from installation.eye.judging import Word
from installation.eye.looking import Eye
from installation.screens import finding


def main() -> None:
    """Look every few seconds, until the parent ends."""
    parent, kind, output, name, picture = sys.argv[1:]
    kin.die_with(int(parent))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the watchdog decides
    if kind in ("drm", "none"):
        _say(Word.BLIND)
        while True:
            signal.pause()
    _, screen = finding.find(kind, output)
    eye = Eye(screen, Asking(name).ask, Path(picture))
    while True:
        word = eye.open()
        if word:
            _say(word)
        time.sleep(eye.rest_s)


def _say(word: Word) -> None:
    sys.stdout.write(json.dumps({"sees": word.value}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
