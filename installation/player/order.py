"""What the watchdog asks of the player, one line of its standard input each."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """What to play and where to begin: a show's folder (empty: black), iteration from 1, cue, seconds into it.

    `at_wrap`: what plays goes on to its wrap, and the show begins there, whatever place is given; at once on a black
    wall. The last such order holds; one for the show that plays takes the others back.
    """

    show: str = ""
    iteration: int = 1
    cue: int = -1
    position_s: float = 0.0
    at_wrap: bool = False

    def encode(self) -> str:
        """Write the order as one line of text."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def decode(cls, line: str) -> "Order":
        """Read what `encode` wrote."""
        return cls(**json.loads(line))
