"""The verbs, but for those of the archive."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from installation.cli.terminal import NOT_RUNNING, PROBLEMS, Config, State, bar, config_folder, places_of, print_table

app = typer.Typer(
    help="Plays the loop of a video installation, and brings the picture back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command()
def start(config: Config = None, state: State = None) -> None:
    """Play the loop and watch over it, until Ctrl-C or `stop`. This is what a kiosk runs."""
    import os

    places = places_of(state)
    arguments = [str(config_folder(config)), str(places.state), str(places.log)]
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

    places = places_of(state)
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

    with bar("reading the footage") as progress:
        findings = checking.check(config_folder(config), places_of(state), progress)
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
    with bar("reading the footage") as progress:
        read, made = tables.draft(config_folder(config), places_of(state), progress)
    if made.cues:
        print_table(tables.timeline(made))
        if read.settings.hours:
            typer.echo(opening(read.settings.hours, time.time()))
    if made.cues and picture and read.loop:
        with bar("drawing") as progress:
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

    folder = config_folder(config)
    prepared = partial(previewing.prepared, folder, places_of(state).preview(folder), partial(typer.echo, err=True))
    with suppress(KeyboardInterrupt), Preview(prepared, MpvWindow) as shown:
        with bar("preparing") as progress:
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

    places = places_of(state)
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

    running = find_running(places_of(state))
    if running is None or not running.plays:
        typer.echo("The installation is not running." if running is None else "Nothing is on the wall at this moment.")
        raise typer.Exit(NOT_RUNNING)
    rehearsed = rehearsing.faults(running)
    findings = rehearsing.drill(running, rehearsed, lambda name: typer.echo(f"rehearsing: {name}", err=True))
    print_table(tables.drill(findings))
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
    from installation.show.model import settings_of

    places, line = places_of(state), ""
    timezone = settings_of(places.current).timezone
    for line in reading.lines(places.staff_log, since, timezone=timezone, problems=problems, follow=follow):
        typer.echo(line)
    if not line:
        typer.echo("Nothing of that is in the log.", err=True)
