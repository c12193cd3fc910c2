"""What the player tells the watchdog, in the words of systemd's notify protocol plus our own X_ fields."""

import contextlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

BEAT_S = 0.5
"""Time between two heartbeats: how far off a restart can resume after a player that stood still."""
PLAYING = "playing"
IDLE = "idle"
"""Intents: a show is to be seen (a hold and a black are frames of it too), or nothing is and the wall is black."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """One message. `position_s` lies inside the cue, `time_s` in the show's timeline; `iteration` counts from 1."""

    intent: str
    iteration: int = 0
    cue: int = -1
    position_s: float = 0.0
    time_s: float = -1.0
    dropped: int = 0
    output: str = ""
    show: str = ""
    ready: bool = False
    """The first picture is on the screen."""
    sound: str = ""
    """What is wrong with the sound: see player.sound."""

    def encode(self) -> bytes:
        """Write the datagram."""
        fields = {
            "STATUS": f"{self.intent} cue {self.cue} at {self.position_s:.2f} s",
            "X_INTENT": self.intent,
            "X_ITERATION": self.iteration,
            "X_CUE": self.cue,
            "X_POSITION": f"{self.position_s:.4f}",
            "X_TIME": f"{self.time_s:.4f}",
            "X_DROPPED": self.dropped,
            "X_OUTPUT": self.output,
            "X_SHOW": self.show,
        }
        fields |= {"X_SOUND": self.sound} if self.sound else {}
        head = ["READY=1"] if self.ready else []
        return "\n".join([*head, "WATCHDOG=1", *(f"{name}={value}" for name, value in fields.items())]).encode()


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "X_INTENT": ("intent", str),
    "X_ITERATION": ("iteration", int),
    "X_CUE": ("cue", int),
    "X_POSITION": ("position_s", _finite),
    "X_TIME": ("time_s", _finite),
    "X_DROPPED": ("dropped", int),
    "X_OUTPUT": ("output", str),
    "X_SHOW": ("show", str),
    "X_SOUND": ("sound", str),
}


def decode(datagram: bytes) -> Heartbeat | None:
    """Read a datagram; None for one that is no heartbeat. Fields that make no sense keep their default."""
    pairs = dict(line.partition("=")[::2] for line in datagram.decode("utf-8", "replace").split("\n"))
    if pairs.get("WATCHDOG") != "1":
        return None
    fields: dict[str, Any] = {"intent": IDLE, "ready": pairs.get("READY") == "1"}
    for name, (field, read) in _READERS.items():
        with contextlib.suppress(ValueError, KeyError):
            fields[field] = read(pairs[name])
    return Heartbeat(**fields)
