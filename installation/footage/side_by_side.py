"""Several clips analysed side by side, over the cores of this machine or a Dask cluster: each is one task.

What is known of a clip by its content is not found again.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event, Lock

from installation.errors import FootageError, InstallationError
from installation.flash.limits import View
from installation.footage import risks
from installation.footage.analysis import Analysis, analyse
from installation.footage.archive import printable
from installation.footage.cache import ProbeCache
from installation.footage.fixity import Progress
from installation.footage.probe import Probe
from installation.footage.risks import Risks
from installation.places import Places

Found = Analysis | FootageError


class Kept:
    """What was found of clips, kept for the next time; without places nothing is known, and nothing kept."""

    def __init__(self, places: Places | None = None) -> None:
        self._places = places
        self._cache = ProbeCache(places.probes if places else None)
        self.risks = Risks(places.risks if places else None)

    def probe(self, path: Path) -> Probe:
        """Return what a clip holds. Raises FootageError."""
        return self._cache.probe(path)

    def known(self, path: Path, probe: Probe, view: View | None) -> Analysis | None:
        """Return what was found of a clip, its risk too where a view is given; None if any of it has to be found."""
        flashes = self._cache.known_flashes(probe)
        risk = self.risks.known(_key(probe, view)) if view else None
        return None if flashes is None or (view and risk is None) else Analysis(path, probe, flashes, risk)

    def keep(self, found: Analysis, view: View | None) -> None:
        """Keep what was found, where the disk takes it."""
        self._cache.keep_flashes(found.probe, found.flashes)
        if view and found.risk:
            self.risks.keep(_key(found.probe, view), found.risk)
        self.save()

    def save(self) -> None:
        """Keep what is known of the files, where the disk takes it."""
        if self._places:
            with suppress(OSError):
                self._places.state.mkdir(parents=True, exist_ok=True)
                self._cache.save()


def analyses(
    paths: Sequence[Path],
    kept: Kept,
    pool: Executor,
    progress: Progress,
    view: View | None = None,
    *,
    trace: bool = False,
) -> list[Found]:
    """Return what `analyse` finds of every clip, or why it finds nothing, in order.

    `progress` is told the share that is done, in bytes. `pool` may be a cluster's, whose machines see the same files.
    """
    done = _Done(paths, progress)
    found: list[Found | None] = [None] * len(paths)
    begun: dict[Future[Analysis], int] = {}
    try:
        for number, path in enumerate(paths):
            try:
                probe = kept.probe(path)
                found[number] = None if trace else kept.known(path, probe, view)
            except FootageError as error:
                found[number] = error
            if found[number]:
                done.leave_out(number)
                continue
            # from another machine nothing comes back before the end
            heard = partial(done.heard, number) if isinstance(pool, ThreadPoolExecutor) else None
            begun[pool.submit(analyse, path.absolute(), probe, heard, view, trace=trace)] = number
        for future in as_completed(begun):
            number = begun[future]
            found[number] = ended = _ended(paths[number], future)
            if isinstance(ended, Analysis):
                kept.keep(ended, view)
            done.tell(number, 1)
    finally:
        done.stop.set()
        for future in begun:
            future.cancel()
        kept.save()
    return [one for one in found if one is not None]


@contextmanager
def cores() -> Iterator[Executor]:
    """Lend a pool of threads, one for each core: decoding and shrinking leave Python free."""
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        yield pool


@contextmanager
def cluster(address: str, patience_s: float = 10) -> Iterator[Executor]:
    """Lend the pool of the Dask cluster whose scheduler is at `address`. Raises InstallationError where it is not."""
    try:
        from distributed import Client
    except ImportError:
        raise InstallationError("Dask is not installed. In the project's folder: pip install -e '.[dask]'.") from None
    try:
        client = Client(address, timeout=patience_s)
    except (OSError, ValueError) as error:
        told = printable(str(error) or type(error).__name__)
        raise InstallationError(
            f"No Dask scheduler answers at {address} ({told}). Start one, or leave out --dask."
        ) from None
    with client:
        yield client.get_executor(pure=False)


class _Done:
    """How much of all files is done, in bytes."""

    def __init__(self, paths: Iterable[Path], progress: Progress) -> None:
        self.stop = Event()
        self._sizes = [path.stat().st_size if path.is_file() else 0 for path in paths]
        self._parts = [0.0] * len(self._sizes)
        self._progress, self._lock = progress, Lock()

    def heard(self, number: int, done: int, whole: int) -> None:
        """Hear how far a file is. Raises InstallationError when the others are not wanted any more."""
        if self.stop.is_set():
            raise InstallationError("stopped")
        self.tell(number, done / (whole or 1))

    def leave_out(self, number: int) -> None:
        """Count a file no longer, as one that is known: what is done at once would make the rest look quick."""
        self._sizes[number] = 0
        self.tell(number, 1)

    def tell(self, number: int, part: float) -> None:
        """Tell that so much of a file is done, 0 to 1."""
        with self._lock:
            self._parts[number] = part
            seen = sum(size * part for size, part in zip(self._sizes, self._parts, strict=True))
            self._progress(round(seen), sum(self._sizes))


def _ended(path: Path, future: Future[Analysis]) -> Found:
    """Return what a task came to; one that failed in a way that nobody thought of does not stop the others."""
    error = future.exception()
    if error is None:
        return replace(future.result(), path=path)
    if isinstance(error, FootageError):
        return error
    told = printable(f"{type(error).__name__}: {error}")
    return FootageError(f"{printable(path.name)} could not be analysed ({told}).", path)


def _key(probe: Probe, view: View) -> str:
    return risks.key("clip", probe.sha256, view)
