"""What the watchdog does, as pure functions of its state and of what it sees. Times are monotonic seconds.

A fault is: the player's process ended; more memory than it may use; no heartbeat, or no progress while a show is to
be seen, for `patience_s`; not ready in time. The screen is asked before the player is blamed: without a screen nothing
is restarted, it is waited for. Restarts never end; their pauses grow and go back to none after five good minutes.
"""

from dataclasses import dataclass, replace
from enum import Enum

from installation.journal.events import Event
from installation.player.heartbeat import IDLE, PLAYING, Heartbeat
from installation.screens.screen import Sight

PAUSES_S = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Before each restart in a row; the last one repeats for ever."""
GOOD_S = 300.0
"""After this long without a fault the next one counts as the first."""
START_S = 15.0
"""A player may take this long, on top of the patience, to open a show; twice as long after each failure."""
LONGEST_START_S = 120.0
"""But no longer than this: many files on a slow disk."""
LONG_GONE_S = 120.0
"""A screen gone this long is told to a person."""
MANY = 6
"""Failures in a row after which a person is told."""
REPEAT_S = 3600.0
"""The same fault again within this time is counted, not told."""


class Phase(Enum):
    """Where the watchdog stands."""

    RESTING = "resting"
    WAITING = "waiting"
    STARTING = "starting"
    PLAYING = "playing"


class Act(Enum):
    """What is to be done to the player."""

    START = "start"
    KILL = "kill"


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at the world. `beat` is a heartbeat that came since the last look.

    `running`: the player's process lives; `heavy`: it uses more memory than kiosk.yaml allows.
    """

    now: float
    running: bool
    beat: Heartbeat | None = None
    sight: Sight = Sight.UNKNOWN
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Outage:
    """A time without the picture: since when, for which fault, and the last heartbeat before it."""

    since: float
    fault: str
    last: Heartbeat | None
    by_screen: bool = False
    told_long: bool = False


@dataclass(frozen=True, slots=True)
class Repeat:
    """The fault that was told last, and how often it came again since without a line of its own."""

    fault: str
    cue: int
    told_at: float
    count: int = 0
    dark_s: float = 0.0
    last_at: float = 0.0


@dataclass(frozen=True, slots=True)
class State:
    """All that the rules remember from one look to the next."""

    phase: Phase = Phase.RESTING
    since: float = 0.0
    due: float = 0.0
    heard_at: float = 0.0
    moved_at: float = 0.0
    last: Heartbeat | None = None
    failures: int = 0
    outage: Outage | None = None
    repeat: Repeat | None = None

    @property
    def is_seen(self) -> bool:
        """Whether a show is on the wall."""
        return self.phase is Phase.PLAYING and self.last is not None and self.last.intent == PLAYING


Step = tuple[State, tuple[Act | Event, ...]]


def step(state: State, seen: Seen, patience_s: float) -> Step:
    """Take one look and decide."""
    state, told = _hear(state, seen)
    fault = find_fault(state, seen, patience_s)
    if fault:
        state, acts = _fail(state, seen, fault)
        return state, (*told, *acts)
    if state.phase in (Phase.RESTING, Phase.WAITING):
        state, acts = _start_when_possible(state, seen)
        return state, (*told, *acts)
    if state.failures and state.phase is Phase.PLAYING and seen.now - state.since >= GOOD_S:
        state = replace(state, failures=0)
    state, counted = _tell_repeats(state, seen.now)
    return state, (*told, *counted)


def find_fault(state: State, seen: Seen, patience_s: float) -> str | None:
    """Name the fault that is plain now: ended, heavy, silent, still, unready; None while all is well or answered."""
    if state.phase not in (Phase.STARTING, Phase.PLAYING):
        return None
    if not seen.running:
        return "ended"
    if seen.heavy:
        return "heavy"
    if state.phase is Phase.STARTING:
        allowed = min(START_S * 2 ** min(state.failures, MANY), LONGEST_START_S)
        return "unready" if seen.now - state.since > allowed + patience_s else None
    if seen.now - state.heard_at > patience_s:
        return "silent"
    return "still" if seen.now - state.moved_at > patience_s else None


def ordered(state: State, now: float) -> State:
    """Note that a running player was given another show: it has the time of a start until the picture is there."""
    if state.phase not in (Phase.STARTING, Phase.PLAYING):
        return state
    return replace(state, phase=Phase.STARTING, since=now, last=None)


def replaced(state: State, now: float) -> State:
    """Note that the player was ended on purpose: the next one starts at once, with every chance."""
    return replace(state, phase=Phase.RESTING, since=now, due=now, last=None, failures=0)


def without_screen_outage(state: State) -> State:
    """Note that another screen is looked at now: that the one before was gone concerns nobody."""
    return replace(state, outage=None) if state.outage and state.outage.by_screen else state


def _hear(state: State, seen: Seen) -> Step:
    """Take in a heartbeat."""
    beat = seen.beat
    if beat is None or state.phase not in (Phase.STARTING, Phase.PLAYING):
        return state, ()
    moved = beat.intent == IDLE or state.last is None or beat.time_s != state.last.time_s
    last = state.last if state.phase is Phase.STARTING and not beat.ready else beat
    state = replace(state, heard_at=seen.now, last=last, moved_at=seen.now if moved else state.moved_at)
    if not beat.ready:
        return state, ()
    if state.phase is Phase.STARTING:
        state = replace(state, phase=Phase.PLAYING, since=seen.now, moved_at=seen.now)
    if beat.intent == IDLE:
        return state, ()  # a black wall that is meant; an outage goes on until the picture is back
    if state.outage:
        return _recovered(replace(state, outage=None), state.outage, seen.now)
    return state, ()


def _recovered(state: State, outage: Outage, now: float) -> Step:
    dark = now - outage.since
    if outage.by_screen:
        return state, (Event("screen_back", {"away": dark, "dark": dark}),)
    cue = outage.last.cue if outage.last else -1
    repeat = state.repeat
    if repeat and (repeat.fault, repeat.cue) == (outage.fault, cue) and now - repeat.told_at < REPEAT_S:
        counted = replace(repeat, count=repeat.count + 1, dark_s=repeat.dark_s + dark, last_at=now)
        return replace(state, repeat=counted), (Event("counted", {"dark": dark}),)
    position_s, show = (outage.last.position_s, outage.last.show) if outage.last else (0.0, "")
    fields = {"fault": outage.fault, "show": show, "cue": cue, "position": position_s}
    unsaid = _again(repeat) if repeat and repeat.count else ()
    state = replace(state, repeat=Repeat(outage.fault, cue, told_at=now))
    return state, (*unsaid, Event("fixed", {**fields, "dark": dark}))


def _fail(state: State, seen: Seen, fault: str) -> Step:
    """Answer a fault: the player is ended; it comes back after a pause, or when the screen does."""
    lost = seen.now if fault in ("ended", "heavy") else state.moved_at
    since = state.since if state.phase is Phase.STARTING else lost
    outage = state.outage or Outage(since, fault, state.last)
    if seen.sight is Sight.NO_SCREEN:
        return _lose_screen(replace(state, outage=outage), seen.now, (Act.KILL,))
    failures = state.failures + 1
    pause = PAUSES_S[min(failures, len(PAUSES_S)) - 1]
    state = replace(
        state, phase=Phase.RESTING, since=seen.now, due=seen.now + pause, failures=failures, outage=outage, last=None
    )
    told = (Event("player_fails", {"count": failures, "pause": PAUSES_S[-1]}),) if failures == MANY else ()
    return state, (Act.KILL, *told)


def _start_when_possible(state: State, seen: Seen) -> Step:
    now = seen.now
    if seen.sight is Sight.NO_SCREEN:
        if state.phase is Phase.RESTING:
            return _lose_screen(state, now, ())
        outage = state.outage
        if outage and not outage.told_long and now - state.since >= LONG_GONE_S:
            return replace(state, outage=replace(outage, told_long=True)), (Event("screen_missing_long"),)
        return state, ()
    if state.phase is Phase.RESTING and now < state.due:
        return state, ()
    started = replace(state, phase=Phase.STARTING, since=now, heard_at=now, moved_at=0.0, last=None)
    return started, (Act.START,)


def _lose_screen(state: State, now: float, acts: tuple[Act, ...]) -> Step:
    """Begin to wait for the screen; it is told once an outage."""
    known = state.outage is not None and state.outage.by_screen
    outage = replace(state.outage or Outage(now, "screen", None), by_screen=True)
    state = replace(state, phase=Phase.WAITING, since=now, outage=outage, last=None)
    return state, (*acts, *(() if known else (Event("screen_gone"),)))


def _tell_repeats(state: State, now: float) -> Step:
    """Tell how often the last fault came again, once it has been quiet or an hour has passed."""
    repeat = state.repeat
    if repeat is None or not repeat.count or now - max(repeat.last_at, repeat.told_at) < GOOD_S:
        return state, ()
    return replace(state, repeat=replace(repeat, count=0, dark_s=0.0)), _again(repeat)


def _again(repeat: Repeat) -> tuple[Event, ...]:
    return (Event("again", {"count": repeat.count, "dark": repeat.dark_s, "last_at": repeat.last_at}),)
