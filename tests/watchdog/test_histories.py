"""The rules under long random histories of a world that breaks in every way."""

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.journal.events import Event
from installation.player.heartbeat import Heartbeat
from installation.screens.screen import Sight
from installation.wall.resuming import Standing
from installation.watchdog import rules
from installation.watchdog.rules import (
    GOOD_S,
    LONGEST_START_S,
    PAUSES_S,
    Act,
    Outage,
    Phase,
    Seen,
    State,
)
from tests.watchdog.looks import BLACK, NOT_READY, PATIENCE_S, TICK_S, beat

CUES = 4
# A world that breaks in every way, and rules that see only what the watchdog sees of it.


@dataclass
class World:
    """One player at most, one screen, one clock."""

    state: State = field(default_factory=State)
    now: float = 0.0
    sight: Sight = Sight.HAS_SCREEN
    alive: bool = False
    frozen: bool = False
    still: bool = False
    idle: bool = False
    age_s: float = 0.0
    opens_in_s: float = 0.5
    dies_after_s: float | None = None
    place_s: float = 0.0
    dies_in_cue: int | None = None
    aside: frozenset[int] = frozenset()
    told: list[tuple[float, str]] = field(default_factory=list)
    due_kept: list[float] = field(default_factory=list)

    def beat(self) -> Heartbeat | None:
        if not self.alive or self.frozen:
            return None
        if self.age_s < self.opens_in_s:
            return NOT_READY if self.age_s > 0.2 else None
        return BLACK if self.idle else beat(self.place_s, cue=self.cue)

    def live(self, seconds: float) -> None:
        """Let the time pass a look at a time, and do what the rules say."""
        for _ in range(max(1, int(seconds / TICK_S))):
            self.now += TICK_S
            self.age_s += TICK_S
            if self.sight is Sight.NO_SCREEN or (self.dies_after_s is not None and self.age_s > self.dies_after_s):
                self.alive = False
            if self.alive and not self.frozen and not self.still and self.age_s >= self.opens_in_s:
                self.place_s += TICK_S
            if self.alive and self.cue == self.dies_in_cue and self.age_s > self.opens_in_s:
                self.alive = False
            before = self.state
            place = Standing(self.cue, self.place_s % 1)
            seen = Seen(self.now, self.alive, self.beat(), self.sight, place=place, rungs=(0, 2, 3))
            self.state, acts = rules.step(self.state, seen, PATIENCE_S)
            for act in acts:
                self.obey(act)
            self.take_aside(self.state.blame.aside)
            self.check(before)

    @property
    def cue(self) -> int:
        """The number of the cue that is on: each lasts a second, and those set aside are passed over."""
        left = [number for number in range(1, CUES + 1) if number not in self.aside]
        return left[int(self.place_s) % len(left)]

    def take_aside(self, cues: frozenset[int]) -> None:
        """Leave cues out, as the programme does: never all of them."""
        if len(cues) < CUES:
            self.aside = cues

    def obey(self, act: Act | Event) -> None:
        if act is Act.KILL:
            self.alive = False
        elif act is Act.START:
            assert not self.alive, "a second player"
            assert self.sight is not Sight.NO_SCREEN, "a restart spent without a screen"
            self.alive, self.frozen, self.age_s = True, False, 0.0
        elif act is Act.SKIP:
            self.place_s = float(int(self.place_s) + 1)
        elif isinstance(act, Event):
            self.told.append((self.now, act.kind))

    def check(self, before: State) -> None:
        assert self.state.due - self.now <= max(PAUSES_S)
        if self.state.phase in (Phase.RESTING, Phase.WAITING):
            assert not self.alive, "a player that nobody watches"
        if self.state.phase is Phase.RESTING and before.phase is Phase.RESTING:
            assert self.state.due == before.due

    def heal(self) -> None:
        self.sight, self.still, self.idle, self.frozen = Sight.HAS_SCREEN, False, False, False
        self.opens_in_s, self.dies_after_s, self.dies_in_cue = 0.5, None, None


class History:
    """What may happen to a world, each with the time until the next."""

    HAPPENINGS = st.sampled_from(
        [
            ("alive", False),
            ("frozen", True),
            ("still", True),
            ("still", False),
            ("idle", True),
            ("idle", False),
            ("sight", Sight.NO_SCREEN),
            ("sight", Sight.UNKNOWN),
            ("sight", Sight.HAS_SCREEN),
            ("opens_in_s", 0.5),
            ("opens_in_s", 14.0),
            ("opens_in_s", 1e9),
            ("dies_after_s", 0.0),
            ("dies_after_s", 2.0),
            ("dies_after_s", None),
            ("dies_in_cue", 1),
            ("dies_in_cue", 3),
            ("dies_in_cue", None),
        ]
    )
    STEPS = st.lists(st.tuples(HAPPENINGS, st.sampled_from([0.25, 1.0, 3.0, 3.5, 20.0, 130.0, 310.0])), max_size=15)


LONGEST_RECOVERY_S = PATIENCE_S + max(PAUSES_S) + LONGEST_START_S + PATIENCE_S + max(PAUSES_S) + 2


@settings(max_examples=40)
@given(History.STEPS)
def test_whatever_happened_the_picture_comes_back_once_all_is_well(
    history: list[tuple[tuple[str, object], float]],
) -> None:
    world = World()
    for (name, value), seconds in history:
        setattr(world, name, value)
        world.live(seconds)
    world.heal()
    world.live(LONGEST_RECOVERY_S)
    assert world.alive
    assert (world.state.phase, world.state.outage) == (Phase.PLAYING, None)
    outage_words = [kind for _, kind in world.told]
    assert outage_words.count("screen_gone") >= outage_words.count("screen_missing_long")
    assert outage_words.count("screen_gone") == outage_words.count("screen_back")
    starts_told = [n for n, kind in enumerate(outage_words) if kind == "screen_gone"]
    for first, second in pairwise(starts_told):
        assert "screen_back" in outage_words[first:second], "one outage told twice"
    world.live(GOOD_S + 1)
    assert world.state.failures == 0
    assert world.alive


@pytest.mark.parametrize("dying", range(1, CUES + 1))
def test_a_cue_at_which_the_player_always_dies_is_set_aside_and_the_rest_goes_on(dying: int) -> None:
    world = World(dies_in_cue=dying)
    world.live(60)
    assert world.aside == {dying}
    assert world.state.blame.rung == 0
    quiet_since = world.now
    world.live(60)
    assert not [kind for at, kind in world.told if at > quiet_since]
    assert world.alive


def test_players_that_never_start_are_no_cue_s_fault_and_every_way_to_set_them_up_is_tried() -> None:
    world, tried = World(opens_in_s=1e9, dies_after_s=1.0), []
    for _ in range(150):
        world.live(1.0)
        tried.append(world.state.blame.rung)
    assert world.aside == frozenset()
    assert [rung for rung, before in zip(tried, [None, *tried], strict=False) if rung != before][:5] == [0, 2, 3, 0, 2]
    world.heal()
    world.live(60)
    assert world.told[-1][1] == "rung"
    assert world.told[-2][1] == "fixed"


def test_a_cue_that_is_tried_again_after_an_edit_may_have_been_mended() -> None:
    world = World(dies_in_cue=2)
    world.live(60)
    world.dies_in_cue = None
    world.state = rules.edited(world.state)
    world.live(60)
    assert (world.aside, world.alive) == (frozenset(), True)


def seconds(most: float = 1e5) -> st.SearchStrategy[float]:
    return st.floats(0, most, allow_nan=False)


BEATS = st.one_of(st.just(NOT_READY), st.just(BLACK), st.builds(beat, seconds(), st.integers(0, 3)))
STATES = st.builds(
    State,
    phase=st.sampled_from(list(Phase)),
    since=seconds(1000),
    due=seconds(1000),
    heard_at=seconds(1000),
    moved_at=seconds(1000),
    last=st.none() | BEATS,
    failures=st.integers(0, 1000),
    outage=st.none()
    | st.builds(
        Outage,
        seconds(1000),
        st.sampled_from(["ended", "silent", "still", "unready"]),
        st.none() | BEATS,
        st.booleans(),
        st.booleans(),
    ),
)


@settings(max_examples=60)
@given(STATES)
def test_from_any_state_at_all_a_healthy_player_is_reached(state: State) -> None:
    """Also from states that no history leads to: nothing that is remembered can keep a wall dark."""
    world = World(state=state, now=1000.0)
    world.alive = state.phase in (Phase.STARTING, Phase.PLAYING)
    world.live(LONGEST_RECOVERY_S)
    assert world.alive
    assert (world.state.phase, world.state.outage) == (Phase.PLAYING, None)
