"""What the watchdog says: the rules' findings as events with names and figures, and the present as a status file."""

import os
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from installation import hours
from installation.disk import Disk
from installation.journal import sentences, status
from installation.journal.events import Event
from installation.journal.log import Journal
from installation.journal.repeating import Repeating
from installation.places import Places
from installation.player.heartbeat import PLAYING, Heartbeat
from installation.show.model import Show, exact
from installation.timecode import format_time

LAST_S = 1.0
"""At the end the disk has this long to take the last words."""
PLAIN = {"x11", "drm"}
"""Video outputs that need no graphics processor."""
_UNTIL_SHOWN = ("preparing", "prepare_failed", "nothing_to_play")
"""Told once until another show is on the wall."""


class Reporting:
    """The counts of one day on the wall, from OPEN to CLOSED."""

    def __init__(self, places: Places, say: Callable[[str], None], disk: Disk | None = None) -> None:
        self._places = places
        self._disk = disk or Disk()
        self._journal = Journal(places, say)
        self._show: Show | None = None
        self._unseen = ""
        self._shown_id = ""
        self._opened = False
        self._opened_at = 0.0
        self._ever_closed = False
        self._said_last: dict[str, str] = {}
        self._phase = ""
        self._since = time.time()
        self._waits = self._silenced = False
        self._output = ""
        self._watched_at = self._on_screen_s = 0.0
        self._loops = self._restarts = 0
        self._iteration = 0
        self._dark_s = 0.0
        self._repeating = Repeating()

    def take(self, show: Show | None, unseen: str = "") -> None:
        """Speak of this show from now on, None for a black wall. Nothing is told before it is seen on the wall.

        `unseen` tells why it plays without a screen: none_found or none_wanted; empty where there is one.
        """
        self._show, self._unseen = show, unseen
        if show is None:
            self._shown_id = ""
            return
        self._journal.language = show.settings.language
        self._journal.keep_days = show.settings.keep_days
        self._journal.timezone = show.settings.timezone

    def tell(self, told: Event, detail: str) -> None:
        """Write down what the rules found; `detail` is for the journal alone."""
        fields = dict(told.fields)
        if told.kind == "rung":
            self._output = ""  # that says how the picture is drawn
        if told.kind in ("fixed", "screen_back"):
            self._restarts += 1
            self._dark_s += fields["dark"]
        if told.kind == "fixed":
            fault = fields["fault"], fields["cue"]
            new, before = self._repeating.fixed(fault, fields["dark"], time.monotonic(), self._clock())
            if before:
                self._tell(before.kind, **before.fields)
            if not new:
                return
            fields["place"] = self._place(Path(fields.pop("show")).name, fields["cue"], fields["position"])
        self._tell(told.kind, **fields, detail=detail)

    def tell_once(self, kind: str, **fields: Any) -> None:
        """Tell an event unless the last one of its kind said the very same."""
        said = sentences.sentence(kind, fields)
        if self._said_last.get(kind) != said:
            self._said_last[kind] = said
            self._tell(kind, **fields)

    def hear(self, beat: Heartbeat) -> None:
        """Tell when a show is first seen on the wall, and count the loops that have passed."""
        if beat.intent != PLAYING or not beat.ready or self._show is None:
            return
        if self._shown_id != self._show.id:
            self._tell_shown(self._show)
        if bool(beat.sound) != self._silenced:
            self._silenced = bool(beat.sound)
            self._tell("sound_gone" if self._silenced else "sound_back")
        before, self._output = self._output, beat.output or self._output
        if "gpu" in (before, self._output) and {before, self._output} & PLAIN:
            self.tell_once("drawn", drawn="gpu" if self._output == "gpu" else "plain")
        if self._iteration and beat.iteration == self._iteration + 1:
            self._loops += 1
        self._iteration = beat.iteration or self._iteration

    def _tell_shown(self, show: Show) -> None:
        """Tell that a show has come to the wall; good morning with the first one."""
        figures = {"cues": len(show.cues), "loop": float(show.loop_s)}
        if not self._opened:
            self._opened, self._opened_at = True, time.time()
            self._tell("opened", greeting=sentences.greeting(self._clock().hour), **figures)
        if self._shown_id:
            self._tell("changed", **figures)
        elif self._unseen:
            self._tell("playing_unseen", reason=self._unseen, picture=str(self._places.picture))
        else:
            self._tell("playing")
        self._shown_id = show.id
        for problem in show.left_out:
            self._tell("left_out", problem=problem)
        for told in _UNTIL_SHOWN:
            self._said_last.pop(told, None)

    def tell_problem(self, kind: str, problems: Sequence[str], edited: str, *, saved: bool) -> None:
        """Tell what is wrong: after each save, but not again while nothing is saved and it is the same.

        `edited` is the hour of the last edit; `saved`: somebody has just saved a file.
        """
        first, more = problems[:1] or ["no reason was given"], max(len(problems) - 1, 0)
        if saved:
            self._said_last.pop(kind, None)
        self.tell_once(kind, problem=first[0], more=more, edited=edited)

    def tell_same(self) -> None:
        """Tell that the files say what is on the wall: an edit was taken back, or concerns nothing that is seen."""
        self._tell("same")

    def tell_clock(self, set_s: float) -> None:
        """Tell that the clock was set, by so many seconds; back is negative."""
        self._tell("clock", direction="forward" if set_s > 0 else "back", by=abs(set_s))

    def watch(self, phase: str, now: float, *, waits: bool = False) -> bool:
        """Count the time in which the picture is on the screen; tells whether the present is another than before.

        `waits`: a show waits for the wrap.
        """
        if counted := self._repeating.quiet(now):
            self._tell(counted.kind, **counted.fields)
        if self._phase == "playing":
            self._on_screen_s += now - self._watched_at
        before, self._waits, self._watched_at = (self._phase, self._waits), waits, now
        if phase != self._phase:
            self._phase, self._since = phase, time.time()
            if phase == "closed" and not self._ever_closed:
                self._tell_still_closed()
        return before != (phase, waits)

    def _tell_still_closed(self) -> None:
        """Tell until when the wall stays closed that was started outside its hours: else the log would be empty."""
        self._ever_closed = True
        opening, now = self._show.settings.hours if self._show else None, time.time()
        if change := hours.next_change(opening, now):
            moments = hours.local(opening, change), hours.local(opening, now)
            self._tell("still_closed", until=sentences.CATALOGUE[self._journal.language].when(*moments))

    def close(self, dark_s: float = 0.0) -> None:
        """Say good night, with the figures since the wall opened; `dark_s` is the outage that it ends in."""
        if self._opened:
            self._say_good_night(dark_s)
        self._disk.finish(LAST_S)

    def _say_good_night(self, dark_s: float) -> None:
        bye = sentences.greeting(self._clock().hour, leaving=True)
        figures = {"loops": self._loops, "shown": self._on_screen_s, "restarts": self._restarts}
        figures["today"] = time.time() - self._opened_at < hours.DAY_S
        self._tell("closed", greeting=bye, **figures, dark=self._dark_s + dark_s)
        self._opened, self._shown_id, self._ever_closed = False, "", True
        self._loops = self._restarts = 0
        self._on_screen_s = self._dark_s = 0.0

    def write_status(self, present: dict[str, Any], beat: Heartbeat | None) -> None:
        """Replace the status file; a disk that refuses costs only the status."""
        show, place = self._show, dict[str, Any]()
        if show and beat and 0 <= beat.cue < len(show.cues):
            cue, position_s = show.cues[beat.cue], round(beat.position_s, 2)
            place = {"cue": beat.cue, "name": cue.name, "iteration": beat.iteration, "position": position_s}
            place |= {"at": round(float(cue.file_time(exact(beat.position_s))), 2)}
            place |= {"output": beat.output, "dropped": beat.dropped}
        if show and beat and beat.ready and self._waits:
            place |= {"turn_in": round(float(show.wrap_after(beat.time_s)) - beat.time_s, 2)}
        if show:
            place |= {"show": show.id, "cues": len(show.cues), "loop": float(show.loop_s)}
        place |= {"phase": self._phase, "since": self._since, "language": self._journal.language}
        place |= {"timezone": self._journal.timezone}
        if show and (change := hours.next_change(show.settings.hours, time.time())):
            place |= {"turns": hours.local(show.settings.hours, change).isoformat()}
        place |= {"restarts": self._restarts, "dark": round(self._dark_s, 2)}
        written = status.Status(written=time.time(), pid=os.getpid(), **present, **place)
        if self._journal.waits:
            self._disk.ask("log", self._journal.write)
        self._disk.ask("status", partial(status.write, self._places.status, written))  # no news before it is in the log

    def _place(self, show: str, cue: int, position_s: float) -> tuple[str, str] | None:
        """Say in which file a show, named by its folder, stood, and at which time of it.

        None where another show has come instead of it.
        """
        if not self._show or show != self._show.id or not 0 <= cue < len(self._show.cues):
            return None
        from fractions import Fraction

        stood = self._show.cues[cue]
        return stood.name, format_time(Fraction(int(stood.file_time(exact(position_s)))))

    def _clock(self) -> datetime:
        return hours.shown(self._journal.timezone, time.time())

    def _tell(self, kind: str, **fields: Any) -> None:
        self._journal.tell(Event(kind, fields))
        self._disk.ask("log", self._journal.write)
