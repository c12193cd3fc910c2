"""Disks to break: a small one, one that turns read-only, one whose power is cut, one that stalls.

They need root and mount(8).
"""

import fcntl
import os
import shutil
import signal
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from installation.disk import Disk

SERVES_S = 10.0
EXT4_IOC_SHUTDOWN = 0x8004587D  # fs/ext4/ext4.h: _IOR('X', 125, __u32)
EXT4_GOING_FLAGS_NOLOGFLUSH = 2  # the journal's last transaction is lost too, as in a power cut


class AtOnce(Disk):
    """Does each job while it is asked for."""

    def ask(self, name: str, job: Callable[[], None]) -> None:
        del name
        with suppress(OSError):
            job()


class Mounted:
    """A file system of its own at `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> Path:
        """Leave no room; returns the file that takes it."""
        full = self.folder / "full"
        with full.open("wb", buffering=0) as stream, suppress(OSError):
            while stream.write(b"x" * 512) > 0:
                pass
        return full

    def turn(self, how: str) -> None:
        """Make it read-only ("ro") or writable again ("rw")."""
        _run("mount", "-o", f"remount,{how}", str(self.folder))


class Ext4(Mounted):
    """An ext4 in a file, mounted through a loop device."""

    def __init__(self, folder: Path, image: Path) -> None:
        super().__init__(folder)
        self._image = image

    def insert(self) -> None:
        _run("mount", "-o", "loop", str(self._image), str(self.folder))

    def cut(self) -> None:
        """Take the power away: every access fails from now on, and what was not safe is lost."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", EXT4_GOING_FLAGS_NOLOGFLUSH))
        finally:
            os.close(descriptor)

    def pull(self) -> None:
        """Take it away for those who look for it; who has a file open keeps a dead one."""
        _run("umount", "-l", str(self.folder))


@contextmanager
def small_disk(folder: Path, size_bytes: int) -> Iterator[Mounted]:
    """A disk of `size_bytes` at `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    _possible("mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "none", str(folder))
    try:
        yield Mounted(folder)
    finally:
        _run("umount", "-l", str(folder))


@contextmanager
def ext4(folder: Path, megabytes: int = 16) -> Iterator[Ext4]:
    """A disk of some megabytes at `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    image = folder.with_name(f"{folder.name}.ext4")
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    _possible("mkfs.ext4", "-q", "-F", str(image))
    _possible("mount", "-o", "loop", str(image), str(folder))
    try:
        yield Ext4(folder, image)
    finally:
        with suppress(subprocess.CalledProcessError):  # it may have been pulled
            _run("umount", "-l", str(folder))
        image.unlink()


@contextmanager
def served(folder: Path) -> Iterator[psutil.Process]:
    """What is in `folder`, through a process that serves it: while that is suspended nothing there answers."""
    behind = folder.with_name(f"{folder.name}.behind")
    folder.rename(behind)
    folder.mkdir()
    if not shutil.which("bindfs"):
        pytest.skip("bindfs is missing; install the package bindfs")
    process = subprocess.Popen(["bindfs", "-f", str(behind), str(folder)], stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + SERVES_S
        while not os.path.ismount(folder):
            if process.poll() is not None or time.monotonic() > until:
                pytest.skip("no file system can be served here")
            time.sleep(0.02)
        yield psutil.Process(process.pid)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
        with suppress(subprocess.CalledProcessError):
            _run("umount", "-l", str(folder))
        process.terminate()
        process.wait()


def _possible(*command: str) -> None:
    try:
        _run(*command)
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        pytest.skip(f"no disks can be mounted here: {error}")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
