"""The preview: what its keys lead to, on a window that only keeps time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest

from installation.errors import InstallationError
from installation.player.engine import FAILED, GONE, STARTED
from installation.player.preview import KEYS, NOTICE_S, Preview, Progress, around, same_place, told, turn_of
from installation.player.window import BACK, BEGINNING, LINE, NEXT, ON, PREVIOUS, RELOAD
from installation.player.window import KEYS as BOUND
from installation.show.model import Show
from tests.player.fakes import FakeClock, make_show, write_show


class FakeWindow:
    """A window without a picture, in which time passes while somebody waits. It is closed when its script is over.

    A script holds what keys ask, seconds that pass, and functions that are called at their turn.
    """

    def __init__(self, clock: FakeClock, script: list[str | float | Callable[[], object]]) -> None:
        self.clock = clock
        self.script = script
        self.opened: list[tuple[Path, float]] = []
        self.seeks: list[float] = []
        self.parts: list[tuple[float, float] | None] = []
        self.lines: list[str] = []
        self.notices: list[str] = []
        self.closed = False
        self.still = False
        self._time_s = 0.0
        self._events: SimpleQueue[str] = SimpleQueue()

    def open(self, folder: Path, audio: int | None, start_s: Fraction) -> None:
        self.opened.append((folder, float(start_s)))
        self.audio = audio
        self._time_s = float(start_s)
        self._events.put(STARTED)

    def seek(self, time_s: Fraction) -> None:
        self.seeks.append(float(time_s))

    def repeat(self, part: tuple[Fraction, Fraction] | None) -> None:
        self.parts.append(part and (float(part[0]), float(part[1])))

    def time_s(self) -> float | None:
        return self._time_s

    def paused(self) -> bool:
        return self.still

    def write(self, line: str, beside: str, notice: str) -> None:
        self.lines.append(" ".join((line + beside).split()))
        self.notices.append(notice)

    def next_event(self, timeout_s: float) -> str | None:
        try:
            return self._events.get_nowait()
        except Empty:
            pass
        if timeout_s == 0:
            return GONE if self.script == [GONE] else None
        if not self.script:
            return GONE
        if isinstance(self.script[0], float) and self.script[0] > 0:
            self._pass(timeout_s)
            return None
        step = self.script.pop(0)
        if callable(step):
            step()
        return step if isinstance(step, str) else None

    def arrive(self) -> None:
        """The frame of the last seek is there."""
        self._time_s = self.seeks[-1]
        self._events.put(STARTED)

    def close(self) -> None:
        self.closed = True

    def _pass(self, seconds: float) -> None:
        self.clock.now += seconds
        self._time_s += seconds
        left = self.script[0]
        assert isinstance(left, float)
        self.script[0] = round(max(0.0, left - seconds), 9)


class Desk:
    """A preview on a fake window."""

    def __init__(self, folder: Path, show: Show, *script: str | float | Callable[[], object]) -> None:
        self.folder = write_show(folder / "show", show)
        self.notice = ""
        self.failing: InstallationError | None = None
        self.heard: Progress | None = None
        self.window = FakeWindow(FakeClock(), list(script))
        self.preview = Preview(self.prepare, lambda _: self.window, self.window.clock)

    @contextmanager
    def prepare(self, progress: Progress) -> Iterator[tuple[Path, str]]:
        self.heard = progress
        if self.failing:
            raise self.failing
        progress("copy 1 of 2: a.mp4", 0.4)
        yield self.folder, self.notice

    def run(self, begin: str = "", join: str = "") -> FakeWindow:
        with self.preview as preview:
            preview.open(lambda _what, _done: None, begin, join)
            preview.run()
        assert self.window.closed
        return self.window

    def arrive(self) -> None:
        self.window.arrive()


SHOW = make_show((2, 1, 3), names=("a.mp4", "b.mp4", "c.mp4"))


def test_it_begins_at_the_beginning_and_tells_its_keys_for_a_while(tmp_path: Path) -> None:
    desk = Desk(tmp_path, SHOW, NOTICE_S + 1)
    window = desk.run()
    assert window.opened == [(desk.folder, 0.0)]
    assert window.notices[0] == KEYS
    assert window.notices[-1] == ""
    assert window.lines[0] == "1/3 a.mp4 0:00.0 / 0:02.0 loop 1"


@pytest.mark.parametrize(("cue", "start_s"), [("1", 0), ("3", 3), ("b.mp4", 2), ("C.", 3)])
def test_it_begins_at_any_cue(tmp_path: Path, cue: str, start_s: float) -> None:
    desk = Desk(tmp_path, SHOW)
    assert desk.run(begin=cue).opened == [(desk.folder, start_s)]


def test_cues_are_counted_in_the_order_of_the_first_iteration(tmp_path: Path) -> None:
    shuffled = make_show((2, 1, 3), orders=((2, 0, 1), (1, 2, 0)), names=("a.mp4", "b.mp4", "c.mp4"))
    assert [turn_of(shuffled, name) for name in ("c.mp4", "a.mp4", "b.mp4")] == [1, 2, 3]
    assert Desk(tmp_path, shuffled).run(begin="2").opened[0][1] == 3


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("4", "There is no cue 4: the loop has 3 cues."),
        ("0", "There is no cue 0: the loop has 3 cues."),
        ("9" * 5000, "There is no cue 999"),
        ("d.mp4", "No cue is called 'd.mp4'. `installation timeline` lists them."),
        ("mp4", "'mp4' may be any of the cues 1, 2, 3. Give one number."),
    ],
)
def test_a_cue_that_there_is_not_is_told_before_a_window_opens(tmp_path: Path, wanted: str, said: str) -> None:
    for asked in ({"begin": wanted}, {"join": wanted}):
        desk = Desk(tmp_path, SHOW)
        with pytest.raises(InstallationError) as told_of:
            desk.run(**asked)
        assert str(told_of.value).startswith(said)
        assert desk.window.opened == []


def test_the_arrows_jump_a_second_each_and_never_before_the_beginning(tmp_path: Path) -> None:
    desk = Desk(tmp_path, SHOW)
    desk.window.script = [ON, ON, desk.arrive, ON, BACK, BACK, BACK, BACK]
    assert desk.run().seeks == [1, 2, 3, 2, 1, 0, 0]


def test_down_leads_from_cue_to_cue_and_into_the_next_iteration(tmp_path: Path) -> None:
    desk = Desk(tmp_path, SHOW)
    desk.window.script = [0.5, NEXT, NEXT, desk.arrive, 0.5, NEXT, NEXT]
    assert desk.run().seeks == pytest.approx([2, 3, 6, 8])


def test_up_leads_to_the_beginning_of_the_cue_and_then_to_the_one_before(tmp_path: Path) -> None:
    desk = Desk(tmp_path, SHOW)
    desk.window.script = [1.5, PREVIOUS, PREVIOUS, PREVIOUS]
    assert desk.run(begin="3").seeks == pytest.approx([3, 2, 0])


def test_the_way_back_ends_at_the_beginning_and_the_way_on_at_the_timelines_end(tmp_path: Path) -> None:
    desk = Desk(tmp_path, make_show((2,), iterations=2), NEXT, NEXT, PREVIOUS)
    assert desk.run().seeks == pytest.approx([2, 0, 0])


def test_a_gap_belongs_to_the_cue_before_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path, make_show((2, 1), gap=1))
    desk.window.script = [2.5, NEXT, desk.arrive, PREVIOUS]
    assert desk.run().seeks == pytest.approx([3, 0])


def test_home_leads_to_the_beginning_and_away_from_a_join(tmp_path: Path) -> None:
    window = Desk(tmp_path, SHOW, BEGINNING).run(join="2")
    assert window.seeks == [0]
    assert window.parts[-1] is None


def test_a_join_is_played_with_three_seconds_either_side(tmp_path: Path) -> None:
    show = make_show((10, 10, 10), gap=1)
    window = Desk(tmp_path, show, 0.1).run(join="2")
    assert window.parts == [(7, 14)]
    assert window.opened[0][1] == 7
    assert window.lines[0].endswith("loop 1 join 2")


def test_the_join_before_the_first_cue_is_the_wrap(tmp_path: Path) -> None:
    assert Desk(tmp_path, make_show((10, 10))).run(join="1").parts == [(17, 23)]


def test_a_join_near_the_beginning_is_taken_from_the_second_iteration() -> None:
    assert list(around(SHOW, 2)) == [5, 11]
    shuffled = make_show((2, 1, 3), orders=((0, 1, 2), (2, 1, 0)))
    assert list(around(shuffled, 2)) == [0, 5]  # there the second iteration has another join


def test_up_and_down_lead_from_join_to_join(tmp_path: Path) -> None:
    window = Desk(tmp_path, make_show((10, 10, 10)), NEXT, NEXT, PREVIOUS).run(join="2")
    assert window.parts == [(7, 13), (17, 23), (27, 33), (17, 23)]
    assert window.seeks == [17, 27, 17]


def test_jumps_stay_around_the_join(tmp_path: Path) -> None:
    window = Desk(tmp_path, make_show((10, 10)), BACK, ON, ON).run(join="2")
    assert window.seeks == [12, 7, 8]


def test_the_line_is_hidden_and_comes_back(tmp_path: Path) -> None:
    lines = Desk(tmp_path, SHOW, 0.2, LINE, 0.2, LINE, 0.2).run().lines
    hidden = lines.index("")
    assert all(lines[:hidden])
    assert all(lines[hidden + 1 :])
    assert lines.count("") == 1


def test_an_edit_goes_on_at_the_same_place_of_the_same_cue(tmp_path: Path) -> None:
    desk = Desk(tmp_path, SHOW)
    edited = make_show((5, 2, 1, 3), names=("new.mp4", "a.mp4", "b.mp4", "c.mp4"))
    desk.window.script = [0.5, lambda: write_show(desk.folder, edited), RELOAD]
    window = desk.run(begin="b.mp4")
    assert window.opened[1][1] == pytest.approx(7.5)
    assert any(notice.startswith("copy 1 of 2: a.mp4") and notice.endswith("40%") for notice in window.notices)
    assert window.notices[-1] == "This is the loop as it is now."
    assert window.lines[-1].startswith("3/4 b.mp4 0:00.5")


def test_a_mistake_in_an_edit_is_noticed_and_what_plays_goes_on(tmp_path: Path) -> None:
    desk = Desk(tmp_path, SHOW)

    def spoil() -> None:
        desk.failing = InstallationError("Nothing of the loop can play.")

    desk.window.script = [0.1, spoil, RELOAD, 0.1, ON]
    window = desk.run()
    assert len(window.opened) == 1
    assert window.notices[-1] == "Nothing of the loop can play."
    assert window.seeks == pytest.approx([1.2])


def test_a_notice_of_the_preparing_comes_before_the_keys(tmp_path: Path) -> None:
    desk = Desk(tmp_path, SHOW, 0.1)
    desk.notice = "What has a mistake is left out."
    assert set(desk.run().notices) == {desk.notice}


def test_a_join_that_the_edit_took_away_is_looked_at_no_longer(tmp_path: Path) -> None:
    desk = Desk(tmp_path, SHOW)
    desk.window.script = [lambda: write_show(desk.folder, make_show((2, 1), names=("a.mp4", "b.mp4"))), RELOAD]
    assert desk.run(join="3").parts[-1] is None


def test_a_window_closed_while_an_edit_is_prepared_ends_the_preparing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, SHOW)
    desk.window.script = [RELOAD, GONE]
    assert len(desk.run().opened) == 1


def test_a_show_that_fails_is_told(tmp_path: Path) -> None:
    with pytest.raises(InstallationError, match="cannot play the show"):
        Desk(tmp_path, SHOW, FAILED).run()


def test_a_show_that_is_damaged_is_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path, SHOW)
    (desk.folder / "show.json").write_text("{}")
    with pytest.raises(InstallationError, match="cannot be read"):
        desk.run()


@pytest.mark.parametrize(
    ("time_s", "line"),
    [
        ("0", "1/2 a.mp4 0:00.0 / 1:05.0 loop 1"),
        ("4.25", "1/2 a.mp4 0:04.2 / 1:05.0 loop 1"),
        ("65.25", "1/2 gap 0:00.2 / 0:00.5 loop 1"),
        ("65.5", "2/2 b.mp4 0:00.0 / 1:01:01.2 loop 1"),
        ("3725.5", "2/2 b.mp4 1:01:00.0 / 1:01:01.2 loop 1"),
        (str(65.5 + 3661.2 + 0.5), "1/2 a.mp4 0:00.0 / 1:05.0 loop 2"),
        (str(65.5 + 3661.2 + 0.5 - 0.002), "1/2 a.mp4 0:00.0 / 1:05.0 loop 2"),  # a first frame's lead
    ],
)
def test_the_line_tells_cue_time_and_iteration(time_s: str, line: str) -> None:
    show = make_show((65, 3661.2), gap=0.5, names=("a.mp4", "b.mp4"))
    assert " ".join("".join(told(show, Fraction(time_s), paused=False)).split()) == line


def test_the_line_of_a_still_frame_tells_hundredths() -> None:
    show = make_show((2,), names=("a.mp4",))
    assert " ".join("".join(told(show, Fraction(1, 30), paused=True)).split()) == "1/1 a.mp4 0:00.03 / 0:02.00 loop 1"


def test_the_line_keeps_its_width_while_the_time_runs() -> None:
    show = make_show((10,), names=("a.mp4",))
    lines = {"".join(told(show, Fraction(n, 10), paused=False)) for n in range(100)}
    assert len(lines) == 100
    assert len({len(line) for line in lines}) == 1


def test_a_long_name_keeps_both_its_ends() -> None:
    name = "/".join(["street"] * 20) + "/north-17.mp4"
    line, _ = told(make_show((2,), names=(name,)), Fraction(0), paused=False)
    assert "north-17.mp4" in line
    assert "street/street" in line
    assert len(line) < 70


def test_a_cue_of_the_same_name_is_the_nearest_one() -> None:
    before = make_show((2, 2, 2), names=("a", "b", "a"))
    after = make_show((2, 2, 2, 2), names=("a", "c", "b", "a"))
    assert same_place(before, Fraction(5), after) == pytest.approx(7, abs=0.01)
    assert same_place(before, Fraction(1), after) == pytest.approx(1, abs=0.01)
    assert same_place(before, Fraction(3), make_show((2,), names=("z",))) == 0


def test_the_keys_that_are_told_are_the_keys_that_there_are() -> None:
    signs = {"SPACE": "space", "LEFT": "←", "RIGHT": "→", "UP": "↑", "DOWN": "↓", "HOME": "home"}
    unsaid = {"ESC", "CLOSE_WIN"}
    assert all(f"{signs.get(key, key)} " in f"{KEYS} " for key in set(BOUND) - unsaid)
