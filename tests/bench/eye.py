"""What the eye costs the picture: joins and drops with it and without.

`python -m tests.bench.eye [SECONDS [WIDTH HEIGHT]]`, a minute of each by itself.

On Xvfb at 1280×720 by itself. The eye takes its looks as it always does, and then all the time, one close on the
other. On a machine with other work, begin it with `chrt -r 5`: else it measures that.
"""

import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

import psutil

from tests.bench.night import eye
from tests.eye.wall import Wall, prepare
from tests.glass.analysis import Lengths, Played, Turn, cue, follow
from tests.glass.marked import make_clip, strip_on
from tests.glass.reader import GlassReader

CLIPS = {1: 24, 2: 30, 3: 36, 4: 45}
LOOP: list[Turn] = [turn for number, frames in CLIPS.items() for turn in cue(number, number, range(frames))]
ROUNDS = 3


def played(wall: Wall, seconds: float) -> Played:
    """Read the screen for a while."""
    with GlassReader(wall.glass.display, strip_on(wall.glass.size, wall.glass.size)) as reader:
        time.sleep(seconds)
        return follow(list(reader.readings), LOOP)


def main() -> None:
    seconds, width, height = [*map(int, sys.argv[1:]), *(60, 1280, 720)[len(sys.argv) - 1 :]]
    size = (width, height)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = {
            f"{number}.mp4": make_clip(folder / f"{number}.mp4", number, CLIPS[number], size=size) for number in CLIPS
        }
        show = prepare(folder / "kiosk", "cues:\n" + "".join(f"  - clip: {name}\n" for name in clips), clips)
        with Wall(folder, size) as wall:
            wall.play(show)
            player = psutil.Process(wall.player.pid)
            for _ in range(ROUNDS):
                for kind in ("no eye", "the eye", "looking all the time"):
                    opened = nullcontext() if kind == "no eye" else eye(wall, folder / "p.png", often=kind != "the eye")
                    with opened:
                        time.sleep(1)
                        before = player.cpu_times()
                        seen = played(wall, seconds)
                        after = player.cpu_times()
                    joins, insides = Lengths.of(seen.joins), Lengths.of(seen.insides)
                    worked = (after.user + after.system - before.user - before.system) / seconds
                    print(
                        f"{kind:22} {len(seen.joins)} joins {joins.median:.2f} / {joins.p99:.2f} / {joins.longest:.2f}"
                        f"   inside {insides.median:.2f} / {insides.p99:.2f} / {insides.longest:.2f}"
                        f"   left out {len(seen.skipped)}   the player {worked:.1%} of a core"
                    )


if __name__ == "__main__":
    main()
