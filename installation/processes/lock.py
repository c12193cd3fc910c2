"""One installation for each state folder: a lock that the kernel lets go of when its holder ends, however it ends."""

import fcntl
import os
import time

from installation.places import Places

TRIES, TRY_S = 5, 0.05
"""`holder` holds the lock for an instant when it looks; that must not keep a watchdog from starting."""


def take(places: Places) -> int | None:
    """Take the lock for the life of this process; None when another holds it. Raises OSError where none can be."""
    descriptor = os.open(places.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    for _ in range(TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            time.sleep(TRY_S)
    else:
        os.close(descriptor)
        return None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def holder(places: Places) -> int | None:
    """Return the process number of the running watchdog; None when none runs: a file without its lock is no lock."""
    try:
        descriptor = os.open(places.lock, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        written = os.pread(descriptor, 32, 0).strip()
        return int(written) if written.isdigit() else None
    finally:
        os.close(descriptor)
    return None
