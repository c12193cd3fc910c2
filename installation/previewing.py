"""What a preview plays: the show of a loop, prepared in places of its own; the kiosk's are neither read nor written."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from installation.errors import InstallationError
from installation.places import Places
from installation.show.prepare import Preparation, Progress

NOTICES = {
    "ready": "",
    "partial": "What has a mistake is left out. The terminal tells more.",
    "kept": "The edit has a mistake: this is the loop before it. The terminal tells more.",
}
"""What the window says beside the picture, by how the preparation ended."""


@contextmanager
def prepared(
    config: Path, places: Places, tell: Callable[[str], None], progress: Progress
) -> Iterator[tuple[Path, str]]:
    """Prepare the show, and lend its folder and a notice until the player has opened it.

    Every mistake is told, a sentence each. Meanwhile no other preview of this loop prepares: that would tidy away what
    it does not need itself. A show once opened is safe from that. Raises InstallationError where nothing can play.
    """
    places.make()
    with places.lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = Preparation(config, places, progress).run()
        for problem in made.problems:
            tell(problem)
        if made.outcome not in NOTICES:
            raise InstallationError("Nothing of the loop can play.")
        yield places.current.resolve(), NOTICES[made.outcome]
