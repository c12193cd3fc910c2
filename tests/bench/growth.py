"""How large the log folder gets in a year: `python -m tests.bench.growth`. The clock is set, the files are real."""

import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from installation.journal.events import Event
from installation.journal.log import Journal
from installation.places import Places

DAYS = 365
OPENED = Event("opened", {"greeting": "morning", "cues": 14, "loop": 1330.0})
PLAYING = Event("playing")
FIGURES = {"loops": 21, "shown": 28800.0, "restarts": 1, "dark": 0.8}
CLOSED = Event("closed", {"greeting": "night", "today": True, **FIGURES})


def fault(number: int) -> Event:
    """Another cue each time, as one that comes again is only counted."""
    place = {"place": (f"crossing-{number % 40}.mp4", "1:12"), "cue": number % 40, "position": 72.0}
    return Event("fixed", {"fault": "ended", **place, "dark": 0.8, "detail": "exit -11"})


def year(places: Places, faults_a_day: int) -> tuple[int, int]:
    """Live through a year; returns the bytes of the log folder at its largest and at the end."""
    now, largest = datetime(2026, 1, 1, 10).astimezone(), 0
    journal = Journal(places, lambda _line: None, now=lambda: now.timestamp())

    def write() -> None:
        journal.write()
        for path in (places.staff_log, places.journal):
            os.utime(path, (now.timestamp(),) * 2)

    for _ in range(DAYS):
        for event in (OPENED, PLAYING):
            journal.tell(event)
        write()
        for number in range(faults_a_day):
            journal.tell(fault(number))
            if number % 200 == 199:
                write()
        journal.tell(CLOSED)
        write()
        now += timedelta(days=1)
        size = sum(path.stat().st_size for path in places.log.iterdir())
        largest = max(largest, size)
    return largest, size


def main() -> None:
    for what, faults in (("a quiet year", 0), ("a fault every 30 s, day and night", 2880)):
        with tempfile.TemporaryDirectory() as folder:
            places = Places.under(Path(folder))
            places.make()
            largest, last = year(places, faults)
            print(f"{what}: {largest / 1e6:.2f} MB at most, {last / 1e6:.2f} MB at the end")


if __name__ == "__main__":
    main()
