"""The index of several files: what is known is taken, the rest is found side by side, on this machine or on others."""

import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event, Lock
from typing import Any

from installation.errors import FootageError, InstallationError
from installation.flash.model import Flash
from installation.footage import flashes
from installation.footage.archive import printable
from installation.footage.cache import ProbeCache
from installation.footage.fixity import Progress
from installation.footage.probe import Probe
from installation.places import Places

WORDS = ("time", "frame", "frames", "area", "excess", "band")
"""What is told of a flash to programs."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A file, what it holds, and its flashes."""

    path: Path
    probe: Probe
    flashes: tuple[Flash, ...]

    def plain(self) -> dict[str, Any]:
        """Return it as programs read it; times in seconds from the first frame shown."""
        told = [{word: _plain(getattr(flash, word)) for word in WORDS} for flash in self.flashes]
        rate, duration = _plain(self.probe.rate), _plain(self.probe.duration)
        return {"file": str(self.path), "rate": rate, "duration": duration, "flashes": told}


Found = Indexed | FootageError


def index(paths: Sequence[Path], cache: ProbeCache, pool: Executor, progress: Progress) -> Generator[Found, None, None]:
    """Yield the index of every file, or why it has none, in order; `progress` is told the share that is done, in bytes.

    Every file is one task for `pool`, which may be that of a cluster whose machines see the same files.
    """
    done = _Done(paths, progress)
    begun = [_begin(number, path, cache, pool, done) for number, path in enumerate(paths)]
    try:
        for number, (path, found) in enumerate(zip(paths, begun, strict=True)):
            yield _end(path, *found, cache) if isinstance(found, tuple) else found
            done.tell(number, 1, 1)
    finally:
        done.stop.set()


def keep(cache: ProbeCache, places: Places) -> None:
    """Keep what was found for the next time, where the disk takes it."""
    with suppress(OSError):
        places.state.mkdir(parents=True, exist_ok=True)
        cache.save()


@contextmanager
def side_by_side() -> Iterator[Executor]:
    """Lend a pool of threads, one for each core: decoding and shrinking leave Python free."""
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        yield pool


@contextmanager
def on_cluster(address: str) -> Iterator[Executor]:
    """Lend the pool of the Dask cluster whose scheduler is at `address`. Raises InstallationError where it is not."""
    try:
        from distributed import Client
    except ImportError:
        raise InstallationError("Dask is not installed. Install it with: pip install 'installation[dask]'.") from None
    try:
        client = Client(address, timeout=10)
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

    def tell(self, number: int, done: int, whole: int) -> None:
        """Hear how far a file is. Raises InstallationError when the others are not wanted any more."""
        if self.stop.is_set():
            raise InstallationError("stopped")
        with self._lock:
            self._parts[number] = done / (whole or 1)
            seen = sum(size * part for size, part in zip(self._sizes, self._parts, strict=True))
            self._progress(round(seen), sum(self._sizes))


_Begun = tuple[Probe, "Future[tuple[Flash, ...]]"]


def _begin(number: int, path: Path, cache: ProbeCache, pool: Executor, done: _Done) -> Found | _Begun:
    """Return what is known of a file, or set about finding it."""
    try:
        probe = cache.probe(path)
    except FootageError as error:
        return error
    known = cache.known_flashes(probe)
    if known is not None:
        return Indexed(path, probe, known)
    # from another machine nothing comes back before the end
    heard = partial(done.tell, number) if isinstance(pool, ThreadPoolExecutor) else None
    return probe, pool.submit(flashes.find, path.absolute(), probe, heard)


def _end(path: Path, probe: Probe, future: "Future[tuple[Flash, ...]]", cache: ProbeCache) -> Found:
    try:
        found = future.result()
    except FootageError as error:
        return error
    cache.keep_flashes(probe, found)
    return Indexed(path, probe, found)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int) else round(float(value), 6)
