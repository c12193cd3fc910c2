"""What the watchdog asks of the player, one line of its standard input each."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """What to play and where to begin: a show's folder (empty: black), iteration from 1, cue, seconds into it."""

    show: str = ""
    iteration: int = 1
    cue: int = -1
    position_s: float = 0.0

    def encode(self) -> str:
        """Write the order as one line of text."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def decode(cls, line: str) -> "Order":
        """Read what `encode` wrote."""
        return cls(**json.loads(line))
