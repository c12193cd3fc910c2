"""The figures of a run: what healed and how soon, and what the installation weighed from beginning to end."""

import statistics
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import psutil
from rich.table import Table

from tests.glass.reader import Run

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one fault ended."""

    fault: str
    healed: bool
    dark_s: float
    strange: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """The outcomes of one kind of fault; seconds without a picture."""

    fault: str
    count: int
    healed: int
    median_s: float
    most_s: float
    worst_s: float

    @classmethod
    def of(cls, fault: str, outcomes: Sequence[Outcome]) -> "Row":
        """Gather outcomes. `most_s` is what nine in ten stay within. Raises ValueError for none."""
        if not outcomes:
            raise ValueError(f"no outcome of {fault}")
        dark = sorted(outcome.dark_s for outcome in outcomes)
        healed = sum(outcome.healed for outcome in outcomes)
        most = dark[-(-9 * len(dark) // 10) - 1]
        return cls(fault, len(dark), healed, statistics.median(dark), most, dark[-1])

    @property
    def cells(self) -> tuple[str, ...]:
        times = (f"{seconds:.1f}" for seconds in (self.median_s, self.most_s, self.worst_s))
        return (self.fault, str(self.count), str(self.healed), *times)


def rows(outcomes: Sequence[Outcome], order: Iterable[str]) -> list[Row]:
    """One row for each kind of fault that came, and one for all."""
    kinds = [(kind, [outcome for outcome in outcomes if outcome.fault == kind]) for kind in order]
    return [*(Row.of(kind, of_kind) for kind, of_kind in kinds if of_kind), Row.of("all", outcomes)]


@dataclass(frozen=True, slots=True)
class Weight:
    """What one process held at one moment: memory, open files, and its age in seconds."""

    mib: float
    files: int
    age_s: float


@dataclass(slots=True)
class Weights:
    """What a process of the installation weighed over the run, whichever process that was at the time."""

    taken: list[Weight] = field(default_factory=list)

    def take(self, process: psutil.Process | None) -> None:
        """Weigh it, if it is there at the moment."""
        with suppress(psutil.Error):
            if process:
                age_s = time.time() - process.create_time()
                self.taken.append(Weight(process.memory_info().rss / MIB, process.num_fds(), age_s))

    @property
    def cells(self) -> tuple[str, ...]:
        if not self.taken:
            return ("–",) * 4
        first, last = self.taken[0], self.taken[-1]
        heaviest = max(weight.mib for weight in self.taken)
        oldest = max(weight.age_s for weight in self.taken)
        memory = f"{first.mib:.0f} → {last.mib:.0f} MiB"
        return memory, f"{heaviest:.0f} MiB", f"{first.files} → {last.files}", f"{oldest / 60:.1f} min"


def outcome_table(found: Sequence[Row]) -> Table:
    table = Table("fault", box=None)
    for name in ("times", "healed", "median s", "90 % s", "worst s"):
        table.add_column(name, justify="right")
    for row in found:
        table.add_row(*row.cells, style="bold" if row is found[-1] else None)
    return table


def weight_table(weights: dict[str, Weights]) -> Table:
    table = Table("process", box=None)
    for name in ("memory, start → end", "highest", "open files", "longest life"):
        table.add_column(name, justify="right")
    for room, taken in weights.items():
        table.add_row(room, *taken.cells)
    return table
