"""The verbs. The only room that prints and exits; it imports late, so that a verb pays for what it uses."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from installation.errors import InstallationError
from installation.places import Places

if TYPE_CHECKING:
    from rich.console import Group

app = typer.Typer(
    help="Plays the loop of a video installation, and brings the picture back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
archive = typer.Typer(help="The archive: list, seal, verify, render stand-ins.", no_args_is_help=True)
app.add_typer(archive, name="footage")

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


def main() -> None:
    """Run a verb. What can go wrong ends in its sentence and exit code 2; `--debug` shows the traceback as well."""
    debug = "--debug" in sys.argv
    if debug:
        sys.argv.remove("--debug")
    try:
        app()
    except InstallationError as error:
        if debug:
            raise
        _end(str(error))
    except OSError as error:
        if debug:
            raise
        _end(f"{error.filename or 'This machine'}: {error.strerror or error}.")


@app.command()
def start(config: Config = None, state: State = None) -> None:
    """Play the loop and watch over it, until Ctrl-C or `stop`. This is what a kiosk runs."""
    import os

    places = _places(state)
    arguments = [str(_config(config)), str(places.state), str(places.log)]
    # a new process image: the watchdog stays small for months, without the libraries of the other verbs;
    # -P: no file of the folder it was started in is taken for one of Python's
    os.execv(sys.executable, [sys.executable, "-P", "-m", "installation.watchdog", *arguments])  # noqa: S606 - no shell


@app.command()
def stop(state: State = None) -> None:
    """End a running installation."""
    import os
    import signal
    import time

    from installation.processes import lock

    places = _places(state)
    running = lock.holder(places)
    if running is None:
        typer.echo("The installation is not running.")
        raise typer.Exit(NOT_RUNNING)
    os.kill(running, signal.SIGTERM)
    while lock.holder(places) == running:
        time.sleep(0.05)
    typer.echo("The installation has ended.")


@app.command()
def check(config: Config = None, state: State = None) -> None:
    """Say whether all is ready. Exit code 0 ready, 1 with warnings, 2 not: config, footage, screen, sound, fonts."""
    from installation import checking

    with _bar("reading the footage") as progress:
        findings = checking.check(_config(config), _places(state), progress)
    for finding in findings:
        typer.echo(str(finding))
    worst = max(finding.grade for finding in findings)
    typer.echo(checking.VERDICTS[worst])
    raise typer.Exit(worst)


@app.command()
def timeline(
    config: Config = None,
    state: State = None,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the loop too, on a sheet of A3: a .png or a .pdf.")
    ] = None,
) -> None:
    """Show every cue with its start, its length and its source. Nothing is played or made."""
    import time

    from installation import tables
    from installation.journal.sentences import opening

    if picture:
        from installation.drawing import score

        score.check(picture)
    with _bar("reading the footage") as progress:
        read, made = tables.draft(_config(config), _places(state), progress)
    if made.cues:
        _print(tables.timeline(made))
        if read.settings.hours:
            typer.echo(opening(read.settings.hours, time.time()))
    if made.cues and picture and read.loop:
        with _bar("drawing") as progress:
            score.write(score.draw(made, read.loop, progress), picture)
        typer.echo(f"Drawn: {picture}.")
    for problem in made.problems:
        typer.echo(str(problem), err=True)
    raise typer.Exit(PROBLEMS if made.problems else 0)


@app.command()
def preview(
    config: Config = None,
    state: State = None,
    begin: Annotated[
        str, typer.Option("--from", metavar="CUE", help="Begin with this cue: its number in `timeline`, or its name.")
    ] = "",
    join: Annotated[
        str,
        typer.Option(metavar="CUE", help="Only three seconds either side of the join before this cue. 1: the wrap."),
    ] = "",
) -> None:
    """Play the loop in a window, away from the kiosk. Exit code 2 where nothing can play.

    \b
    space         play, pause
    , and .       one frame back, one frame on
    left, right   one second back, one second on
    up, down      the cue before, the next cue; with --join the next join
    home          the beginning of the loop
    m  f  h       sound, full screen, the line below: on and off
    r             read the edited files again and go on at the same place
    q, Esc        end
    """  # noqa: D301 - click's own mark for lines that stay as they are
    from functools import partial

    from installation import previewing
    from installation.player.preview import Preview
    from installation.player.window import MpvWindow

    folder = _config(config)
    prepared = partial(previewing.prepared, folder, _places(state).preview(folder), partial(typer.echo, err=True))
    with suppress(KeyboardInterrupt), Preview(prepared, MpvWindow) as shown:
        with _bar("preparing") as progress:
            shown.open(lambda _, done: progress(round(done * 1000), 1000), begin, join)
        shown.run()


@app.command()
def status(
    state: State = None,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Again every second, until Ctrl-C.")] = False,
) -> None:
    """Say in a short paragraph how things are. Exit code 0 all is well (or closed), 1 in trouble, 3 not running."""
    import time

    from installation.journal import status as present
    from installation.processes import lock

    places = _places(state)
    while True:
        now = present.read(places.status) if lock.holder(places) else None
        if as_json:
            typer.echo(places.status.read_text(encoding="utf-8") if now else "{}")
        else:
            typer.echo(present.paragraph(now, time.time()) if now else "The installation is not running.")
        if not watch:
            raise typer.Exit(NOT_RUNNING if now is None else 0 if now.is_well(time.time()) else 1)
        time.sleep(1)


@app.command()
def drill(state: State = None) -> None:
    """Rehearse faults on the running kiosk, before the opening. Exit code 1 when one did not heal, 3 not running."""
    from installation import tables
    from installation.drill import rehearsing
    from installation.drill.running import find_running

    running = find_running(_places(state))
    if running is None or not running.plays:
        typer.echo("The installation is not running." if running is None else "Nothing is on the wall at this moment.")
        raise typer.Exit(NOT_RUNNING)
    rehearsed = rehearsing.faults(running)
    findings = rehearsing.drill(running, rehearsed, lambda name: typer.echo(f"rehearsing: {name}", err=True))
    _print(tables.drill(findings))
    raise typer.Exit(0 if all(finding.healed or finding.left_out for finding in findings) else 1)


@app.command()
def log(
    state: State = None,
    since: Annotated[str, typer.Option(metavar="TIME", help="A day, an hour of today, or a time ago: '2 days'.")] = "",
    problems: Annotated[bool, typer.Option("--problems", help="Only what is worth a second look.")] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Go on as lines come, until Ctrl-C.")] = False,
) -> None:
    """Show the log that the staff read."""
    from installation.journal import reading

    line = ""
    for line in reading.lines(_places(state).staff_log, since, problems=problems, follow=follow):
        typer.echo(line)
    if not line:
        typer.echo("Nothing of that is in the log.", err=True)


@archive.command("list")
def footage_list(config: Config = None, state: State = None) -> None:
    """List the clips of the archive with what they really hold. Exit code 1 when one cannot be used."""
    from installation import tables
    from installation.show import source

    with _bar("reading the footage") as progress:
        table, broken = tables.footage(source.read(_config(config)), _places(state), progress)
    _print(table)
    for sentence in broken:
        typer.echo(sentence, err=True)
    raise typer.Exit(1 if broken else 0)


@archive.command()
def seal(config: Config = None) -> None:
    """Write SHA256SUMS beside the footage. The archive as it is now is the archive as it should stay."""
    from installation.footage import fixity
    from installation.journal.sentences import count

    folder = _footage(config)
    with _bar("sealing") as progress:
        sealed = fixity.seal(folder, progress)
    for what, names in (("changed since the last seal", sealed.changed), ("gone since the last seal", sealed.missing)):
        for name in names:
            typer.echo(f"{what}: {name}")
    files = len(sealed.good) + len(sealed.changed) + len(sealed.new)
    typer.echo(f"Sealed: {count(files, 'file')}, in {folder / fixity.SUMS}.")


@archive.command()
def verify(config: Config = None) -> None:
    """Hold every file of the archive against SHA256SUMS. Exit code 1 when one changed or is missing."""
    from installation.footage import fixity
    from installation.journal.sentences import count

    with _bar("verifying") as progress:
        found = fixity.verify(_footage(config), progress)
    for what, names in (("changed", found.changed), ("missing", found.missing), ("new", found.new)):
        for name in names:
            typer.echo(f"{what}: {name}")
    for problem in found.problems:
        typer.echo(problem, err=True)
    typer.echo(f"{count(len(found.good), 'file')} as sealed.")
    raise typer.Exit(0 if found.intact else 1)


@archive.command("flashes")
def footage_flashes(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Clips, wherever they are.")],
    state: State = None,
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON array, an object a file.")] = False,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw light, flashes and rate over time: a .png or a .pdf.")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw a contact sheet of the flashes: a .png or a .pdf.")
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Find everything anew, and keep nothing.")] = False,
    dask: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Find on the Dask cluster whose scheduler is there.")
    ] = "",
) -> None:
    """Find every flash of light. Exit code 1 where a file cannot be read."""
    from contextlib import closing

    from installation import flashing, tables
    from installation.drawing import contacts, rhythm, score
    from installation.footage.cache import ProbeCache

    for wanted in filter(None, (plot, sheet)):
        score.check(wanted)
    places = _places(state)
    cache = ProbeCache(None if no_cache else places.probes)
    pool = flashing.on_cluster(dask) if dask else flashing.side_by_side()
    try:
        with (
            _bar("finding flashes") as progress,
            pool as workers,
            closing(flashing.index(files, cache, workers, progress)) as coming,
        ):
            found = list(coming)
    finally:
        flashing.keep(cache, places)
    good = [one for one in found if isinstance(one, flashing.Indexed)]
    if as_json:
        import json

        typer.echo(json.dumps([one.plain() for one in good], ensure_ascii=False))
    elif good:
        _print(tables.flashes(good))
    for picture, draw in ((plot, rhythm.draw), (sheet, contacts.draw)):
        if picture and good:
            with _bar("drawing") as progress:
                score.write(draw(good, progress), picture)
            typer.echo(f"Drawn: {picture}.", err=as_json)
    for one in found:
        if isinstance(one, InstallationError):
            typer.echo(str(one), err=True)
    raise typer.Exit(0 if len(good) == len(found) else 1)


@archive.command("risk")
def footage_risk(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE...", help="Clips: files, or names in the footage folder.")
    ] = None,
    config: Config = None,
    state: State = None,
    whole_show: Annotated[bool, typer.Option("--show", help="The loop as it plays, joins and wrap included.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON array, one object a file.")] = False,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw light and flashes over time: a .png or a .pdf.")
    ] = None,
    sign: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --show: set the warning for the door, A3: a .png or .pdf.")
    ] = None,
    distance: Annotated[
        float | None, typer.Option(metavar="METRES", help="How near to the screen visitors stand.")
    ] = None,
    width: Annotated[float | None, typer.Option(metavar="METRES", help="How wide the screen is.")] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Look at everything again.")] = False,
) -> None:
    """Hold clips, or the loop, against WCAG 2.3.1 and ITU-R BT.1702. Exit code 1 where a warning sign is due."""
    import json

    from installation import risking, tables
    from installation.flash.verdicts import FAIL

    if bool(files) == whole_show:
        raise InstallationError("Name clips, or say --show: one of the two.")
    if sign and not whole_show:
        raise InstallationError("--sign sets a warning for the loop: say --show too.")
    if plot and len(files or ()) > 1:
        raise InstallationError("--plot draws one clip, or the loop.")
    if plot or sign:
        from installation.drawing import score

        for file in filter(None, (plot, sign)):
            score.check(file)
    view, places = risking.view(distance, width), _places(state)
    with _bar("looking at every frame") as progress:
        if whole_show:
            read, made = tables.draft(_config(config), places, progress)
            judged = [risking.show(read, made, places, view, progress, afresh=no_cache)]
        else:
            folder = _footage(config) if any(not Path(file).is_file() for file in files or ()) else Path()
            paths = [risking.path_of(file, folder) for file in files or ()]
            judged = [risking.clip(path, places, view, progress, afresh=no_cache) for path in paths]
    typer.echo(json.dumps(risking.plain(judged), ensure_ascii=False) if as_json else risking.told(judged))
    for problem in made.problems if whole_show else ():
        typer.echo(str(problem), err=True)
    if plot:
        from installation.drawing import chart

        name = risking.title(read) if whole_show else judged[0].name
        score.write(chart.draw(name, judged[0].length_s, judged[0].found), plot)
        typer.echo(f"Drawn: {plot}.", err=as_json)
    if sign:
        from installation.drawing import sign as signs

        if (warned := risking.warned(judged[0], made)) and read.loop:
            score.write(signs.draw(tuple((read.loop.title or {}).items()), warned), sign)
            typer.echo(f"Drawn: {sign}.", err=as_json)
        else:
            typer.echo("No sign is due, and none was drawn.", err=True)
    raise typer.Exit(1 if any(one.verdict == FAIL for one in judged) else 0)


@archive.command("stand-in")
def footage_stand_in(
    config: Config = None,
    seed: Annotated[int, typer.Option(help="Another number, other cars and other light.")] = 2017,
) -> None:
    """Render three clips that stand in for the artist's footage. They lie in its folder stand-in."""
    from installation.footage import stand_in

    with _bar("rendering the stand-ins") as progress:
        folder = _footage(config) / "stand-in"
        folder.mkdir(parents=True, exist_ok=True)
        made = stand_in.render(folder, seed=seed, progress=lambda _, done: progress(round(done * 1000), 1000))
    typer.echo(f"Rendered: {len(made)} clips, in {folder}.")


def _config(chosen: Path | None) -> Path:
    folder = chosen or (Path("config") if Path("config").is_dir() else Path("/etc/installation"))
    if not folder.is_dir():
        raise InstallationError(f"There is no folder {folder}. Name the one that holds loop.yaml with --config DIR.")
    return folder.absolute()


def _places(chosen: Path | None) -> Places:
    return Places.under(chosen) if chosen else Places.usual()


def _footage(config: Path | None) -> Path:
    from installation.show import source

    read = source.read(_config(config))
    if read.archive is None:
        raise InstallationError("\n".join(map(str, read.problems)))
    return read.archive.folder


def _print(table: "Group") -> None:
    from rich.console import Console

    # a pipe has no width: wide enough that no line is folded for the program that reads it
    Console(width=None if sys.stdout.isatty() else 200, highlight=False, markup=False).print(table)


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar, if a person is looking and once there is something to wait for."""
    if not sys.stderr.isatty():
        yield lambda _done, _whole: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, whole: progress.update(task, completed=done, total=whole)


def _end(text: str) -> None:
    typer.echo(text, err=True)
    raise SystemExit(PROBLEMS)


if __name__ == "__main__":
    main()
