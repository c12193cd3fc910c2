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
"""A folder that is gone, or another one under the same name, is found out after this long at the most."""
POLL_MS = 2000
"""Where the kernel tells nothing, every file of the folder is looked at this often."""


class Noticing:
    """One folder, watched in a thread of its own for the life of the process."""

    def __init__(
        self,
        folder: Path,
        tell: Callable[[Path], None],
        *,
        recursive: bool,
        is_remote: Callable[[Path], bool] = is_remote,
    ) -> None:
        self._folder = folder
        self._is_remote = is_remote
        self._tell = tell
        self._recursive = recursive
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
            is_new = True
            time.sleep(AGAIN_MS / 1000)

    def _watch(self) -> None:
        """Tell changes until the folder is another one. Raises OSError or RuntimeError where it cannot be watched."""
        begun, polls = self._identity(), self._polls or self._is_remote(self._folder)
        for changes in watch(
            self._folder,
            watch_filter=None,
            recursive=self._recursive,
            debounce=GROUP_MS,
            step=STEP_MS,
            rust_timeout=AGAIN_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            force_polling=polls,
            poll_delay_ms=POLL_MS,
            ignore_permission_denied=True,
        ):
            for _, path in changes:
                self._tell(Path(path))
            if self._identity() != begun:
                return

    def _identity(self) -> tuple[int, int]:
        stat = self._folder.stat()
        return stat.st_dev, stat.st_ino
