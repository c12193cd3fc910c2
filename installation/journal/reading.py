"""Reads the staff log back: all its files as one, from a moment on, and further as lines come."""

import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from installation.errors import InstallationError
from installation.journal.events import PROBLEM_WORDS
from installation.journal.log import files

FOLLOW_S = 0.5
"""How often a followed log is looked at."""

_AGO = re.compile(r"(\d{1,4})\s*(minutes?|min|hours?|h|days?|d|weeks?|w)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def lines(path: Path, since: str = "", *, problems: bool = False, follow: bool = False) -> Iterator[str]:
    """Yield the log's lines, the oldest first; with `follow` it never ends. Raises InstallationError for a bad time."""
    start = moment(since, datetime.now().astimezone()) if since else ""
    at = 0
    for old in files(path):
        try:
            with old.open(encoding="utf-8", errors="replace") as stream:
                yield from _wanted(stream, start, problems=problems)
                at = stream.tell()
        except FileNotFoundError:
            at = 0
    while follow:
        time.sleep(FOLLOW_S)
        try:
            if path.stat().st_size < at:
                at = 0  # a new day, a new file
            with path.open(encoding="utf-8", errors="replace") as stream:
                stream.seek(at)
                yield from _wanted(stream, start, problems=problems)
                at = stream.tell()
        except FileNotFoundError:
            at = 0


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


def _wanted(stream: Iterator[str], start: str, *, problems: bool) -> Iterator[str]:
    for line in stream:
        word = line[21:].partition(" ")[0]
        if line >= start and (not problems or word in PROBLEM_WORDS):
            yield line.rstrip("\n")
