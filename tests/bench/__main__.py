"""Measures the installation beside bare mpv, in one run, and prints one table.

`python -m tests.bench [--quick] [MEASURE…]`: all of them, or those named: joins, start, killed, stopped, server, cost,
preparing.

640×360 at 30 fps on Xvfb. Wall times depend on the machine and on what else it does; the columns were measured
within minutes of each other, so compare along a row.
"""

import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from fractions import Fraction
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from installation.places import Places
from installation.show.prepare import Preparation
from tests.bench.bare import mpv, write_playlist
from tests.glass.analysis import Lengths, Played, Turn, cue, follow, longest_outage
from tests.glass.marked import BLACK, Reading, Seen, make_clip, strip_on
from tests.glass.reader import GlassReader
from tests.glass.stage import Stage
from tests.glass.xserver import XServer

SIZE = (640, 360)
CLIPS = {1: 24, 2: 30, 3: 36, 4: 45}
LOOP: list[Turn] = [turn for number, frames in CLIPS.items() for turn in cue(number, number, range(frames))]


class Bench:
    """One stage, one X server, and the rows of the table."""

    def __init__(self, folder: Path, glass: XServer, *, quick: bool) -> None:
        self.folder, self.glass, self.quick = folder, glass, quick
        self.rows: list[tuple[str, ...]] = []
        self.stage = Stage(folder / "kiosk", glass.display)
        clips = [make_clip(self.stage.footage / f"{number}.mp4", number, frames) for number, frames in CLIPS.items()]
        self.stage.loop("cues:\n" + "".join(f"  - clip: {clip.name}\n" for clip in clips))
        self.playlist = write_playlist(folder / "loop.m3u", clips)
        Preparation(self.stage.config, Places.under(self.stage.state), lambda *_: None).run()

    @property
    def edl(self) -> Path:
        return self.stage.state / "show" / "current" / "loop.edl"

    def row(self, *cells: object) -> None:
        self.rows.append(tuple(map(str, cells)))
        Console(stderr=True).print(*cells, sep=" | ", highlight=False)

    def reader(self) -> GlassReader:
        return GlassReader(self.glass.display, strip_on(SIZE))

    def bare(self, source: Path, *options: str) -> "AbstractContextManager[subprocess.Popen[bytes]]":
        return mpv(source, self.glass.display, options=options)


def is_picture(seen: Seen) -> bool:
    return isinstance(seen, Reading)


def watched(bench: Bench, player: AbstractContextManager[Any], seconds: float) -> Played:
    """Read the screen for a while, from a second after the first picture on."""
    with bench.reader() as reader, player:
        first = reader.wait_for(is_picture, 30)
        assert first
        time.sleep(seconds + 1)
        runs = [run for run in list(reader.readings) if run.first > first.first + 1]
    return follow(runs, LOOP)


def joins(bench: Bench) -> None:
    """How long a join takes, in frames; and everything that a visitor should not see."""
    seconds = 20 if bench.quick else 240
    played = [
        watched(bench, player, seconds)
        for player in (bench.stage.start(), bench.bare(bench.edl), bench.bare(bench.playlist))
    ]

    def told(of: Callable[[Played], object]) -> list[object]:
        return [of(one) for one in played]

    def lengths(numbers: list[float]) -> str:
        found = Lengths.of(numbers)
        return f"{found.median:.2f} / {found.p99:.2f} / {found.longest:.2f}"

    count = len(played[0].joins)
    bench.row(f"{count} joins: median / 99 % / longest, frames", *told(lambda one: lengths(one.joins)), "1.0 / ≤ 1.3")
    bench.row("inside clips: the same", *told(lambda one: lengths(one.insides)), "")
    bench.row("frames left out", *told(lambda one: len(one.skipped)), "≤ bare mpv")
    faults = told(lambda one: f"{len(one.disordered)} / {len(one.black)}")
    bench.row("out of order / black that was not asked for", *faults, "0 / 0")


def start(bench: Bench) -> None:
    """From the command to the first picture."""
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    with bench.reader() as reader:
        for _ in range(3 if bench.quick else 10):
            for name, begin in (("ours", bench.stage.start), ("bare", lambda: bench.bare(bench.edl))):
                assert reader.wait_for(lambda seen: seen is BLACK, 10, since=time.monotonic() - 1)
                at = time.monotonic()
                with begin():
                    first = reader.wait_for(is_picture, 30, since=at)
                    assert first
                    times[name].append(first.first - at)
                time.sleep(0.3)
    bench.row("start to first picture, s", *(f"{statistics.median(took):.2f}" for took in times.values()), "", "≤ 0.8")


def killed(bench: Bench) -> None:
    """From a kill to the right picture: the player's, and a bare mpv's that somebody starts again at once."""
    ours, apart, bare = [], [], []
    with bench.reader() as reader:
        for _ in range(3 if bench.quick else 10):
            with bench.stage.start() as running:
                told = running.playing()
                time.sleep(1.5)
                before, at = _last_picture(reader), time.monotonic()
                os.kill(told["player"], signal.SIGKILL)
                back = reader.wait_for(is_picture, 30, since=at + 0.1)
                assert back
                time.sleep(0.3)
                ours.append(longest_outage(reader.readings, LOOP, at).seconds)
                apart.append(abs(_place(back.seen) - _place(before)))
            time.sleep(0.3)
            with bench.bare(bench.edl):
                assert reader.wait_for(is_picture, 30, since=time.monotonic())
                time.sleep(1)
            at = time.monotonic()
            with bench.bare(bench.edl, "--start=1.5"):
                assert reader.wait_for(is_picture, 30, since=at + 0.1)
                time.sleep(0.3)
                bare.append(longest_outage(reader.readings, LOOP, at).seconds)
            time.sleep(0.3)
    worst = f"{statistics.median(ours):.2f} ({max(ours):.2f})"
    bench.row("player killed: picture back, s, median (worst)", worst, f"{statistics.median(bare):.2f}", "", "≤ 0.5")
    bench.row("… at most so far from where it was, s", f"{max(apart):.2f}", "", "", "≤ 0.5")


def stopped(bench: Bench) -> None:
    """From a SIGSTOP of the player to the picture; patience is 3 s."""
    with bench.stage.start() as running, bench.reader() as reader:
        told = running.playing()
        time.sleep(1.5)
        at = time.monotonic()
        os.kill(told["player"], signal.SIGSTOP)
        running.wait_for_status(lambda now: now["player"] not in (0, told["player"]) and now["phase"] == "playing")
        time.sleep(0.5)
        bench.row(
            "player stopped: picture back, s",
            f"{longest_outage(reader.readings, LOOP, at).seconds:.2f}",
            "",
            "",
            "≤ 3.5",
        )


def server(bench: Bench) -> None:
    """From the moment that a killed X server is back to the picture."""
    times = []
    with bench.stage.start() as running, bench.reader() as reader:
        running.playing()
        for _ in range(3 if bench.quick else 5):
            time.sleep(1)
            bench.glass.kill()
            time.sleep(1.5)
            at = time.monotonic()
            bench.glass.start_again()
            back = reader.wait_for(is_picture, 30, since=at)
            assert back
            times.append(back.first - at)
    bench.row("X server back: picture back, s, median", f"{statistics.median(times):.2f}", "", "", "≤ 1.0")


def cost(bench: Bench) -> None:
    """Processor time and memory while playing."""
    seconds = 10 if bench.quick else 60
    with bench.stage.start() as running:
        running.playing()
        family = running.family()
        ours = _processor_time(family, seconds)
        watchdog = family[0].memory_info().rss / 2**20
        found = running.player()
        assert found
        player = found.memory_info().rss / 2**20
    with bench.bare(bench.edl) as process:
        time.sleep(1)
        bare = _processor_time([psutil.Process(process.pid)], seconds)
        alone = psutil.Process(process.pid).memory_info().rss / 2**20
    bench.row("processor, % of one core (ratio)", f"{ours:.1f} ({ours / bare:.2f})", f"{bare:.1f}", "", "≤ 1.05")
    bench.row("memory, MiB: watchdog + player", f"{watchdog:.0f} + {player:.0f}", f"{alone:.0f}", "", "watchdog ≤ 20")


def preparing(bench: Bench) -> None:
    """500 cues over 40 clips that need no copies."""
    stage = Stage(bench.folder / "large", bench.glass.display)
    first = make_clip(stage.footage / "00.mp4", 1, 450)
    for number in range(1, 40):  # the same pictures, other bytes: every file is read and proved on its own
        shutil.copyfile(first, stage.footage / f"{number:02}.mp4")
        with (stage.footage / f"{number:02}.mp4").open("ab") as clip:
            clip.write(b"\0\0\0\x0cfree" + number.to_bytes(4))
    cues = [f"  - {{clip: {n % 40:02}.mp4, in: {n % 20 * 0.5}, out: {n % 20 * 0.5 + 3}}}\n" for n in range(500)]
    stage.loop("cues:\n" + "".join(cues))
    took = []
    for _ in range(2):
        at = time.monotonic()
        worker = [sys.executable, "-m", "installation.show.worker", str(os.getpid())]
        subprocess.run([*worker, stage.config, stage.state, stage.state / "log", ""], check=True, capture_output=True)
        took.append(time.monotonic() - at)
    bench.row(
        "prepare 500 cues over 40 clips, s: first, second time", f"{took[0]:.2f}, {took[1]:.2f}", "", "", "≤ 3, ≤ 0.5"
    )
    for verb in ("check", "status"):
        at = time.monotonic()
        stage.run(verb)
        bench.row(f"{verb}, s", f"{time.monotonic() - at:.2f}", "", "", "≤ 0.5")


def _processor_time(processes: list[psutil.Process], seconds: float) -> float:
    """Percent of one core, by the scheduler's own nanoseconds: the usual hundredths of a second are too coarse."""

    def used() -> int:
        tasks = [task for process in processes for task in Path(f"/proc/{process.pid}/task").iterdir()]
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)

    before = used()
    time.sleep(seconds)
    return (used() - before) / 1e9 / seconds * 100


def _last_picture(reader: GlassReader) -> Seen:
    return [run.seen for run in reader.readings if is_picture(run.seen)][-1]


def _place(seen: Seen) -> float:
    """Seconds into the loop."""
    place = next(number for number, turn in enumerate(LOOP) if turn.seen == seen)
    return float(Fraction(place, 30))


def main() -> None:
    quick = "--quick" in sys.argv
    wanted = [word for word in sys.argv[1:] if word != "--quick"]
    with tempfile.TemporaryDirectory() as folder, XServer(SIZE) as glass:
        bench = Bench(Path(folder), glass, quick=quick)
        for measure in (joins, start, killed, stopped, server, cost, preparing):
            if not wanted or measure.__name__ in wanted:
                measure(bench)
    table = Table("", "ours", "bare mpv, the same EDL", "bare mpv, playlist", "reach", box=None)
    for row in bench.rows:
        table.add_row(*row)
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
