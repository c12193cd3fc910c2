"""Reads the staff log back: all its files as one, from a moment on, and further as lines come."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from installation.errors import InstallationError
from installation.hours import AUTO, shown
from installation.journal.events import PROBLEM_WORDS
from installation.journal.log import files

FOLLOW_S = 0.5
"""How often a followed log is looked at."""

_AGO = re.compile(r"(\d{1,4})\s*(minutes?|min|hours?|h|days?|d|weeks?|w)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def lines(
    path: Path, since: str = "", *, timezone: str = AUTO, problems: bool = False, follow: bool = False
) -> Iterator[str]:
    """Yield the log's lines, the oldest first; with `follow` it never ends. Raises InstallationError for a bad time.

    `timezone` is that of its hours.
    """
    start = moment(since, shown(timezone, time.time())) if since else ""
    *aside, current = files(path)
    for old in aside:
        with suppress(FileNotFoundError), _opened(old) as stream:
            yield from _wanted(stream, start, problems=problems)
    while True:
        with suppress(FileNotFoundError), _opened(current) as stream:
            yield from _wanted(stream, start, problems=problems)
            while follow and _is_still(stream, current):
                time.sleep(FOLLOW_S)
                yield from _wanted(stream, start, problems=problems)
            yield from _wanted(stream, start, problems=problems)  # the last lines of a file put aside
        if not follow:
            return
        time.sleep(FOLLOW_S)


def moment(text: str, now: datetime) -> str:
    """Turn a day, an hour of today, both, or a time ago into the form that begins each line."""
    text = text.strip().replace("T", " ")
    if match := _AGO.fullmatch(text.removesuffix("ago").strip()):
        return f"{now - timedelta(**{_UNITS[match[2][0]]: int(match[1])}):%Y-%m-%d %H:%M:%S}"
    for form, day in (
        ("%Y-%m-%d %H:%M:%S", ""),
        ("%Y-%m-%d %H:%M", ""),
        ("%Y-%m-%d", ""),
        ("%H:%M", f"{now:%Y-%m-%d} "),
    ):
        try:
            read = datetime.strptime(day + text, ("%Y-%m-%d " if day else "") + form)  # noqa: DTZ007 - the log is in local time
        except ValueError:
            continue
        return f"{read:%Y-%m-%d %H:%M:%S}"
    raise InstallationError(
        f"'{text[:40]}' is no time; write a day (2026-11-20), an hour of today (14:30) or '2 days'."
    )


def _opened(path: Path) -> TextIO:
    return path.open(encoding="utf-8", errors="replace")


def _is_still(stream: TextIO, path: Path) -> bool:
    """Whether the open file still has its name: a new day has a new file."""
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _wanted(stream: TextIO, start: str, *, problems: bool) -> Iterator[str]:
    for line in stream:
        word = line[21:].partition(" ")[0]
        if line >= start and (not problems or word in PROBLEM_WORDS):
            yield line.rstrip("\n")
