"""Plays one show after another on an engine and says twice a second how it goes."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from queue import Empty, SimpleQueue

from installation.player.engine import ENDED, FAILED, GONE, STARTED, Engine
from installation.player.heartbeat import BEAT_S, IDLE, PLAYING, Heartbeat
from installation.player.order import Order
from installation.player.shown import BLACK, PICTURE, UNSURE, Shown, sketch
from installation.player.sound import Guard, Sound
from installation.show import model
from installation.show.model import Show, Where

PICTURE_S = 3.0
"""Time between pictures, where no screen shows them."""
SOON_S = 0.5
"""A wrap nearer than this is let pass: what follows it may be decoded already, and its sound on its way."""
NEAR_S = SOON_S + 2 * BEAT_S
"""The engine is told of the wrap no earlier than this: the clocks of picture and sound drift apart in an hour."""


class PlayerError(Exception):
    """The player cannot go on; its process ends and the watchdog starts another."""


class Player:
    """One engine, the show on it, and the count of iterations."""

    def __init__(
        self,
        engine: Engine,
        tell: Callable[[Heartbeat], None],
        clock: Callable[[], float] = time.monotonic,
        *,
        stalls: int = 0,
    ) -> None:
        self._engine = engine
        self.sound = Sound(engine, stalls, clock)
        self.guard: Guard | None = None
        self._place = Order()
        self._tell = tell
        self._clock = clock
        self._orders: SimpleQueue[Order] = SimpleQueue()
        self._questions: SimpleQueue[Callable[[Shown], None]] = SimpleQueue()
        self._ended = False
        self._show: Show | None = None
        self._folder = ""
        self._iterations_before = 0
        self._time_s = -1.0
        self._started = False
        self._next: Order | None = None
        self._wrap_s: Fraction | None = None

    def order(self, order: Order) -> None:
        """Ask for another show; from any thread."""
        self._orders.put(order)
        self._engine.wake()

    def ask(self, answer: Callable[[Shown], None]) -> None:
        """Ask what is shown; from any thread. `answer` is called by `run`."""
        self._questions.put(answer)
        self._engine.wake()

    def left(self) -> list[Order]:
        """Say what another player would have to be asked, to go on from here; from any thread."""
        orders = [self._place, *([self._next] if self._next else [])]
        with suppress(Empty):
            while True:
                orders.append(self._orders.get_nowait())
        return orders

    def end(self) -> None:
        """Ask `run` to return; from any thread or signal handler."""
        self._ended = True
        self._engine.wake()

    def close(self) -> None:
        """End the engine; nothing may be called after."""
        self._engine.close()

    def run(self, picture: Path | None = None) -> None:
        """Play until `end`. Raises PlayerError when the engine cannot go on, ShowError for a damaged show."""
        beat_due = picture_due = self._clock()
        while not self._ended:
            self._take_orders()
            self._look_for_the_wrap()
            self._answer()
            event = self._engine.next_event(max(0.0, beat_due - self._clock()))
            if event == GONE:
                raise PlayerError("libmpv has ended")
            if event == FAILED:
                raise PlayerError(f"libmpv cannot play {self._folder}")
            if event == ENDED:
                self._turn()
            if event == STARTED:
                self._started = True
                beat_due = self._clock()
            if self._clock() >= beat_due:
                self._tell(self._heartbeat())
                beat_due = self._clock() + BEAT_S
            if picture and self._started and self._clock() >= picture_due:
                with suppress(OSError, SystemError):  # a full disk costs only the picture; python-mpv says SystemError
                    self._engine.save_picture(picture)
                picture_due = self._clock() + PICTURE_S

    def _take_orders(self) -> None:
        try:
            order = self._orders.get_nowait()
        except Empty:
            return
        if not order.at_wrap or self._show is None:
            self._open(order)
        elif order.show != self._folder or self._wrap_s is not None:
            self._next = order
        else:
            self._next = None

    def _look_for_the_wrap(self) -> None:
        """Have the engine end at the wrap when another show waits for it and it is near."""
        if self._next is None or self._wrap_s is not None or self._show is None or not self._started:
            return
        time_s = self._engine.position_s()
        if time_s is None:
            return
        wrap_s = self._show.wrap_after(time_s + SOON_S)
        if wrap_s <= self._show.iterations * self._show.loop_s and wrap_s - time_s <= NEAR_S:
            self._wrap_s = wrap_s
            self._engine.end_at(float(wrap_s))

    def _turn(self) -> None:
        """Let the show that waits begin at the wrap; iterations go on counting."""
        if self._next and self._show and self._wrap_s is not None:
            passed = self._iterations_before + int(self._wrap_s / self._show.loop_s)
            self._open(Order(self._next.show, passed + 1))

    def _open(self, order: Order) -> None:
        """Play what is ordered, from its place on."""
        self._next = self._wrap_s = None
        self._started = False
        self._place = replace(order, at_wrap=False)
        if not order.show:
            self._show = None
            if self.guard:
                self.guard.opens(sounds=False)
            self._engine.stop()
            return
        folder = Path(order.show)
        self._show, self._folder = model.read(folder), order.show
        place = Where((order.iteration - 1) % self._show.iterations, max(order.cue, 0), model.exact(order.position_s))
        if order.cue < 0:
            place = replace(place, cue=self._show.where(place.iteration * self._show.loop_s).cue)
        self._iterations_before = order.iteration - 1 - place.iteration
        self._time_s = -1.0
        captions = folder / model.CAPTIONS if self._show.captions else None
        audio = self.sound.open(self._show.audio)
        if self.guard:
            self.guard.opens(sounds=self.sound.may_hold)
        self._engine.open(folder / model.TIMELINE, float(self._show.time_of(place)), audio, captions)

    def _answer(self) -> None:
        """Answer who asked what is shown."""
        with suppress(Empty):
            answer = self._questions.get_nowait()
            answer(self._shown())

    def _shown(self) -> Shown:
        if self._show is None:
            return Shown(BLACK)
        if not self._started or self._wrap_s is not None:
            return Shown(UNSURE)
        frame = self._engine.frame()
        return Shown(PICTURE, sketch(frame), frame.lettered) if frame else Shown(UNSURE)

    def _heartbeat(self) -> Heartbeat:
        if self._show is None:
            return Heartbeat(IDLE, output=self._engine.output(), ready=True)
        time_s = self._engine.position_s()
        if time_s is None or not self._started:
            return Heartbeat(PLAYING, show=self._folder)
        if time_s < self._time_s - float(self._show.loop_s) / 2:
            self._iterations_before += self._show.iterations
        self._time_s = time_s
        where = self._show.where(time_s)
        iteration = self._iterations_before + where.iteration + 1
        self._place = Order(self._folder, iteration, where.cue, float(where.position_s))
        trouble = self.sound.look()
        if self.guard:
            self.guard.plays(time_s, sounds=self.sound.may_hold)
        return Heartbeat(
            PLAYING,
            iteration=iteration,
            cue=where.cue,
            position_s=float(where.position_s),
            time_s=time_s,
            dropped=self._engine.dropped(),
            output=self._engine.output(),
            show=self._folder,
            ready=True,
            sound=trouble,
        )
