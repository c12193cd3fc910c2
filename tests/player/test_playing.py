"""The player's contract, held against a fake engine with a clock that is set and against the real libmpv (vo=null)."""

import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from installation.places import Places
from installation.player.engine import FAILED, GONE, STARTED, Engine, MpvEngine
from installation.player.heartbeat import BEAT_S, IDLE, PLAYING, Heartbeat
from installation.player.options import options
from installation.player.order import Order
from installation.player.playing import PICTURE_S, SOON_S, Player, PlayerError
from installation.player.shown import ACROSS, BLACK, DOWN, PICTURE, UNSURE, Frame, Shown
from installation.show import model
from installation.show.model import Settings, Show, ShowError
from installation.show.prepare import Preparation
from tests.glass.marked import make_clip
from tests.player.fakes import FPS, FakeClock, FakeEngine, make_show, write_show

ENOUGH_S = 30.0
SIZE = (64, 48)


class Try(ABC):
    """One player on one engine, and what it tells until it has told enough."""

    engine: Engine

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.beats: list[Heartbeat] = []
        self.enough: Callable[[Heartbeat], bool] = lambda _: True
        self.player: Player

    def tell(self, beat: Heartbeat) -> None:
        self.beats.append(beat)
        self.give_up_in_time()
        if self.enough(beat):
            self.player.end()

    def run(self, *orders: Order, until: Callable[[Heartbeat], bool], picture: Path | None = None) -> list[Heartbeat]:
        """Give orders and play until a beat is as wanted; returns the beats."""
        self.beats, self.enough = [], until
        for order in orders:
            self.player.order(order)
        self.player.run(picture)
        return self.beats

    @abstractmethod
    def give_up_in_time(self) -> None:
        """End a test that waits for what never comes."""


class FakeTry(Try):
    """On the fake engine: hours pass in an instant."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.clock = FakeClock()
        self.until = self.clock() + ENOUGH_S
        self.engine = self.fake = FakeEngine(self.clock)
        self.player = Player(self.engine, self.tell, self.clock)

    def give_up_in_time(self) -> None:
        assert self.clock() < self.until, self.beats[-3:]


class RealTry(Try):
    """On libmpv without a screen, in the time it takes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.until = time.monotonic() + ENOUGH_S
        self.engine = MpvEngine(options(Settings(sound=False), "none", None))
        self.player = Player(self.engine, self.tell)

    def give_up_in_time(self) -> None:
        assert time.monotonic() < self.until, self.beats[-3:]


@pytest.fixture(params=[FakeTry, RealTry], ids=["fake", "libmpv"])
def trying(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Try]:
    made: Try = request.param(tmp_path)
    yield made
    made.engine.close()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A show of three cues (2 s, 1 s, 3 s), as prepare makes it of real clips."""
    folder = tmp_path_factory.mktemp("prepared")
    (folder / "config").mkdir()
    (folder / "footage").mkdir()
    for number, seconds in enumerate((2, 1, 3)):
        make_clip(folder / "footage" / f"clip-{number}.mp4", number + 1, seconds * FPS, Fraction(FPS), SIZE)
    cues = "".join(f"  - clip: clip-{number}.mp4\n" for number in range(3))
    (folder / "config" / "loop.yaml").write_text("cues:\n" + cues)
    (folder / "config" / "kiosk.yaml").write_text("screen: {kind: none}\nsound: off\n")
    places = Places.under(folder / "state")
    assert Preparation(folder / "config", places, lambda _what, _done: None).run().outcome == "ready"
    return places.current.resolve()


def short(prepared: Path, folder: Path, iterations: int) -> tuple[Path, Show]:
    """The prepared show, with a timeline of only some iterations."""
    folder.mkdir(exist_ok=True)
    show = replace(model.read(prepared), iterations=iterations)
    edl = (prepared / "loop.edl").read_text()
    head = [line for line in edl.splitlines() if line.startswith(("#", "!"))]
    segments = [line for line in edl.splitlines() if line and not line.startswith(("#", "!"))]
    for link in prepared.iterdir():
        if link.is_symlink():
            (folder / link.name).symlink_to(link.readlink())
    text = "\n".join([*head, *segments[: 3 * iterations], ""])
    return write_show(folder, show, text), show


def shown(beat: Heartbeat) -> bool:
    return beat.intent == PLAYING and beat.ready


def test_it_begins_at_the_place_it_was_asked_for(trying: Try, prepared: Path) -> None:
    *_, beat = trying.run(Order(str(prepared), 5, 2, 1.0), until=shown)
    assert (beat.iteration, beat.cue, beat.show) == (5, 2, str(prepared))
    assert 0.9 < beat.position_s < 1.5
    assert beat.output == "null"


def test_it_is_ready_with_the_first_picture_and_not_before(trying: Try, prepared: Path) -> None:
    beats = trying.run(Order(str(prepared)), until=shown)
    for beat in beats[:-1]:
        assert beat in (Heartbeat(PLAYING, show=str(prepared)), Heartbeat(IDLE, output="null", ready=True))
    assert (beats[-1].iteration, beats[-1].cue) == (1, 0)


def test_it_says_several_times_a_second_how_far_it_is(trying: Try, prepared: Path) -> None:
    beats = trying.run(Order(str(prepared)), until=lambda beat: beat.time_s > 1.5)
    times = [beat.time_s for beat in beats if beat.ready and beat.intent == PLAYING]
    assert times == sorted(set(times))
    assert len(times) >= 1.5 / BEAT_S
    assert all(beat.position_s == pytest.approx(beat.time_s, abs=0.001) for beat in beats if beat.cue == 0)


def test_cues_and_iterations_are_counted_over_the_timelines_end(trying: Try, prepared: Path, tmp_path: Path) -> None:
    folder, show = short(prepared, tmp_path, iterations=1)
    if isinstance(trying, FakeTry):
        trying.fake.duration_s = float(show.loop_s)
    beats = trying.run(Order(str(folder), 7, 2, 2.0), until=lambda beat: (beat.iteration, beat.cue) == (8, 1))
    passed = list(dict.fromkeys((beat.iteration, beat.cue) for beat in beats if shown(beat)))
    assert passed == [(7, 2), (8, 0), (8, 1)]


def test_an_iteration_past_the_timelines_end_is_a_place_in_it(trying: Try, prepared: Path, tmp_path: Path) -> None:
    folder, _ = short(prepared, tmp_path, iterations=2)
    *_, beat = trying.run(Order(str(folder), 1000, 1, 0.5), until=shown)
    assert (beat.iteration, beat.cue) == (1000, 1)


def test_another_order_is_followed_at_once(trying: Try, prepared: Path, tmp_path: Path) -> None:
    folder, _ = short(prepared, tmp_path, iterations=2)

    def followed(beat: Heartbeat) -> bool:
        if shown(beat) and beat.show == str(prepared):
            trying.player.order(Order(str(folder), 9, 2, 1.0))
        return shown(beat) and beat.show == str(folder)

    *_, beat = trying.run(Order(str(prepared)), until=followed)
    assert (beat.iteration, beat.cue) == (9, 2)
    assert 0.9 < beat.position_s < 1.5


def test_an_order_for_black_ends_what_plays(trying: Try, prepared: Path) -> None:
    def black(beat: Heartbeat) -> bool:
        if shown(beat):
            trying.player.order(Order())
        return beat.intent == IDLE and trying.engine.position_s() is None and len(trying.beats) > 2

    beats = trying.run(Order(str(prepared)), until=black)
    assert beats[-1] == Heartbeat(IDLE, output="null", ready=True)


def test_a_show_without_its_record_is_damaged(trying: Try, tmp_path: Path) -> None:
    with pytest.raises(ShowError, match="there is no show in"):
        trying.run(Order(str(tmp_path / "none")), until=shown)
    (tmp_path / "show.json").write_text(json.dumps({"format": model.FORMAT}))
    with pytest.raises(ShowError, match="cannot be read"):
        trying.run(Order(str(tmp_path)), until=shown)


def test_it_ends_when_asked_from_another_thread(trying: Try, prepared: Path) -> None:
    threading.Timer(0.1, trying.player.end).start()
    if isinstance(trying, FakeTry):
        trying.until = float("inf")
    trying.run(Order(str(prepared)), until=lambda _: False)


def test_a_file_that_is_missing_is_a_fault(tmp_path: Path) -> None:
    folder = write_show(tmp_path, make_show(), "# mpv EDL v0\ngone.mp4,0,2\n")
    trying = RealTry(tmp_path)
    try:
        with pytest.raises(PlayerError, match="libmpv cannot play"):
            trying.run(Order(str(folder)), until=shown)
    finally:
        trying.engine.close()


@pytest.mark.parametrize(("event", "told"), [(FAILED, "cannot play"), (GONE, "has ended")])
def test_an_engine_that_fails_ends_the_player(tmp_path: Path, event: str, told: str) -> None:
    trying = FakeTry(tmp_path)
    trying.fake.happen(event)
    with pytest.raises(PlayerError, match=told):
        trying.run(until=shown)


def test_the_picture_is_saved_where_it_is_wanted(trying: Try, prepared: Path, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    fake = trying.fake if isinstance(trying, FakeTry) else None

    def saved(beat: Heartbeat) -> bool:
        return bool(fake.pictures) if fake else picture.exists()

    trying.run(Order(str(prepared)), until=saved, picture=picture)
    if fake:
        assert fake.pictures == [picture]
    else:
        assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        assert list(tmp_path.glob(".*")) == []


def test_a_picture_that_cannot_be_written_stops_nothing(trying: Try, prepared: Path, tmp_path: Path) -> None:
    if isinstance(trying, FakeTry):
        trying.fake.picture_error = OSError(28, "No space left on device")
    picture = tmp_path / "missing" / "picture.png"
    beats = trying.run(Order(str(prepared)), until=lambda beat: beat.time_s > 0.6, picture=picture)
    assert beats


def test_beats_and_pictures_come_at_their_times(tmp_path: Path) -> None:
    trying = FakeTry(tmp_path)
    times: list[float] = []
    show = write_show(tmp_path, make_show((1000,)))

    def ten_seconds(beat: Heartbeat) -> bool:
        times.append(trying.clock())
        return beat.time_s > 10

    trying.run(Order(str(show)), until=ten_seconds, picture=tmp_path / "picture.png")
    assert max(later - earlier for earlier, later in pairwise(times)) == pytest.approx(BEAT_S)
    assert len(trying.fake.pictures) == 1 + int(10 / PICTURE_S)


def test_a_show_is_opened_at_the_exact_time_of_its_place_with_its_sound(tmp_path: Path) -> None:
    trying = FakeTry(tmp_path)
    show = make_show((2, 1, 3), gap=1, orders=((2, 0, 1),), iterations=10)
    folder = write_show(tmp_path, replace(show, audio=2))
    trying.run(Order(str(folder), 13, 0, 0.5), until=shown)
    assert trying.fake.opened == [(folder / "loop.edl", 2 * 9 + 4 + 0.5, 2, None)]


def test_a_show_without_a_place_begins_with_the_first_cue_of_its_order(tmp_path: Path) -> None:
    trying = FakeTry(tmp_path)
    folder = write_show(tmp_path, make_show(orders=((2, 0, 1), (1, 2, 0)), iterations=4))
    *_, beat = trying.run(Order(str(folder), 2), until=shown)
    assert (beat.iteration, beat.cue) == (2, 1)
    assert trying.fake.opened == [(folder / "loop.edl", 6.0, None, None)]


def test_a_position_past_the_cues_end_is_its_beginning(tmp_path: Path) -> None:
    trying = FakeTry(tmp_path)
    folder = write_show(tmp_path, make_show())
    trying.run(Order(str(folder), 1, 1, 99.0), until=shown)
    assert trying.fake.opened == [(folder / "loop.edl", 2.0, None, None)]


def test_captions_are_opened_with_the_show_that_has_them(tmp_path: Path) -> None:
    trying = FakeTry(tmp_path)
    folder = write_show(tmp_path, make_show(captions=True))
    trying.run(Order(str(folder)), until=shown)
    assert trying.fake.opened == [(folder / "loop.edl", 0.0, None, folder / "captions.ass")]


def turned(trying: Try, *orders: Order, first: Order, until: Callable[[Heartbeat], bool]) -> list[tuple[str, int, int]]:
    """Give orders once the first is on the wall; return show, iteration and cue of what is seen, without repeats."""
    given = False

    def enough(beat: Heartbeat) -> bool:
        nonlocal given
        if shown(beat) and not given:
            given = True
            for order in orders:
                trying.player.order(order)
        return shown(beat) and until(beat)

    beats = trying.run(first, until=enough)
    seen = [(Path(beat.show).name, beat.iteration, beat.cue) for beat in beats if shown(beat)]
    return list(dict.fromkeys(seen))


def test_another_show_begins_at_the_wrap_and_iterations_go_on_counting(
    trying: Try, prepared: Path, tmp_path: Path
) -> None:
    folder, _ = short(prepared, tmp_path / "b", iterations=2)
    seen = turned(
        trying,
        Order(str(folder), at_wrap=True),
        first=Order(str(prepared), 7, 1, 0.2),
        until=lambda beat: beat.show == str(folder),
    )
    assert seen == [(prepared.name, 7, 1), (prepared.name, 7, 2), ("b", 8, 0)]


def test_the_last_show_that_was_ordered_for_the_wrap_is_the_one_that_begins(tmp_path: Path) -> None:
    trying = FakeTry(tmp_path)
    a, b, c = (write_show(tmp_path / name, make_show(name=name)) for name in "abc")
    orders = [Order(str(b), at_wrap=True), Order(str(c), at_wrap=True)]
    seen = turned(trying, *orders, first=Order(str(a)), until=lambda beat: beat.iteration == 2)
    assert seen[-1] == ("c", 2, 0)
    assert [opened[0].parent.name for opened in trying.fake.opened] == ["a", "c"]


def test_an_order_for_the_show_that_plays_takes_back_what_waits(tmp_path: Path) -> None:
    trying = FakeTry(tmp_path)
    a, b = (write_show(tmp_path / name, make_show(name=name)) for name in "ab")
    orders = [Order(str(b), at_wrap=True), Order(str(a), at_wrap=True)]
    seen = turned(trying, *orders, first=Order(str(a)), until=lambda beat: beat.iteration == 3)
    assert {show for show, _, _ in seen} == {"a"}
    assert len(trying.fake.opened) == 1


def test_a_wrap_that_is_too_near_is_let_pass(tmp_path: Path) -> None:
    trying = FakeTry(tmp_path)
    a, b = (write_show(tmp_path / name, make_show(name=name)) for name in "ab")
    first = Order(str(a), 1, 2, 3 - SOON_S / 2)
    seen = turned(trying, Order(str(b), at_wrap=True), first=first, until=lambda beat: beat.show == str(b))
    assert seen[-1] == ("b", 3, 0)


def test_a_wrap_at_the_timelines_end_is_none_to_turn_at(tmp_path: Path) -> None:
    trying = FakeTry(tmp_path)
    a, b = (write_show(tmp_path / name, make_show(name=name, iterations=2)) for name in "ab")
    trying.fake.duration_s = 12.0
    first = Order(str(a), 2, 2, 3 - SOON_S / 2)
    seen = turned(trying, Order(str(b), at_wrap=True), first=first, until=lambda beat: beat.show == str(b))
    assert seen[-1] == ("b", 4, 0)


def test_on_a_black_wall_nothing_is_waited_for(tmp_path: Path) -> None:
    trying = FakeTry(tmp_path)
    folder = write_show(tmp_path, make_show())
    *_, beat = trying.run(Order(str(folder), 3, at_wrap=True), until=shown)
    assert (beat.iteration, beat.cue) == (3, 0)


def test_a_shuffled_show_begins_with_the_order_of_the_iteration_that_it_takes_up(tmp_path: Path) -> None:
    trying = FakeTry(tmp_path)
    a = write_show(tmp_path / "a", make_show(name="a"))
    b = write_show(tmp_path / "b", make_show(name="b", orders=((0, 1, 2), (2, 1, 0)), iterations=4))
    seen = turned(trying, Order(str(b), at_wrap=True), first=Order(str(a)), until=lambda beat: beat.show == str(b))
    assert seen[-1] == ("b", 2, 2)


@pytest.mark.parametrize("event", [STARTED, "wake", None])
def test_an_engine_without_a_position_is_not_ready(tmp_path: Path, event: str | None) -> None:
    trying = FakeTry(tmp_path)
    if event:
        trying.fake.happen(event)
    *_, beat = trying.run(until=lambda _: True)
    assert beat == Heartbeat(IDLE, output="null", ready=True)


def answers(trying: Try, *orders: Order, until: Callable[[Heartbeat], bool]) -> list[Shown]:
    """Give orders, ask once a beat is as wanted, and play until there is an answer."""
    heard: list[Shown] = []

    def enough(beat: Heartbeat) -> bool:
        if until(beat) and not heard:
            trying.player.ask(heard.append)
        return bool(heard)

    trying.run(*orders, until=enough)
    return heard


def test_whoever_asks_is_told_the_picture_that_is_shown(trying: Try, prepared: Path) -> None:
    if isinstance(trying, FakeTry):
        trying.fake.shows = Frame(2, 1, 8, bytes((3, 2, 1, 0)) * 2)
    (shown_now,) = answers(trying, Order(str(prepared)), until=shown)
    assert shown_now.what == PICTURE
    assert not shown_now.lettered
    if isinstance(trying, FakeTry):
        assert shown_now.sketch == bytes((1, 2, 3)) * (ACROSS * DOWN)
    else:
        assert min(shown_now.sketch) < 50, "the clip has dark blocks and light ones"
        assert max(shown_now.sketch) > 200


def test_a_wall_without_a_show_is_told_to_be_black(trying: Try) -> None:
    assert answers(trying, until=lambda beat: beat.intent == IDLE) == [Shown(BLACK)]


def test_what_is_about_to_change_is_not_told(tmp_path: Path) -> None:
    trying = FakeTry(tmp_path)
    a, b = (write_show(tmp_path / name, make_show((9,), name=name)) for name in "ab")
    orders = Order(str(a)), Order(str(b), at_wrap=True)
    told = answers(trying, *orders, until=lambda beat: beat.time_s > 8.2)
    assert told == [Shown(UNSURE)]
    trying = FakeTry(tmp_path)
    trying.fake.shows = None  # the first picture is not there yet
    assert answers(trying, Order(str(a)), until=shown) == [Shown(UNSURE)]


def test_what_another_player_would_have_to_be_asked_is_the_place_and_what_waits(prepared: Path, tmp_path: Path) -> None:
    trying = FakeTry(tmp_path)
    trying.run(Order(str(prepared), 5, 2, 1.0), until=shown)
    trying.player.order(Order("/next", at_wrap=True))
    place, waits = trying.player.left()
    assert (place.show, place.iteration, place.cue, place.at_wrap) == (str(prepared), 5, 2, False)
    assert place.position_s == pytest.approx(1.0, abs=0.1)
    assert waits == Order("/next", at_wrap=True)
