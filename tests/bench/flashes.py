"""How well flashes are found, and how fast: `python -m tests.bench.flashes [--quick] [MEASURE…]`: found, fast, memory.

Nights of known flashes are made and judged at ±1 frame. The detector's figures were tuned on 656 flashes over the
backgrounds vtest.avi, bikes.mp4, panned and signs; what is printed comes from other backgrounds, HELD_OUT, and other
seeds. Filmed backgrounds lie beside the project (../shared/footage) and are left out where they are absent. What is
fast is told as a ratio to ffmpeg, in the same run.
"""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from installation.flash.limits import View
from installation.flash.model import HEIGHT, WIDTH
from installation.footage import stand_in
from installation.footage.analysis import analyse
from installation.footage.probe import probe
from tests.flash.nights import DRAWN, KINDS, Night, encode, make, matched

REAL = Path(__file__).parents[2].parent / "shared" / "footage"
RATES = (10, 25, 30, 60)
HELD_OUT, SEEDS = ("car-detection.mp4", "traffic", "rain", "crowd"), range(900, 904)


def found(folder: Path, rows: list[tuple[str, ...]], *, quick: bool) -> None:
    """Recall and precision on what nothing was tuned on, by background, kind and rate."""
    hits, every, wrong = Counter[str](), Counter[str](), Counter[str]()
    for background in HELD_OUT:
        if background not in DRAWN and not (REAL / background).is_file():
            continue
        for night in (Night(background, rate, seed) for rate in RATES for seed in SEEDS[: 1 if quick else None]):
            path = folder / f"{background}-{night.rate}-{night.seed}.mp4"
            beat = make(path, night, REAL)
            seen = analyse(path, probe(path)).flashes
            hit, extra = matched(beat, seen)
            path.unlink()
            for lit in beat:
                for name in ("all", background, lit.kind, f"{night.rate} fps"):
                    every[name] += 1
                    hits[name] += lit in hit
            for name in ("all", background, f"{night.rate} fps"):
                wrong[name] += len(extra)
    for name in every:
        right = f"precision {hits[name] / (hits[name] + wrong[name]):.3f}" if name not in KINDS else ""
        rows.append((f"flashes: {name}", f"recall {hits[name] / every[name]:.3f} of {every[name]}", right))
    real = [path for path in sorted(REAL.glob("*")) if path.suffix in (".mp4", ".avi")]
    rows += [
        (f"flashes in {path.name}, which has none", str(len(analyse(path, probe(path)).flashes)), "") for path in real
    ]


def fast(folder: Path, rows: list[tuple[str, ...]], *, quick: bool) -> None:
    """Decoding with one analysis and with both, beside ffmpeg decoding the same file to nowhere, turn by turn."""
    clip, long = stand_in.render(folder)[0], folder / "long.mp4"
    (folder / "list").write_text(f"file '{clip}'\n" * (2 if quick else 4))
    _joined(folder / "list", long)
    known = probe(long)
    ways: dict[str, Callable[[], object]] = {
        "ffmpeg": lambda: _ffmpeg("-i", long, "-map", "0:v", "-f", "null", "-"),
        "index": lambda: analyse(long, known),
        "both": lambda: analyse(long, known, view=View()),
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    worked: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(2 if quick else 4):
        for name, way in ways.items():
            began, before = time.perf_counter(), _processor_s()
            way()
            took[name].append(time.perf_counter() - began)
            worked[name].append(_processor_s() - before)
    for name, reach in (("index", "0.95"), ("both", "0.85")):
        ratio = f"{min(took['ffmpeg']) / min(took[name]):.2f}"
        processor = f"{min(worked['ffmpeg']) / min(worked[name]):.2f} by processor time"
        rows.append((f"speed at 720p, of ffmpeg's: {name} (reach {reach})", ratio, processor))
    rows.append(("frames a second: ffmpeg", f"{known.frames / min(took['ffmpeg']):.0f}", ""))


def memory(folder: Path, rows: list[tuple[str, ...]], *, quick: bool) -> None:
    """The most memory that this process needs for a file of hours."""
    minutes = 10 if quick else 180
    lights = (200 if number % 40 < 2 else 40 for number in range(1500))
    clip = encode(folder / "minute.mp4", 25, (np.full((HEIGHT, WIDTH), light, np.float32) for light in lights))
    (folder / "list").write_text(f"file '{clip}'\n" * minutes)
    long = folder / "hours.mp4"
    _joined(folder / "list", long)
    known, process, most = probe(long), psutil.Process(), list[float]()

    def heard(done: int, _whole: int) -> None:
        if done > 1500 * len(most):  # once a minute
            most.append(process.memory_info().rss / 2**20)

    analyse(long, known, heard, View())
    rows.append((f"memory over {minutes} minutes, MiB", f"{most[1]:.0f} after one, {most[-1]:.0f} at the end", ""))


def _joined(listed: Path, into: Path) -> None:
    _ffmpeg("-f", "concat", "-safe", "0", "-i", listed, "-c", "copy", "-an", into)


def _ffmpeg(*arguments: str | Path) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True)


def _processor_s() -> float:
    times = psutil.Process().cpu_times()
    return times.user + times.system + times.children_user + times.children_system


def main(words: Iterable[str]) -> None:
    quick = "--quick" in words
    wanted = [word for word in words if word != "--quick"]
    rows: list[tuple[str, ...]] = []
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        for measure in (found, fast, memory):
            if not wanted or measure.__name__ in wanted:
                measure(Path(folder), rows, quick=quick)
    table = Table("", "", "", box=None, show_header=False)
    for row in rows:
        table.add_row(*row)
    Console(width=130).print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
