"""The preview: a show in a window, in the hands of the person who edits it."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, closing, suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Self

from installation.errors import InstallationError
from installation.player.engine import FAILED, GONE, STARTED
from installation.player.window import BACK, BEGINNING, LINE, NEXT, ON, PREVIOUS, RELOAD, WIDE, Window
from installation.show import model
from installation.show.model import Settings, Show, Where

AROUND_S = Fraction(3)
"""What is played before and after a join."""
JUMP_S = Fraction(1)
AGAIN_S = Fraction(1)
"""So soon after its beginning, the way back from a cue leads to the cue before it."""
NOTICE_S = 8.0
"""How long a notice stays."""
TICK_S = 0.05
"""Time between two looks at the clock of the timeline: the line shows tenths."""
EDGE_S = Fraction(4, 1000)
"""A cue's first frame may lie so far before the cue's own time (see show/timeline.py); no frame is shorter."""

KEYS = (WIDE * 2).join(
    (
        "space  play, pause",
        ",  .  one frame",
        "←  →  one second",
        "↑  ↓  cue",
        "home  beginning",
        "m  sound",
        "f  full screen",
        "r  read the edit",
        "h  hide the line",
        "q  end",
    )
)

Progress = Callable[[str, float], None]
Prepare = Callable[[Progress], AbstractContextManager[tuple[Path, str]]]
"""Prepares the show and lends its folder, with a notice for whoever looks; raises InstallationError where none is."""


class _Closed(Exception):  # noqa: N818 - it is how a preview ends
    """The window is gone."""


class Preview:
    """One window, the show in it, and the join that is looked at, if one is."""

    def __init__(
        self, prepare: Prepare, window: Callable[[Settings], Window], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._prepare = prepare
        self._make_window = window
        self._clock = clock
        self._open = ExitStack()
        self._window: Window
        self._show: Show
        self._join: int | None = None
        self._going: Fraction | None = None
        self._lined = True
        self._notice, self._notice_until = "", 0.0
        self._written = ("", "", "")

    def __enter__(self) -> Self:
        """Nothing is open before `open`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the window."""
        self._open.close()

    def open(self, progress: Progress, begin: str = "", join: str = "") -> None:
        """Prepare, and open the window at the cue `begin` or around the join before the cue `join`.

        Cues are meant by number, from 1 in the order of the first iteration, or by name. Raises InstallationError for
        a cue that there is not, for a show that cannot play and where no window can be opened.
        """
        with suppress(_Closed), self._prepare(progress) as (folder, notice):
            show = model.read(folder)
            self._join = turn_of(show, join) if join else None
            cue = show.orders[0][turn_of(show, begin) - 1 if begin else 0]
            self._window = self._open.enter_context(closing(self._make_window(show.settings)))
            self._play(folder, show, show.time_of(Where(0, cue, Fraction(0))))
            self._say(notice or KEYS)

    def run(self) -> None:
        """Play until the window is closed. Raises InstallationError when the show stops playing."""
        with suppress(_Closed):
            while True:
                self._do(self._next(TICK_S))
                self._write()

    def _do(self, asked: str | None) -> None:
        if asked in (BACK, ON):
            self._jump(JUMP_S if asked == ON else -JUMP_S)
        elif asked in (PREVIOUS, NEXT):
            self._to_cue(1 if asked == NEXT else -1)
        elif asked == BEGINNING:
            self._look_at(None)
            self._go(Fraction(0))
        elif asked == LINE:
            self._lined = not self._lined
        elif asked == RELOAD:
            self._reload()

    def _play(self, folder: Path, show: Show, start_s: Fraction) -> None:
        """Open a show and wait for its first picture."""
        self._show = show
        self._look_at(self._join)
        if self._join:
            start_s = around(show, self._join)[0]
        while self._next(0):  # whatever was asked of the show before
            pass
        self._going = start_s
        self._window.open(folder, show.audio, start_s)
        while self._next(TICK_S) != STARTED:
            pass

    def _reload(self) -> None:
        """Prepare again and go on at the same place of the same cue."""
        try:
            with self._prepare(self._hear) as (folder, notice):
                show = model.read(folder)
                if self._join and self._join > len(show.cues):
                    self._join = None
                self._play(folder, show, same_place(self._show, self._now(), show))
                self._say(notice or "This is the loop as it is now.")
        except InstallationError as error:
            self._say(str(error))

    def _hear(self, what: str, done: float) -> None:
        self._next(0)  # a window that was closed ends the preparing too
        self._say(f"{what}{WIDE}{done:.0%}")
        self._write()

    def _jump(self, by_s: Fraction) -> None:
        time_s = self._now() + by_s
        if self._join:
            start_s, end_s = around(self._show, self._join)
            time_s = start_s + (time_s - start_s) % (end_s - start_s)
        self._go(max(time_s, Fraction(0)))

    def _to_cue(self, step: int) -> None:
        """Go to the next cue or join, or to the one before."""
        if self._join:
            self._look_at((self._join - 1 + step) % len(self._show.cues) + 1)
            self._go(around(self._show, self._join)[0])
            return
        now_s = self._now() + EDGE_S
        start_s = _start(self._show, now_s)
        if step > 0:
            turn_s = self._show.cues[self._show.where(now_s).cue].length_s + self._show.gap_s
            start_s = (start_s + turn_s) % (self._show.iterations * self._show.loop_s)
        elif now_s - start_s < AGAIN_S:
            start_s = _start(self._show, max(start_s - EDGE_S, Fraction(0)))
        self._go(start_s)

    def _look_at(self, join: int | None) -> None:
        """Play around a join again and again; None: all of the show."""
        self._join = join
        self._window.repeat(around(self._show, join) if join else None)

    def _go(self, time_s: Fraction) -> None:
        self._going = time_s
        self._window.seek(time_s)

    def _now(self) -> Fraction:
        """Say where the timeline stands, or will in a moment: a key pressed twice goes twice as far."""
        return model.exact(self._window.time_s() or 0.0) if self._going is None else self._going

    def _next(self, timeout_s: float) -> str | None:
        event = self._window.next_event(timeout_s)
        if event == GONE:
            raise _Closed
        if event == FAILED:
            raise InstallationError("libmpv cannot play the show that was prepared. Read the edit again with r.")
        if event == STARTED:
            self._going = None
        return event

    def _say(self, notice: str) -> None:
        self._notice, self._notice_until = notice, self._clock() + NOTICE_S

    def _write(self) -> None:
        """Write what there is to tell now, where it is not there already."""
        time_s = self._window.time_s()
        line, beside = "", ""
        if self._lined and time_s is not None:
            line, beside = told(self._show, model.exact(time_s), paused=self._window.paused())
            beside += f"{WIDE * 2}join {self._join}" if self._join else ""
        notice = self._notice if self._clock() < self._notice_until else ""
        if (line, beside, notice) != self._written:
            self._written = (line, beside, notice)
            self._window.write(line, beside, notice)


def turn_of(show: Show, wanted: str) -> int:
    """Find a cue by its number or by a part of its name; returns its number, from 1 in the first iteration's order.

    Raises InstallationError where there is none, or more than one of that name.
    """
    names = [show.cues[cue].name for cue in show.orders[0]]
    if wanted.isdecimal():
        if 0 < float(wanted) <= len(names):
            return int(wanted)
        cues = "1 cue" if len(names) == 1 else f"{len(names)} cues"
        raise InstallationError(f"There is no cue {wanted}: the loop has {cues}.")
    called = [turn for turn, name in enumerate(names, 1) if name == wanted]
    called = called or [turn for turn, name in enumerate(names, 1) if wanted.casefold() in name.casefold()]
    if len(called) == 1:
        return called[0]
    if not called:
        raise InstallationError(f"No cue is called '{wanted}'. `installation timeline` lists them.")
    raise InstallationError(f"'{wanted}' may be any of the cues {', '.join(map(str, called))}. Give one number.")


def around(show: Show, turn: int) -> tuple[Fraction, Fraction]:
    """Return where to begin and to end with the join before a turn: three seconds either side, and the gap.

    The join before the first turn is the wrap. Where the loop always has the same order, a join near its beginning is
    taken from the second iteration, so that it has its three seconds too.
    """
    join_s = show.time_of(Where(0, show.orders[0][turn - 1], Fraction(0)))
    before_s = AROUND_S + show.gap_s
    if turn == 1 or (join_s < before_s and len(show.orders) == 1):
        join_s += show.loop_s
    return max(join_s - before_s, Fraction(0)), join_s + AROUND_S


def same_place(before: Show, time_s: Fraction, after: Show) -> Fraction:
    """Find in an edited show the place that was looked at: in the cue of that name, the nearest of several."""
    where = before.where(time_s + EDGE_S)
    name = before.cues[where.cue].name
    called = [cue for cue, known in enumerate(after.cues) if known.name == name]
    if not called:
        return Fraction(0)
    cue = min(called, key=lambda known: abs(known - where.cue))
    return after.time_of(replace(where, cue=cue, position_s=max(where.position_s - EDGE_S, Fraction(0))))


def told(show: Show, time_s: Fraction, *, paused: bool) -> tuple[str, str]:
    """Return the line for a time of the timeline, and what stands dimmer beside it.

    Tenths of a second while it plays, hundredths while a frame stands still.
    """
    where = show.where(time_s + EDGE_S)
    order = show.orders[where.iteration % len(show.orders)]
    cue = show.cues[where.cue]
    name, position_s, length_s = cue.name, where.position_s - EDGE_S, cue.length_s
    if where.in_gap:
        name, position_s, length_s = "gap", position_s - length_s, show.gap_s
    parts = 100 if paused else 10
    line = [f"{order.index(where.cue) + 1}/{len(order)}", _short(name), _clock(max(position_s, Fraction(0)), parts)]
    return (WIDE * 2).join(line), f" / {_clock(length_s, parts)}{WIDE * 2}loop {where.iteration + 1}"


def _start(show: Show, time_s: Fraction) -> Fraction:
    """Return the beginning of the cue that is shown at a time."""
    return show.time_of(replace(show.where(time_s), position_s=Fraction(0)))


def _clock(seconds: Fraction, parts: int) -> str:
    """Write a time that does not change its width as it runs: 0:04.2 with 10 parts of a second, 0:04.20 with 100."""
    whole, rest = divmod(round(seconds * parts), parts)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    head = f"{hours}:{minute:02d}" if hours else f"{minute}"
    return f"{head}:{second:02d}.{rest:0{len(str(parts)) - 1}d}"


def _short(name: str) -> str:
    """Leave out the middle of a long name: its beginning and its end tell it from others."""
    return name if len(name) <= 48 else f"{name[:28]}…{name[-19:]}"
