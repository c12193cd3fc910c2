"""What all verbs share: the folders they are told, what they print, and the bar while they work."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from installation.errors import InstallationError
from installation.places import Places

if TYPE_CHECKING:
    from rich.console import Group

Config = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Folder of loop.yaml and kiosk.yaml [default: config/ here, else /etc/installation]."
    ),
]
State = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder for all that is written [default: the system's, else the user's own]."),
]

PROBLEMS = 2
NOT_RUNNING = 3


def config_folder(chosen: Path | None) -> Path:
    """Return the folder of both YAML files. Raises InstallationError where there is none."""
    folder = chosen or (Path("config") if Path("config").is_dir() else Path("/etc/installation"))
    if not folder.is_dir():
        raise InstallationError(f"There is no folder {folder}. Name the one that holds loop.yaml with --config DIR.")
    return folder.absolute()


def places_of(chosen: Path | None) -> Places:
    """Return where everything that is written lies."""
    return Places.under(chosen) if chosen else Places.usual()


def footage_folder(config: Path | None) -> Path:
    """Return the archive's folder, as kiosk.yaml says. Raises InstallationError."""
    from installation.show import source

    read = source.read(config_folder(config))
    if read.archive is None:
        raise InstallationError("\n".join(map(str, read.problems)))
    return read.archive.folder


def print_table(table: "Group") -> None:
    """Print a table."""
    from rich.console import Console

    # a pipe has no width: wide enough that no line is folded for the program that reads it
    Console(width=None if sys.stdout.isatty() else 200, highlight=False, markup=False).print(table)


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar, if a person is looking and once there is something to wait for."""
    if not sys.stderr.isatty():
        yield lambda _done, _whole: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, whole: progress.update(task, completed=done, total=whole)
