"""What the watchdog does, as pure functions of its state and of what it sees. Times are monotonic seconds.

A fault is: the player's process ended; more memory than it may use and needs from its start on; no heartbeat, or no
progress while a show is to be seen, for `patience_s`; not ready in time; a screen that shows something else. The screen
is asked before the player is blamed: without a screen nothing is restarted, it is waited for. Restarts never end; their
pauses grow and go back to none after five good minutes.
"""

from dataclasses import dataclass, field, replace
from enum import Enum

from installation.journal.events import Event
from installation.player.heartbeat import IDLE, PLAYING, Heartbeat
from installation.screens.screen import UNSEEN, Sight
from installation.wall.blame import PROOF_S, Blame, accuse, acquitted, convict
from installation.wall.resuming import Standing

PAUSES_S = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Before each restart in a row; the last one repeats for ever."""
PLAYED_S = 10.0
"""A player that had played for this long is away for no more than SHARE of that: a fault a minute is no dark wall."""
SHARE = 0.1
GOOD_S = 300.0
"""After this long without a fault the next one counts as the first."""
START_S = 15.0
"""A player may take this long, on top of the patience, to open a show; twice as long after each that took longer."""
LONGEST_START_S = 120.0
"""But no longer than this: many files on a slow disk."""
LONG_GONE_S = 120.0
"""A screen gone this long is told to a person."""
ROOM = 1.5
"""A player that needs more memory than it was allowed may use so much more than it needs."""
MIB = 2**20
LOOKS = 3
"""So many looks in a row must find no screen before a player that plays on is ended: a busy server answers late."""
MANY = 6
"""Failures in a row after which a person is told."""
PLACED = ("ended", "silent", "still", "unready")
"""Faults that a cue may be to blame for."""


class Phase(Enum):
    """Where the watchdog stands."""

    RESTING = "resting"
    WAITING = "waiting"
    STARTING = "starting"
    PLAYING = "playing"


class Act(Enum):
    """What is to be done to the player: the next START after SKIP begins after the cue that it stood in."""

    START = "start"
    KILL = "kill"
    LIFT = "lift"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at the world. `beat` is a heartbeat that came since the last look.

    `running`: the player's process lives; it uses `memory_bytes`, of which kiosk.yaml allows it `allowed_bytes` and the
    machine has `spare_bytes`. `sight` is None while the screen was not asked. `eye` is what the eye has said since the
    last look: "picture" where the screen shows what the player does, one of UNSEEN, or nothing of consequence. `place`
    is where a fault would be to blame, `rungs` the ways to set up a player that differ here.
    """

    now: float
    running: bool
    beat: Heartbeat | None = None
    sight: Sight | None = None
    memory_bytes: int = 0
    allowed_bytes: int = 0
    spare_bytes: int = 0
    closed: bool = False
    eye: str = ""
    place: Standing | None = None
    rungs: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Outage:
    """A time without the picture: since when, for which fault, and the last heartbeat before it."""

    since: float
    fault: str
    last: Heartbeat | None
    by_screen: bool = False
    told: bool = False
    told_long: bool = False


@dataclass(frozen=True, slots=True)
class Veil:
    """Something that lies over the picture, or keeps it from being seen: since when, and how often it was answered."""

    since: float
    answers: int = 0


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
    slow: int = 0
    """Of the failures those that were not ready in time."""
    unscreened: int = 0
    outage: Outage | None = None
    veil: Veil | None = None
    blame: Blame = field(default_factory=Blame)
    needed_bytes: int = 0
    """What players were found to need; more than kiosk.yaml allows."""

    @property
    def is_seen(self) -> bool:
        """Whether a show is on the wall."""
        return self.phase is Phase.PLAYING and self.last is not None and self.last.intent == PLAYING


Step = tuple[State, tuple[Act | Event, ...]]


def step(state: State, seen: Seen, patience_s: float) -> Step:
    """Take one look and decide."""
    state, told = _hear(state, seen)
    state, more = _allow(state, seen)
    fault = find_fault(state, seen, patience_s)
    if fault:
        state, acts = _fail(state, seen, fault)
    elif state.phase in (Phase.RESTING, Phase.WAITING):
        state, acts = _start_when_possible(state, seen)
    else:
        state, acts = _watch(state, seen)
    return state, (*told, *more, *acts)


def find_fault(state: State, seen: Seen, patience_s: float) -> str | None:
    """Name the fault that is plain now: ended, heavy, silent, still, unready; None while all is well or answered."""
    if state.phase not in (Phase.STARTING, Phase.PLAYING):
        return None
    if not seen.running:
        return "ended"
    if _is_heavy(state, seen):
        return "heavy"
    if state.phase is Phase.STARTING:
        allowed = min(START_S * 2 ** min(state.slow, MANY), LONGEST_START_S)
        return "unready" if seen.now - state.since > allowed + patience_s else None
    if seen.now - state.heard_at > patience_s:
        return "silent"
    return "still" if seen.now - state.moved_at > patience_s else None


def ordered(state: State, now: float) -> State:
    """Note that a running player was given another show: it has the time of a start until the picture is there."""
    if state.phase not in (Phase.STARTING, Phase.PLAYING):
        return state
    return replace(state, phase=Phase.STARTING, since=now, last=None)


def edited(state: State) -> State:
    """Note that somebody changed the loop: every cue has a new chance."""
    return replace(state, blame=acquitted(state.blame))


def replaced(state: State, now: float) -> State:
    """Note that the player was ended on purpose: the next one starts at once, with every chance.

    Where a screen was waited for, another is looked at now: that the one before was gone concerns nobody.
    """
    outage = None if state.phase is Phase.WAITING else state.outage
    blame = replace(state.blame, rung=0, told_rung=0)
    return replace(state, phase=Phase.RESTING, due=now, last=None, failures=0, slow=0, outage=outage, blame=blame)


def turned(state: State, now: float) -> State:
    """Note that the wall has opened or closed: an outage counts from now on."""
    return replace(state, outage=replace(state.outage, since=now)) if state.outage else state


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
        state = replace(state, phase=Phase.PLAYING, since=seen.now, moved_at=seen.now, unscreened=0)
    if beat.intent == IDLE:
        return state, ()  # a black wall that is meant; an outage goes on until the picture is back
    if state.outage:
        return _recovered(replace(state, outage=None), state.outage, seen.now)
    return state, ()


def _is_heavy(state: State, seen: Seen) -> bool:
    return seen.memory_bytes > max(seen.allowed_bytes, state.needed_bytes)


def _allow(state: State, seen: Seen) -> Step:
    """Let a player that is heavy from its start on have what it needs: another would be no lighter, the wall dark."""
    begins = state.phase is Phase.STARTING or (state.phase is Phase.PLAYING and seen.now - state.since < PLAYED_S)
    if not (begins and _is_heavy(state, seen) and seen.memory_bytes <= seen.spare_bytes):
        return state, ()
    figures = {"needed": f"{seen.memory_bytes // MIB} MiB", "allowed": f"{seen.allowed_bytes // MIB} MiB"}
    return replace(state, needed_bytes=int(ROOM * seen.memory_bytes)), (Event("needs_memory", figures),)


def _recovered(state: State, outage: Outage, now: float) -> Step:
    dark = now - outage.since
    if outage.by_screen:
        return state, (Event("screen_back", {"away": dark, "dark": dark}),) if outage.told else ()
    last = outage.last or Heartbeat(PLAYING)
    cue = last.cue if outage.fault in PLACED else -1
    where = {"show": last.show, "cue": cue, "position": last.position_s}
    fixed = Event("fixed", {"fault": outage.fault, **where, "dark": dark})
    rung = state.blame.rung
    if rung == state.blame.told_rung:
        return state, (fixed,)
    return replace(state, blame=replace(state.blame, told_rung=rung)), (fixed, Event("rung", {"rung": rung}))


def _fail(state: State, seen: Seen, fault: str) -> Step:
    """Answer a fault: the player is ended; it comes back after a pause, or when the screen does."""
    played = state.phase is Phase.PLAYING
    lost = seen.now if fault in ("ended", "heavy", *UNSEEN) else state.moved_at
    outage = state.outage or Outage(lost if played else state.since, fault, state.last)
    if seen.sight is Sight.NO_SCREEN:
        return _wait_for_screen(replace(state, outage=outage), seen)
    failures = state.failures + 1
    place = seen.place if fault in PLACED else None
    blame, skips = accuse(
        state.blame, fault, place, seen.now, played=state.is_seen, failures=failures, rungs=seen.rungs
    )
    pause_s = PAUSES_S[min(failures, len(PAUSES_S)) - 1]
    if state.is_seen and seen.now - state.since >= PLAYED_S:
        pause_s = min(pause_s, SHARE * (seen.now - state.since))
    state = replace(state, phase=Phase.RESTING, since=seen.now, due=seen.now + pause_s, last=None)
    state = replace(state, failures=failures, slow=state.slow + (fault == "unready"), outage=outage, blame=blame)
    told = (Event("player_fails", {"count": failures, "pause": pause_s}),) if failures == MANY else ()
    return state, (Act.KILL, *((Act.SKIP,) if skips else ()), *told)


def _start_when_possible(state: State, seen: Seen) -> Step:
    now = seen.now
    if seen.sight is Sight.NO_SCREEN:
        return _wait_for_screen(state, seen)
    if state.phase is Phase.RESTING and now < state.due:
        return state, ()
    started = replace(state, phase=Phase.STARTING, since=now, heard_at=now, moved_at=0.0, last=None)
    return started, (Act.START,)


def _wait_for_screen(state: State, seen: Seen) -> Step:
    """Spend no player on a screen that is gone; tell of it once, and once more when it lasts, but not while closed."""
    kill = (Act.KILL,) if state.phase in (Phase.STARTING, Phase.PLAYING) else ()
    outage = replace(state.outage or Outage(seen.now, "screen", None), by_screen=True)
    if state.phase is not Phase.WAITING:
        state = replace(state, phase=Phase.WAITING, since=seen.now, last=None, unscreened=0, veil=None)
    told: tuple[Event, ...] = ()
    if not seen.closed and not outage.told:
        outage, told = replace(outage, told=True), (Event("screen_gone"),)
    elif not seen.closed and not outage.told_long and seen.now - state.since >= LONG_GONE_S:
        outage, told = replace(outage, told_long=True), (Event("screen_missing_long"),)
    return replace(state, outage=outage), (*kill, *told)


def _watch(state: State, seen: Seen) -> Step:
    """See to what goes wrong beside a player that does well: its screen, what lies over it; and to what was proved."""
    if seen.sight is Sight.NO_SCREEN and not seen.closed and state.phase is Phase.PLAYING:
        state = replace(state, unscreened=state.unscreened + 1)
        if state.unscreened >= LOOKS:
            return _wait_for_screen(state, seen)
    elif seen.sight:
        state = replace(state, unscreened=0)
    if state.is_seen and seen.eye:
        return _answer_eye(state, seen)
    if state.phase is Phase.PLAYING and state.blame.suspect is not None and seen.now - state.since >= PROOF_S:
        state = replace(state, blame=convict(state.blame))
    if state.failures and state.phase is Phase.PLAYING and seen.now - state.since >= GOOD_S:
        state = replace(state, failures=0, slow=0)
    return state, ()


def _answer_eye(state: State, seen: Seen) -> Step:
    """Bring the picture to the front, then start the player again, then ask a person; nothing darker than that."""
    veil = state.veil
    if seen.eye not in UNSEEN:
        if veil is None or seen.eye != "picture":
            return state, ()
        state = replace(state, veil=None)
        return state, (Event("seen_again", {"dark": seen.now - veil.since}),) if veil.answers != 2 else ()
    veil = veil or Veil(seen.now)
    state = replace(state, veil=replace(veil, answers=veil.answers + 1))
    if veil.answers == 0 and seen.eye == "covered":
        return state, (Act.LIFT,)
    if veil.answers <= 1:
        return _fail(replace(state, veil=Veil(veil.since, 2)), seen, seen.eye)
    return state, (Act.LIFT, *((Event("unseen", {"unseen": seen.eye}),) if veil.answers == 2 else ()))
