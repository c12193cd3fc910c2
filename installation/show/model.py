"""A compiled show: what prepare makes, the player plays and the watchdog resumes. Plain JSON, no YAML, no media."""

import json
from bisect import bisect_right
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

from installation.errors import InstallationError
from installation.hours import AUTO, Hours

TIMELINE, CAPTIONS = "loop.edl", "captions.ass"
"""The files of a show's folder that libmpv reads."""
FORMAT = 3
"""Changes whenever a show made by an older version could not be played by this one."""


class ShowError(InstallationError):
    """A compiled show cannot be read; prepare makes it anew."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What player and watchdog need to know of kiosk.yaml."""

    screen: str = "auto"
    output: str = "auto"
    rotate: int = 0
    fit: str = "contain"
    sound: bool = True
    device: str = "auto"
    volume: int = 80
    after_restart: str = "resume"
    patience_s: float = 3.0
    memory_bytes: int = 2 * 1024**3
    language: str = "en"
    keep_days: int = 90
    footage: str = ""
    """The archive's folder, absolute; empty where kiosk.yaml cannot be read."""
    hours: Hours | None = None
    """None: always open."""

    @property
    def timezone(self) -> str:
        """The zone of the clock by which the wall opens, and by which its log is written."""
        return self.hours.timezone if self.hours else AUTO

    @classmethod
    def of(cls, raw: dict[str, Any]) -> "Settings":
        """Return the settings whose fields JSON has kept. Raises KeyError, TypeError or ValueError for others."""
        return cls(**raw | {"hours": Hours.of(raw["hours"]) if raw.get("hours") else None})


@dataclass(frozen=True, slots=True)
class ShowCue:
    """One cue as the show plays it; `length_s` holds all its times and its hold, not the gap after it."""

    name: str
    kind: str
    length_s: Fraction
    number: int = 0
    """Which cue of loop.yaml it is, from 1."""
    in_s: Fraction = Fraction(0)
    """Of a clip: the time of its first frame shown, in its file."""
    once_s: Fraction = Fraction(0)
    """Of a clip: how much of its file is shown once; 0 of what has no time in a file."""
    times: int = 1
    held_at_s: Fraction = Fraction(0)
    """Of a clip that stays somewhere each time: how long after its first frame it begins to stay."""
    held_s: Fraction = Fraction(0)
    """And for how long; not the hold after all its times."""

    def file_time(self, position_s: Fraction) -> Fraction:
        """Return the time in the clip's file of a place in the cue: each of its times anew; a hold is its end."""
        if not self.once_s:
            return position_s
        whole_s = self.once_s + self.held_s
        shown_s = position_s % whole_s if position_s < whole_s * self.times else whole_s
        if shown_s > self.held_at_s:
            shown_s = max(self.held_at_s, shown_s - self.held_s)
        return self.in_s + shown_s


@dataclass(frozen=True, slots=True)
class Input:
    """A file that the show was made from, as it was then; size -1 for a file that was missing."""

    path: str
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> "Input":
        """Look at `path` as it is now, through links."""
        try:
            stat = path.stat()
        except OSError:
            return cls(str(path), -1, 0)
        return cls(str(path), stat.st_size, stat.st_mtime_ns)

    @property
    def unchanged(self) -> bool:
        """Whether the file still looks as it did."""
        return Input.of(Path(self.path)) == self


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the show: iteration (from 0 in the timeline), the cue's index, seconds into the cue."""

    iteration: int
    cue: int
    position_s: Fraction
    in_gap: bool = False


@dataclass(frozen=True)
class Show:
    """A loop, repeated `iterations` times in one timeline.

    `orders` holds the cue indices of each iteration; where there are fewer orders than iterations they repeat.
    `audio` is libmpv's number of the sound track that follows the timeline, or None for a silent loop.
    `sources` are the files of the timeline, `watched` also the YAML and what was missing. `left_out` tells,
    a sentence each, which cues could not play; a show with none left out is a good one. `aside` are the numbers of cues
    that it was made without, because the player failed at them. `captions`: its folder holds captions.ass, to be drawn
    over the picture.
    """

    id: str
    cues: tuple[ShowCue, ...]
    gap_s: Fraction
    orders: tuple[tuple[int, ...], ...]
    iterations: int
    audio: int | None
    settings: Settings
    sources: tuple[Input, ...]
    watched: tuple[Input, ...]
    left_out: tuple[str, ...] = ()
    captions: bool = False
    aside: tuple[int, ...] = ()

    @cached_property
    def loop_s(self) -> Fraction:
        """Length of one iteration with its gaps, in seconds: the same for every order."""
        return sum((cue.length_s + self.gap_s for cue in self.cues), Fraction(0))

    @property
    def is_good(self) -> bool:
        """Whether every cue of the loop is in it."""
        return not self.left_out

    @property
    def is_whole(self) -> bool:
        """Whether none was set aside either."""
        return self.is_good and not self.aside

    @property
    def is_playable(self) -> bool:
        """Whether every file of the timeline still looks as it did when it was proved."""
        return all(source.unchanged for source in self.sources)

    @property
    def is_fresh(self) -> bool:
        """Whether nothing that the show was made from has changed."""
        return self.is_playable and all(watched.unchanged for watched in self.watched)

    def where(self, time_s: float | Fraction) -> Where:
        """Find the place at `time_s` of the timeline; past its end it starts again."""
        iteration, rest = divmod(Fraction(time_s), self.loop_s)
        order, ends = self._order(iteration), self._ends(iteration)
        turn = min(bisect_right(ends, rest), len(order) - 1)
        cue = self.cues[order[turn]]
        position = rest - (ends[turn - 1] if turn else 0)
        return Where(iteration % self.iterations, order[turn], position, in_gap=position >= cue.length_s)

    def time_of(self, place: Where) -> Fraction:
        """Find the time in the timeline of a place; a position past the cue and its gap becomes the cue's start."""
        iteration = place.iteration % self.iterations
        order = self._order(iteration)
        turn = order.index(place.cue)
        before = self._ends(iteration)[turn - 1] if turn else Fraction(0)
        turn_s = self.cues[place.cue].length_s + self.gap_s
        inside = place.position_s if place.position_s < turn_s else Fraction(0)
        return iteration * self.loop_s + before + inside

    def wrap_after(self, time_s: float | Fraction) -> Fraction:
        """Return the time in the timeline of the first wrap after `time_s`."""
        return (Fraction(time_s) // self.loop_s + 1) * self.loop_s

    def _order(self, iteration: int) -> tuple[int, ...]:
        return self.orders[iteration % self.iterations % len(self.orders)]

    def _ends(self, iteration: int) -> list[Fraction]:
        """Return where each turn of an iteration ends, in seconds from the iteration's start."""
        number = iteration % self.iterations % len(self.orders)
        if number not in self._known_ends:
            turns = (self.cues[index].length_s + self.gap_s for index in self.orders[number])
            self._known_ends[number] = list(accumulate(turns))
        return self._known_ends[number]

    @cached_property
    def _known_ends(self) -> dict[int, list[Fraction]]:
        return {}  # filled as they are asked for, while a show plays


def exact(seconds: float) -> Fraction:
    """Take seconds from outside (libmpv, a state file) as a Fraction, to the microsecond."""
    return Fraction(round(seconds * 1_000_000), 1_000_000)


def to_json(show: Show) -> str:
    """Write a show as JSON text; Fractions become '33/2'."""
    return json.dumps({"format": FORMAT, **asdict(show)}, default=str, ensure_ascii=False)


def from_json(text: str) -> Show:
    """Read what `to_json` wrote. Raises ShowError for anything else."""
    try:
        raw: dict[str, Any] = json.loads(text)
        if raw.pop("format") != FORMAT:
            raise ShowError("the show was made by another version")
        return Show(
            **raw
            | {
                "cues": tuple(map(_cue, raw["cues"])),
                "gap_s": Fraction(raw["gap_s"]),
                "orders": tuple(map(tuple, raw["orders"])),
                "settings": Settings.of(raw["settings"]),
                "sources": tuple(Input(**source) for source in raw["sources"]),
                "watched": tuple(Input(**watched) for watched in raw["watched"]),
                "left_out": tuple(raw["left_out"]),
                "aside": tuple(raw["aside"]),
            }
        )
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ShowError(f"the show cannot be read ({error})") from error


_TIMES = "length_s", "in_s", "once_s", "held_at_s", "held_s"


def _cue(raw: dict[str, Any]) -> ShowCue:
    times: dict[str, Any] = {key: Fraction(raw[key]) for key in _TIMES if key in raw}
    return ShowCue(**raw | times)


def read(folder: Path) -> Show:
    """Read the show of a folder. Raises ShowError when there is none or it is damaged."""
    try:
        return from_json((folder / "show.json").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ShowError(f"there is no show in {folder}") from error


def settings_of(folder: Path) -> Settings:
    """Return the settings of the show in a folder; the usual ones where there is none that can be read."""
    try:
        return read(folder).settings
    except ShowError:
        return Settings()
