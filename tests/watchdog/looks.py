"""Looks at a world, a player's words, and what the rules make of them."""

from collections.abc import Iterable

from installation.journal.events import Event
from installation.player.heartbeat import IDLE, PLAYING, Heartbeat
from installation.screens.screen import Sight
from installation.watchdog import rules
from installation.watchdog.rules import Act, Phase, Seen, State

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
