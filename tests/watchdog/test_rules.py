"""The rules as a table, and under long random histories of a world that breaks in every way."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.journal.events import Event
from installation.player.heartbeat import IDLE, PLAYING, Heartbeat
from installation.screens.screen import Sight
from installation.wall.resuming import Standing
from installation.watchdog import rules
from installation.watchdog.rules import (
    GOOD_S,
    LONG_GONE_S,
    LONGEST_START_S,
    LOOKS,
    MANY,
    MIB,
    PAUSES_S,
    PLAYED_S,
    START_S,
    Act,
    Outage,
    Phase,
    Seen,
    State,
)

PATIENCE_S = 3.0
TICK_S = 0.25


def beat(time_s: float, cue: int = 0, intent: str = PLAYING) -> Heartbeat:
    return Heartbeat(intent, iteration=1, cue=cue, position_s=time_s, time_s=time_s, show="/show", ready=True)


NOT_READY = Heartbeat(PLAYING, show="/show")
BLACK = Heartbeat(IDLE, ready=True)


def playing(since: float = 100.0) -> State:
    """A state in which the picture came at `since`."""
    return State(phase=Phase.PLAYING, since=since, heard_at=since, moved_at=since, last=beat(since))


def after(state: State, *looks: Seen, patience_s: float = PATIENCE_S) -> tuple[State, list[Act | Event]]:
    done: list[Act | Event] = []
    for seen in looks:
        state, acts = rules.step(state, seen, patience_s)
        done += acts
    return state, done


def kinds(done: Iterable[Act | Event]) -> list[str]:
    return [act.kind if isinstance(act, Event) else act.value for act in done]


def fault(state: State, now: float, *, running: bool = True, patience_s: float = PATIENCE_S) -> str | None:
    return rules.find_fault(state, Seen(now, running), patience_s)


def test_at_the_beginning_a_player_is_started_at_once() -> None:
    state, done = after(State(due=5.0), Seen(5.0, running=False, sight=Sight.HAS_SCREEN))
    assert (state.phase, done) == (Phase.STARTING, [Act.START])


def test_the_first_picture_is_no_recovery_and_nothing_is_told() -> None:
    state, done = after(
        State(), Seen(0, running=False), Seen(0.3, running=True, beat=NOT_READY), Seen(0.5, running=True, beat=beat(0))
    )
    assert (state.phase, state.outage, kinds(done)) == (Phase.PLAYING, None, ["start"])


@pytest.mark.parametrize("phase", [Phase.STARTING, Phase.PLAYING])
def test_a_player_that_ended_is_a_fault_at_once(phase: Phase) -> None:
    assert fault(replace(playing(), phase=phase), 100.0, running=False) == "ended"


def heavy(now: float, mib: int) -> Seen:
    """A look at a player that is heavier than the 256 MiB that it may be, on a machine that has 2 GiB."""
    seen = Seen(now, running=True, beat=beat(now), sight=Sight.HAS_SCREEN)
    return replace(seen, memory_bytes=mib * MIB, allowed_bytes=256 * MIB, spare_bytes=2048 * MIB)


def test_a_player_that_grew_too_heavy_is_a_fault_from_this_moment_on() -> None:
    state, done = after(playing(), heavy(100 + PLAYED_S, 300))
    assert kinds(done) == ["kill"]
    assert state.outage
    assert (state.outage.fault, state.outage.since) == ("heavy", 100 + PLAYED_S)


@pytest.mark.parametrize("phase", [Phase.STARTING, Phase.PLAYING])
def test_a_player_that_is_heavy_from_its_start_on_has_what_it_needs_and_that_is_told_once(phase: Phase) -> None:
    state, done = after(replace(playing(), phase=phase), heavy(102.0, 300), heavy(104.0, 310), heavy(130.0, 440))
    assert done == [Event("needs_memory", {"needed": "300 MiB", "allowed": "256 MiB"})]
    assert kinds(after(state, heavy(132.0, 451))[1]) == ["kill"]


def test_a_player_never_has_more_than_the_machine_can_do_without() -> None:
    assert kinds(after(playing(), heavy(102.0, 2049))[1]) == ["kill"]


def test_after_a_thousand_failures_a_start_is_still_given_a_bounded_time() -> None:
    state = State(phase=Phase.STARTING, since=100.0, failures=100_000)
    assert fault(state, 100 + LONGEST_START_S + PATIENCE_S) is None
    assert fault(state, 101 + LONGEST_START_S + PATIENCE_S) == "unready"


@pytest.mark.parametrize("phase", [Phase.RESTING, Phase.WAITING])
def test_without_a_player_nothing_is_a_fault(phase: Phase) -> None:
    assert fault(State(phase=phase), 1e6, running=False) is None


@pytest.mark.parametrize("patience_s", [1.0, 3.0, 60.0])
def test_silence_is_borne_for_the_patience_and_no_longer(patience_s: float) -> None:
    state = replace(playing(), moved_at=1e9)
    assert fault(state, 100 + patience_s, patience_s=patience_s) is None
    assert fault(state, 100 + patience_s + 0.01, patience_s=patience_s) == "silent"


@pytest.mark.parametrize("patience_s", [1.0, 3.0, 60.0])
def test_stillness_is_borne_for_the_patience_and_no_longer(patience_s: float) -> None:
    state = replace(playing(), heard_at=1e9)
    assert fault(state, 100 + patience_s, patience_s=patience_s) is None
    assert fault(state, 100 + patience_s + 0.01, patience_s=patience_s) == "still"


def test_a_player_that_beats_without_moving_is_still() -> None:
    looks = [Seen(100 + n * TICK_S, running=True, beat=beat(100)) for n in range(1, 13)]
    state, done = after(playing(), *looks)
    assert done == []
    state, done = after(state, Seen(103.25, running=True, beat=beat(100)))
    assert kinds(done) == ["kill"]
    assert state.outage == Outage(100, "still", beat(100))


def test_black_that_is_meant_may_last_for_ever() -> None:
    state, done = after(playing(), *(Seen(100.0 + n, running=True, beat=BLACK) for n in range(10_000)))
    assert (state.phase, done) == (Phase.PLAYING, [])


@pytest.mark.parametrize(
    ("failures", "allowed_s"), [(0, START_S), (1, 2 * START_S), (2, 4 * START_S), (3, 120.0), (99, LONGEST_START_S)]
)
def test_each_start_has_more_time_than_the_one_before(failures: int, allowed_s: float) -> None:
    state = State(phase=Phase.STARTING, since=100.0, failures=failures)
    assert fault(state, 100 + allowed_s + PATIENCE_S) is None
    assert fault(state, 100 + allowed_s + PATIENCE_S + 0.01) == "unready"


def test_a_start_that_fails_was_dark_from_its_beginning() -> None:
    state = State(phase=Phase.STARTING, since=100.0)
    state, done = after(
        state, Seen(118, running=True, beat=NOT_READY), Seen(118.1, running=True), Seen(118.1, running=False)
    )
    assert kinds(done) == ["kill", "start"]
    assert state.outage
    assert state.outage.since == 100


def test_another_show_has_the_time_of_a_start_again() -> None:
    state = rules.ordered(playing(), 200.0)
    assert fault(state, 200 + START_S + PATIENCE_S) is None
    assert fault(state, 200 + START_S + PATIENCE_S + 0.01) == "unready"
    state, done = after(state, Seen(210, running=True, beat=beat(0)))
    assert (state.phase, state.since, done) == (Phase.PLAYING, 210, [])


def test_an_order_means_nothing_while_no_player_runs() -> None:
    resting = State(phase=Phase.RESTING, due=9.0)
    assert rules.ordered(resting, 1.0) == resting


def test_a_player_that_was_replaced_on_purpose_comes_back_at_once_and_keeps_the_outage() -> None:
    outage = Outage(90.0, "ended", None)
    state = rules.replaced(replace(playing(), failures=5, outage=outage), 100.0)
    state, done = after(state, Seen(100.0, running=False))
    assert (done, state.outage, state.failures) == ([Act.START], outage, 0)


def fail(state: State, now: float) -> tuple[State, float]:
    """The player ends at `now` and every start of it fails at once; returns when it was started again."""
    state, done = after(state, Seen(now, running=False, sight=Sight.HAS_SCREEN))
    assert done[0] is Act.KILL
    started = now
    while True:
        state, done = after(state, Seen(started, running=False, sight=Sight.HAS_SCREEN))
        if Act.START in done:
            return state, started
        started += TICK_S


def test_the_pauses_between_restarts_grow_to_half_a_minute_and_stay_there() -> None:
    state, now, pauses = playing(), 200.0, []
    for _ in range(9):
        state, started = fail(state, now)
        pauses.append(started - now)
        now = started
    assert pauses == [0, 1, 2, 5, 10, 30, 30, 30, 30]
    assert pauses[: len(PAUSES_S)] == list(PAUSES_S)


@pytest.mark.parametrize(("played_s", "pause_s"), [(5.0, 30.0), (10.0, 1.0), (60.0, 6.0), (290.0, 29.0)])
def test_a_player_that_had_played_for_a_while_is_away_for_a_tenth_of_that_at_most(
    played_s: float, pause_s: float
) -> None:
    state = replace(playing(100.0), failures=9, last=beat(100.0))
    _, started = fail(state, 100.0 + played_s)
    assert started - 100.0 - played_s == pytest.approx(pause_s, abs=TICK_S)


def play(state: State, start: float, seconds: float) -> State:
    for n in range(int(seconds / TICK_S) + 1):
        state, _ = after(state, Seen(start + n * TICK_S, running=True, beat=beat(start + n * TICK_S)))
    return state


def test_five_good_minutes_bring_the_pauses_back_to_none() -> None:
    state, now = playing(), 200.0
    for _ in range(4):
        state, now = fail(state, now)
    nearly = play(state, now, GOOD_S - TICK_S)
    assert nearly.failures == 4
    good = play(state, now, GOOD_S)
    assert good.failures == 0
    _, started = fail(good, now + GOOD_S + 1)
    assert started == now + GOOD_S + 1


def test_the_sixth_failure_in_a_row_is_told_to_a_person_once() -> None:
    state, now, told = playing(), 200.0, []
    for failure in range(1, 20):
        state, acts = after(state, Seen(now, running=False))
        told += [(failure, act) for act in acts if isinstance(act, Event)]
        now += 31
        state, _ = after(state, Seen(now, running=False))
    assert told == [(MANY, Event("player_fails", {"count": MANY, "pause": 30.0}))]


def gone(now: float) -> Seen:
    return Seen(now, running=False, sight=Sight.NO_SCREEN)


def test_without_a_screen_it_is_waited_for_and_no_restart_is_spent() -> None:
    state, done = after(playing(), gone(150.0), *(gone(150 + n * TICK_S) for n in range(400)))
    assert kinds(done) == ["kill", "screen_gone"]
    assert (state.phase, state.failures) == (Phase.WAITING, 0)
    state, done = after(state, Seen(260.0, running=False, sight=Sight.HAS_SCREEN))
    assert done == [Act.START]
    state, done = after(state, Seen(260.5, running=True, beat=beat(150)))
    assert done == [Event("screen_back", {"away": 110.5, "dark": 110.5})]
    assert (state.failures, state.outage) == (0, None)


def test_a_player_frozen_with_its_screen_is_ended_and_the_screen_waited_for() -> None:
    state, done = after(playing(), Seen(103.5, running=True, sight=Sight.NO_SCREEN))
    assert kinds(done) == ["kill", "screen_gone"]
    assert state.outage
    assert state.outage.since == 100


def test_a_screen_that_is_long_gone_is_told_after_two_minutes_and_once() -> None:
    state, _ = after(playing(), gone(150.0))
    state, done = after(state, gone(150 + LONG_GONE_S - 0.01))
    assert done == []
    state, done = after(state, *(gone(150 + LONG_GONE_S + n) for n in range(500)))
    assert kinds(done) == ["screen_missing_long"]


def test_a_screen_that_is_missing_from_the_start_is_told_too() -> None:
    state, done = after(State(), *(gone(float(n)) for n in range(200)))
    assert kinds(done) == ["screen_gone", "screen_missing_long"]
    state, done = after(state, Seen(200.0, False, sight=Sight.HAS_SCREEN), Seen(201.0, True, beat=beat(0)))
    assert kinds(done) == ["start", "screen_back"]


def test_a_screen_that_comes_and_goes_before_the_picture_is_told_once() -> None:
    has = Seen(160.0, running=False, sight=Sight.HAS_SCREEN)
    state, done = after(playing(), gone(150), has, gone(161), replace(has, now=170.0), gone(171), replace(has, now=180))
    assert kinds(done) == ["kill", "screen_gone", "start", "kill", "start", "kill", "start"]
    state, done = after(state, Seen(181, running=True, beat=beat(1)))
    assert done == [Event("screen_back", {"away": 31, "dark": 31})]


def test_a_screen_that_goes_while_the_player_rests_is_waited_for() -> None:
    state, _ = fail(playing(), 150.0)
    state, _ = after(state, Seen(150.1, running=False, sight=Sight.HAS_SCREEN))
    state, done = after(state, gone(150.2))
    assert (state.phase, kinds(done)) == (Phase.WAITING, ["screen_gone"])


@pytest.mark.parametrize("sight", [Sight.UNKNOWN, Sight.HAS_SCREEN])
def test_a_player_that_ended_is_started_again_whether_or_not_the_screen_is_known(sight: Sight) -> None:
    _, done = after(playing(), *(Seen(150.0, running=False, sight=sight),) * 2)
    assert done == [Act.KILL, Act.START]


@pytest.mark.parametrize("sight", [Sight.HAS_SCREEN, Sight.UNKNOWN, None])
def test_a_player_that_plays_on_a_screen_that_is_there_or_unknown_is_left_alone(sight: Sight | None) -> None:
    looks = [Seen(100 + n, running=True, beat=beat(100.0 + n), sight=sight) for n in range(1, 1000)]
    assert after(playing(), *looks)[1] == []


def without_screen(now: float, sight: Sight | None = Sight.NO_SCREEN, *, closed: bool = False) -> Seen:
    return Seen(now, running=True, beat=beat(now), sight=sight, closed=closed)


def test_an_output_that_went_off_under_a_player_that_plays_on_is_waited_for() -> None:
    state, done = after(playing(), *(without_screen(101.0 + n) for n in range(LOOKS - 1)))
    assert done == []
    state, done = after(state, without_screen(104.0))
    assert (state.phase, state.failures, kinds(done)) == (Phase.WAITING, 0, ["kill", "screen_gone"])


def test_a_server_that_answers_late_now_and_then_ends_no_player() -> None:
    late = (Sight.NO_SCREEN, None, Sight.NO_SCREEN, None, Sight.HAS_SCREEN)
    looks = [without_screen(101.0 + n, late[n % len(late)]) for n in range(500)]
    assert after(playing(), *looks)[1] == []


def test_a_screen_that_is_switched_off_for_the_night_is_no_fault_until_the_wall_opens() -> None:
    state, done = after(playing(), *(without_screen(101.0 + n, closed=True) for n in range(1000)))
    assert done == []
    night = [Seen(2000.0 + n, running=False, sight=Sight.NO_SCREEN, closed=True) for n in range(1000)]
    state, done = after(state, *night)
    assert (state.phase, kinds(done)) == (Phase.WAITING, ["kill"])
    _, done = after(state, gone(4000.0))
    assert kinds(done) == ["screen_gone", "screen_missing_long"][:1]


def test_where_another_screen_is_looked_at_the_one_that_was_gone_is_forgotten() -> None:
    waiting, _ = after(playing(), gone(150.0))
    state, done = after(rules.without_screen_outage(waiting), Seen(151.0, False, sight=Sight.HAS_SCREEN))
    assert (state.outage, done) == (None, [Act.START])
    by_player = replace(playing(), outage=Outage(90.0, "ended", None))
    assert rules.without_screen_outage(by_player) == by_player


def test_a_screen_that_turns_unknown_is_tried() -> None:
    _, done = after(playing(), gone(150), Seen(151, running=False, sight=Sight.UNKNOWN))
    assert kinds(done) == ["kill", "screen_gone", "start"]


def test_an_outage_lasts_until_the_picture_is_back_and_not_the_black() -> None:
    state, _ = fail(playing(), 150.0)
    state, done = after(state, Seen(150.5, True, NOT_READY), Seen(151, True, BLACK), Seen(160, True, BLACK))
    assert done == []
    state, done = after(state, Seen(161, running=True, beat=beat(150)))
    assert done == [Event("fixed", {"fault": "ended", "show": "/show", "cue": 0, "position": 100.0, "dark": 11.0})]


def test_an_outage_through_several_failures_is_told_once_with_its_whole_length() -> None:
    state, now = playing(), 150.0
    for _ in range(3):
        state, now = fail(state, now)
    state, done = after(state, Seen(now + 1, running=True, beat=beat(150)))
    assert kinds(done) == ["fixed"]
    assert isinstance(done[0], Event)
    assert done[0].fields["dark"] == now + 1 - 150


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


def eyed(word: str, now: float) -> Seen:
    return Seen(now, running=True, beat=beat(now), eye=word)


def test_what_the_eye_is_content_with_needs_nothing() -> None:
    assert after(playing(), *(eyed("picture", 101.0 + n) for n in range(1000)))[1] == []


def test_a_covered_picture_is_lifted_and_told_when_that_has_helped() -> None:
    state, done = after(playing(), eyed("covered", 101.0), eyed("", 102.0), eyed("picture", 105.0))
    assert done == [Act.LIFT, Event("seen_again", {"dark": 4.0})]
    assert state.veil is None


def test_a_picture_that_stays_covered_costs_one_restart_and_one_call_for_a_person() -> None:
    state, done = after(playing(), eyed("covered", 101.0), eyed("covered", 105.0))
    assert done == [Act.LIFT, Act.KILL]
    state, done = after(state, Seen(105.1, running=False), Seen(105.5, running=True, beat=beat(105.0)))
    assert kinds(done) == ["start", "fixed"]
    state, done = after(state, *(eyed("covered", 110.0 + 4 * n) for n in range(100)))
    assert done[:2] == [Act.LIFT, Event("unseen", {"unseen": "covered"})]
    assert set(done[2:]) == {Act.LIFT}
    _, done = after(state, eyed("picture", 600.0))
    assert done == [Event("seen_again", {"dark": 499.0})]


@pytest.mark.parametrize("word", ["frozen", "dark"])
def test_a_glass_that_shows_something_else_is_restarted_once_then_a_person_is_called(word: str) -> None:
    state, done = after(playing(), eyed(word, 101.0))
    assert done == [Act.KILL]
    state, done = after(state, Seen(101.1, running=False), Seen(101.5, running=True, beat=beat(105.0)))
    assert kinds(done) == ["start", "fixed"]
    _, done = after(state, *(eyed(word, 110.0 + 4 * n) for n in range(100)))
    assert Act.KILL not in done
    assert kinds(done).count("unseen") == 1


def test_nothing_that_the_eye_says_of_a_black_wall_counts() -> None:
    black = replace(playing(), last=BLACK)
    assert after(black, *(Seen(101.0 + n, True, BLACK, eye="dark") for n in range(100)))[1] == []


def test_an_outage_at_closing_time_counts_anew_from_there() -> None:
    state, _ = fail(playing(), 150.0)
    state = rules.turned(state, 1000.0)
    _, done = after(state, Seen(1002.0, running=True, beat=beat(1.0)))
    assert done[0].fields["dark"] == 2.0 if isinstance(done[0], Event) else False


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
