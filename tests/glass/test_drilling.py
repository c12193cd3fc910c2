"""A drill on a wall that plays: what visitors would see of it, and what is left of it. Nothing."""

from tests.glass.marked import UNREADABLE, Reading, strip_on
from tests.glass.reader import GlassReader
from tests.glass.stage import ENOUGH_S, Stage
from tests.glass.xserver import XServer


def test_a_drill_breaks_the_wall_for_moments_sees_it_heal_and_leaves_nothing_behind(
    stage: Stage, glass: XServer
) -> None:
    stage.kiosk("watchdog: {patience: 1}\n")
    loop = (stage.config / "loop.yaml").read_bytes()
    with stage.start() as running, GlassReader(glass.display, strip_on((640, 360))) as reader:
        running.playing()
        done = stage.run("drill", timeout=5 * ENOUGH_S)
        after = reader.readings[-1].last
        assert reader.wait_for(lambda seen: isinstance(seen, Reading), ENOUGH_S, since=after)
        assert not running.status()["problems"]
    assert done.returncode == 0, (done.stdout, done.stderr, stage.log())
    verdicts = {line[:28].strip(): line.rstrip().rpartition("  ")[2] for line in done.stdout.splitlines()[1:]}
    assert verdicts == {
        "player killed": "healed",
        "player stopped": "healed",
        "picture covered by a window": "healed",
        "edit with a mistake": "healed",
        "screen switched off": "left out: no screen here obeys",
    }
    assert (stage.config / "loop.yaml").read_bytes() == loop
    assert UNREADABLE in [run.seen for run in reader.readings]  # the window was really there
    words = [line[21:].split()[0] for line in stage.log()]
    assert (words.count("DRILL"), words.count("KEPT"), words.count("ACTION")) == (2, 1, 0), stage.log()
    assert words.index("DRILL") < words.index("FIXED")
    assert words[-2:] == ["DRILL", "CLOSED"]
