"""What happens to an installation: each event's word in the staff log, and the fields that its sentence needs."""

from dataclasses import dataclass, field
from typing import Any

WORDS = {
    "opened": "OPEN",
    "playing": "PLAYING",
    "playing_unseen": "PLAYING",
    "preparing": "PREPARE",
    "changed": "CHANGED",
    "same": "CHANGED",
    "kept": "KEPT",
    "left_out": "MISSING",
    "nothing_to_play": "ACTION",
    "prepare_failed": "ACTION",
    "fixed": "FIXED",
    "again": "FIXED",
    "screen_gone": "WAITING",
    "screen_missing_long": "ACTION",
    "screen_back": "FIXED",
    "player_fails": "ACTION",
    "rung": "FIXED",
    "drawn": "FIXED",
    "needs_memory": "ACTION",
    "set_aside": "MISSING",
    "seen_again": "FIXED",
    "unseen": "ACTION",
    "woken": "FIXED",
    "unswitchable": "CLOSED",
    "sound_gone": "WAITING",
    "sound_back": "FIXED",
    "master_changed": "ACTION",
    "master_gone": "ACTION",
    "master_unread": "ACTION",
    "log_late": "FIXED",
    "clock": "CHANGED",
    "drill_began": "DRILL",
    "drill_ended": "DRILL",
    "drill_failed": "ACTION",
    "still_closed": "CLOSED",
    "closed": "CLOSED",
}
"""Event kind to its word. PREPARE, MISSING and WAITING stand beside the words that a quiet day has."""

PROBLEM_WORDS = frozenset({"DRILL", "FIXED", "KEPT", "MISSING", "WAITING", "ACTION"})
"""Words of a line worth a second look; ACTION alone asks a person to do something. DRILL explains those after it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: `kind` is a key of WORDS, `fields` fill its sentence and go to the journal."""

    kind: str
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """The word that starts its line in the staff log."""
        return WORDS[self.kind]
