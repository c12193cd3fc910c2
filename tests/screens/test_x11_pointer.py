"""The pointer of a real Xvfb, read from the memory that its screen would show."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from installation.screens.screen import Sight
from installation.screens.x11 import X11Screen
from tests.glass.stage import ENOUGH_S
from tests.glass.xserver import XServer

SIZE = (320, 180)


class PointedXServer(XServer):
    """An Xvfb with a pointer, whose screen is a file."""

    folder: Path

    def _command(self, display: str) -> list[str]:
        return ["Xvfb", display, "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-fbdir", str(self.folder)]

    def turns(self, *, black: bool) -> bool:
        """Whether nothing at all is to be seen, or something, sooner or later."""
        until = time.monotonic() + ENOUGH_S
        while time.monotonic() < until:
            if any((self.folder / "Xvfb_screen0").read_bytes()[-4 * SIZE[0] * SIZE[1] :]) is not black:
                return True
            time.sleep(0.02)
        return False


@pytest.mark.skipif(not shutil.which("xsetroot"), reason="needs xsetroot (x11-xserver-utils) on the path")
def test_no_pointer_is_seen_while_the_screen_is_watched(tmp_path: Path) -> None:
    server = PointedXServer(SIZE)
    server.folder = tmp_path
    with server:
        subprocess.run(["xsetroot", "-display", server.display, "-cursor_name", "left_ptr"], check=True)
        assert server.turns(black=False)
        screen = X11Screen(server.display, {}, television=lambda _: False)
        assert screen.look() is Sight.HAS_SCREEN
        assert server.turns(black=True)
        screen.close()
        assert server.turns(black=False)
