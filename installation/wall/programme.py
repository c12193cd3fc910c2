"""What is to be played now: the show on the wall and its place, the one that waits for the wrap, or black."""

import selectors
import time
from pathlib import Path
from typing import Any

from installation import hours
from installation.disk import Disk
from installation.journal.reporting import Reporting
from installation.places import Places
from installation.player.heartbeat import BEAT_S, Heartbeat
from installation.player.order import Order
from installation.screens.finding import Find
from installation.show.model import Show
from installation.wall.clock import Clock
from installation.wall.night import Night
from installation.wall.preparing import GRACE_S, Outcome, Preparing
from installation.wall.resuming import Resuming, Standing
from installation.wall.sealing import Sealing
from installation.wall.wall import Wall

ANSWER_S = 1.0
"""The disk of the footage has this long to say whether its files are as they were."""


class UnusableError(Exception):
    """There is no usable configuration and no show from before; the text lists the problems."""


class Programme:
    """Follows the files, the hours and the player's word; `order` and `waiting` say what follows from them."""

    def __init__(
        self,
        config: Path,
        places: Places,
        selector: selectors.BaseSelector,
        reporting: Reporting,
        find_screen: Find,
        again_s: float,
    ) -> None:
        self.wall = Wall(find_screen)
        self.closed = False
        self.problems: tuple[str, ...] = ()
        self._reporting = reporting
        self._again_s = again_s
        self._resuming = Resuming(places.resume)
        self._footage = Disk()
        self._preparing = Preparing(config, places, selector, lambda: self.wall.folders)
        self._holding_until: float | None = None
        self._unplayable = False
        self._beginning = True
        self._night = Night()
        self._clock = Clock()
        self._sealing = Sealing(places.fixity, selector, reporting.tell_once)

    def begin(self, now: float) -> None:
        """Play the last show at once where nothing has changed; else have one prepared first."""
        current = self._preparing.current()
        if current and self._can_play(current[1]):
            self.wall.newest, self.problems = current, current[1].left_out
            self._take(*current)
            fresh = self._footage.answer(lambda: current[1].is_fresh, ANSWER_S, otherwise=False)
            if fresh and current[1].is_whole:
                return
            self._holding_until = now + GRACE_S
        self._preparing.begin(now)

    def look(self, now: float, *, is_seen: bool) -> bool:
        """See what was edited, what was prepared and what hour it is; `is_seen`: the show is on the wall.

        Tells whether an edit came, which gives every cue a new chance. Raises UnusableError.
        """
        edited = self._preparing.notice(now)
        if outcome := self._preparing.hear(now):
            self._answer(outcome, is_seen=is_seen)
        self._preparing.repeat(now, self._again_s, in_trouble=bool(self.problems))
        if self._preparing.is_slow(now):
            self._reporting.tell_once("preparing")
        if self._holding_until is not None and now >= self._holding_until:
            self._holding_until = None
        if set_s := self._clock.was_set(time.time(), time.monotonic()):
            self._reporting.tell_clock(set_s)
        self.closed = not hours.is_open(self.wall.settings.hours, time.time())
        return edited

    def see_to_archive(self) -> bool:
        """Have the archive held against its seal when it is time to; tells, once a night, that it is night."""
        opening = self.wall.settings.hours
        moment = hours.local(opening, time.time())
        night = self._night.falls(moment, closes=opening is not None, closed=self.closed)
        self._sealing.look(self.wall.settings.footage, night=night)
        return night

    def prepare_again(self, now: float) -> None:
        """Have the files read again, though nobody has told that they changed."""
        self._preparing.again(now)

    @property
    def prepares(self) -> bool:
        """Whether a show is being prepared."""
        return self._preparing.runs

    @property
    def why_black(self) -> str:
        """Why a wall is black on which nothing is wrong."""
        return "preparing" if self.prepares else "closed" if self.closed else "black"

    @property
    def present(self) -> dict[str, Any]:
        """What the status tells of it."""
        return {"progress": self._preparing.progress, "problems": self.problems}

    def order(self) -> Order:
        """Say what belongs on the wall now: the show at its place, or black."""
        show, folder = self.wall.show, self.wall.folder
        if show is None or folder is None or self.closed or self._unplayable or self._holding_until is not None:
            return Order()
        return self._resuming.order(show, folder)

    def waiting(self) -> str:
        """Return the folder of the show that belongs there from the next wrap on; empty where none waits."""
        return str(self.wall.newest[0]) if self.wall.newest and self.order().show else ""

    def before_start(self, now: float) -> None:
        """See before a player is started whether what it is to play can be played: else the wall stays black."""
        if self.wall.waits and self.wall.newest:
            self._take(*self.wall.newest)
        if self.wall.show and not self._can_play(self.wall.show):
            self._unplayable = True  # a file of the show is gone or changed
            self._preparing.begin(now)

    def hear(self, beat: Heartbeat) -> bool:
        """Take note of where the player is; tells whether it has turned to the show that waited."""
        turned = bool(beat.show) and beat.show != str(self.wall.folder)
        show = self._preparing.read(Path(beat.show)) if turned else None
        if show:
            self._take(Path(beat.show), show)
        if self.wall.show and beat.show:
            self._resuming.note(self.wall.show, beat)
        return show is not None

    def ended(self, silent_s: float) -> None:
        """Take note that the player ended so long after its last word: it went on until then."""
        if self.wall.show:
            self._resuming.advance(self.wall.show, min(silent_s, BEAT_S))

    def standing(self) -> Standing | None:
        """Say where in the loop file a fault of now would be to blame."""
        return self._resuming.standing(self.wall.show) if self.wall.show else None

    def skip(self) -> None:
        """Go on after the cue where the loop stands."""
        if self.wall.show:
            self._resuming.skip(self.wall.show)

    def set_aside(self, cues: frozenset[int], now: float) -> None:
        """Have a show without these cues of the loop file, if any is left then."""
        fresh = cues - self._preparing.aside
        show = self.wall.show
        if not fresh or show is None or {cue.number for cue in show.cues} <= cues:
            return
        self._preparing.aside = cues
        for cue in show.cues:
            if cue.number in fresh:
                self._reporting.tell_once("set_aside", name=cue.name, number=cue.number)
        self._preparing.again(now)

    def save(self, now: float, *, at_once: bool = False) -> None:
        """Keep the place for the next start."""
        self._resuming.save(now, at_once=at_once)

    def end(self, now: float) -> None:
        """End what is being prepared, and keep the place."""
        self._preparing.end()
        self._sealing.end()
        self._resuming.save(now, at_once=True)

    def find_late_screen(self) -> None:
        """Move to a screen that came up only after the start."""
        if self.wall.find_late_screen():
            self._reporting.take(None)
            self._reporting.take(self.wall.show)

    def _answer(self, outcome: Outcome, *, is_seen: bool) -> None:
        """Take up what prepare has made, or say why it made nothing."""
        self._holding_until, self._unplayable = None, False
        if outcome.kind == "nothing" and not is_seen:
            if outcome.unusable and self._beginning:
                raise UnusableError("\n".join(outcome.problems))
            self.wall.clear()
            self._reporting.take(None)
            self._reporting.tell_problem("nothing_to_play", outcome.problems, outcome.edited, saved=outcome.saved)
        elif not outcome.made:
            kind = "prepare_failed" if outcome.kind == "failed" else "kept"
            self._reporting.tell_problem(kind, outcome.problems, outcome.edited, saved=outcome.saved)
        current = self._preparing.current()
        if current and (outcome.made or self._can_play(current[1])):
            self._take_up(*current, outcome, is_seen=is_seen)
        self.problems = tuple(outcome.problems)
        self._beginning = False

    def _can_play(self, show: Show) -> bool:
        """Whether all its files are as they were; where their disk does not answer, the player has to find out."""
        return self._footage.answer(lambda: show.is_playable, ANSWER_S, otherwise=True)

    def _take_up(self, folder: Path, show: Show, outcome: Outcome, *, is_seen: bool) -> None:
        """Have the newest show on the wall: at the next wrap, or at once where nothing is seen.

        At once too where another player is needed: no join hides that, and the technician who changed the screen or
        the sound stands before it.
        """
        self.wall.newest = folder, show
        if folder == self.wall.folder:
            self.wall.show = show  # the same, but its files were looked at anew
            if outcome.kind == "ready" and (outcome.saved or self.problems) and is_seen:
                self._reporting.tell_same()
        elif not is_seen or self.wall.needs_another_player(show.settings):
            self._take(folder, show)

    def _take(self, folder: Path, show: Show) -> None:
        """Have a show on the wall, and speak of it."""
        self._beginning = False
        self._resuming.begin(resume=show.settings.after_restart == "resume")
        self.wall.take(folder, show)
        self._reporting.take(show, unseen=self.wall.unseen)
