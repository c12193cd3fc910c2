"""Watches folders with watchfiles and tells which paths something happened to. A folder may go and come back."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from watchfiles import watch

from installation.edits.mounts import is_remote

STEP_MS = 100
"""Changes are taken in this often; ten looks a second cost a two-thousandth of a processor."""
GROUP_MS = 400
"""Changes that go on without a pause are told together, this often."""
AGAIN_MS = 2000
"""A folder that is gone is looked for again after this long."""
POLL_MS = 2000
"""Where the kernel tells nothing, every file of the folder is looked at this often."""


class Noticing:
    """One folder, watched in a thread of its own for the life of the process.

    `listens` is called once, when nothing that happens to the folder from now on will be missed.
    """

    def __init__(
        self,
        folder: Path,
        tell: Callable[[Path], None],
        *,
        recursive: bool,
        listens: Callable[[], None] = lambda: None,
        is_remote: Callable[[Path], bool] = is_remote,
    ) -> None:
        self._folder = folder
        self._is_remote = is_remote
        self._tell = tell
        self._recursive = recursive
        self._listens: Callable[[], None] | None = listens
        self._polls = False
        threading.Thread(target=self._run, args=[not folder.is_dir()], name=str(folder), daemon=True).start()

    def _run(self, is_new: bool) -> None:
        """Watch the folder whenever it is there; one that was not there at first is told when it comes."""
        while True:
            if self._folder.is_dir():
                if is_new:
                    self._tell(self._folder)
                try:
                    self._watch()
                except FileNotFoundError:
                    pass
                except (OSError, RuntimeError):  # no more inotify watches to be had: watchfiles says either
                    self._polls = True
                self._tell(self._folder)  # it is gone, or another one: all that was in it has changed
            self._say_listens()
            is_new = True
            time.sleep(AGAIN_MS / 1000)

    def _watch(self) -> None:
        """Tell changes until the folder is another one. Raises OSError or RuntimeError where it cannot be watched."""
        polls = self._polls or self._is_remote(self._folder)
        for changes in watch(
            self._folder,
            watch_filter=None,
            recursive=self._recursive,
            debounce=GROUP_MS,
            step=STEP_MS,
            stop_event=_Another(self._folder, self._say_listens),
            raise_interrupt=False,
            force_polling=polls,
            poll_delay_ms=POLL_MS,
            ignore_permission_denied=True,
        ):
            for _, path in changes:
                self._tell(Path(path))

    def _say_listens(self) -> None:
        if self._listens:
            self._listens()
            self._listens = None


class _Another:
    """What watchfiles asks at every step of a watch, from the first: whether the folder is gone or another one."""

    def __init__(self, folder: Path, watching: Callable[[], None]) -> None:
        self._folder = folder
        self._watching = watching
        self._begun = self._identity()

    def is_set(self) -> bool:
        """Say whether the watch is to end."""
        self._watching()
        return self._identity() != self._begun

    def _identity(self) -> tuple[int, int] | None:
        try:
            stat = self._folder.stat()
        except OSError:
            return None
        return stat.st_dev, stat.st_ino
