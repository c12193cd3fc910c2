"""What asking a screen costs, and how soon each fault of it is told: `python -m tests.bench.screens`.

Every server is real and of its own: Xvfb at 1080p, Xorg with the dummy driver, sway within sway.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from installation.screens.screen import Screen, Sight
from installation.screens.wayland import WaylandScreen
from installation.screens.x11 import X11Screen
from tests.glass.compositor import Compositor
from tests.glass.xserver import XorgServer, XServer

LOOKS = 500
TIMES = 10
ENOUGH_S = 20.0
Do = Callable[[], object]


def cost(name: str, ask: Callable[[], object], times: int = LOOKS) -> None:
    """Print how long a question takes, and how much of that this process works."""
    took = []
    worked = time.process_time()
    for _ in range(times):
        began = time.perf_counter()
        ask()
        took.append(1000 * (time.perf_counter() - began))
    worked = 1000 * (time.process_time() - worked) / times
    typical, worst = statistics.median(took), max(took)
    print(f"{name:44} median {typical:7.3f} ms   worst {worst:7.3f} ms   processor {worked:6.3f} ms")


def costs(name: str, screen: Screen) -> None:
    """Print the costs of all questions to one screen."""
    screen.look()
    cost(f"{name}: look", screen.look)
    cost(f"{name}: wake", screen.wake)
    cost(f"{name}: grab, 160 pixels wide", screen.grab, TIMES)


def found(name: str, screen: Screen, break_it: Do, mend_it: Do) -> None:
    """Print how soon a fault is told, and its end, by a look that is repeated at once."""
    gone, back = [], []
    for _ in range(TIMES):
        gone.append(_until(screen, Sight.NO_SCREEN, break_it))
        back.append(_until(screen, Sight.HAS_SCREEN, mend_it))
    said = [f"{word} after {1000 * max(times):6.1f} ms" for word, times in (("told", gone), ("and its end", back))]
    print(f"{name:44} {said[0]}   {said[1]}   (worst of {TIMES})")


def _until(screen: Screen, sight: Sight, do: Do) -> float:
    do()
    began = time.perf_counter()
    while screen.look() is not sight:
        if time.perf_counter() - began > ENOUGH_S:
            raise RuntimeError(f"the screen never said {sight.value}")
        time.sleep(0.001)
    return time.perf_counter() - began


def main() -> None:
    """Measure all."""
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        xvfb = held.enter_context(XServer((1920, 1080)))
        xorg = held.enter_context(XorgServer(folder))
        outer = held.enter_context(Compositor("sway"))
        sway = held.enter_context(Compositor("sway", within=outer))
        screens: list[Screen] = [X11Screen(server.display, {}) for server in (xvfb, xorg)]
        screens.append(WaylandScreen(sway.socket, sway.environ))
        for name, screen in zip(("Xvfb, 1920x1080", "Xorg, 16 outputs", "sway"), screens, strict=True):
            costs(name, screen)
        _, of_xorg, of_sway = screens
        found("X server killed", of_xorg, xorg.kill, xorg.start_again)
        found("X server stopped", of_xorg, xorg.freeze, xorg.thaw)
        off, on = ("--output", "DUMMY0", "--off"), ("--output", "DUMMY0", "--auto")
        found("X output switched off", of_xorg, lambda: xorg.xrandr(*off), lambda: xorg.xrandr(*on))
        found("X output off, lit by wake", of_xorg, lambda: xorg.xrandr(*off), of_xorg.wake)
        found("compositor's output unplugged", of_sway, sway.unplug, sway.plug_in)
        found("compositor stopped", of_sway, sway.freeze, sway.thaw)
        found("compositor killed", of_sway, sway.kill, sway.start_again)
        for screen in screens:
            screen.close()


if __name__ == "__main__":
    main()
