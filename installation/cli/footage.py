"""The verbs of the archive: `installation footage …`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from installation.cli.terminal import (
    PROBLEMS,
    Config,
    State,
    bar,
    config_folder,
    footage_folder,
    places_of,
    print_table,
)
from installation.errors import InstallationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from installation.drawing.sign import Warned
    from installation.errors import Problem
    from installation.show.source import Source

AsJson = Annotated[bool, typer.Option("--json", help="As a JSON array, an object a file.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Find everything anew, and keep nothing.")]

archive = typer.Typer(help="The archive: list, seal, verify, render stand-ins.", no_args_is_help=True)


@archive.command("list")
def footage_list(config: Config = None, state: State = None) -> None:
    """List the clips of the archive with what they really hold. Exit code 1 when one cannot be used."""
    from installation import tables
    from installation.show import source

    with bar("reading the footage") as progress:
        table, broken = tables.footage(source.read(config_folder(config)), places_of(state), progress)
    print_table(table)
    for sentence in broken:
        typer.echo(sentence, err=True)
    raise typer.Exit(1 if broken else 0)


@archive.command()
def seal(config: Config = None) -> None:
    """Write SHA256SUMS beside the footage. The archive as it is now is the archive as it should stay."""
    from installation.footage import fixity
    from installation.journal.sentences import count

    folder = footage_folder(config)
    with bar("sealing") as progress:
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

    with bar("verifying") as progress:
        found = fixity.verify(footage_folder(config), progress)
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
    as_json: AsJson = False,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw light, flashes and rate over time: a .png or a .pdf.")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw a contact sheet of the flashes: a .png or a .pdf.")
    ] = None,
    no_cache: NoCache = False,
    dask: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Find on the Dask cluster whose scheduler is there.")
    ] = "",
) -> None:
    """Find every flash of light. Exit code 1 where a file cannot be read."""
    import json

    from installation import tables
    from installation.drawing import contacts, rhythm, score
    from installation.footage import side_by_side

    for picture in filter(None, (plot, sheet)):
        score.check(picture)
    kept = side_by_side.Kept(None if no_cache else places_of(state))
    with bar("finding flashes") as progress, side_by_side.cluster(dask) if dask else side_by_side.cores() as pool:
        found = side_by_side.analyses(files, kept, pool, progress, trace=plot is not None)
    good = [one for one in found if not isinstance(one, InstallationError)]
    if as_json:
        typer.echo(json.dumps([one.plain() for one in good], ensure_ascii=False))
    elif good:
        print_table(tables.flashes(good))
    if plot and good:
        score.write(rhythm.draw(good), plot)
        typer.echo(f"Drawn: {plot}.", err=as_json)
    if sheet and not any(one.flashes for one in good):
        typer.echo("No flash was found, and no sheet was drawn.", err=True)
    elif sheet:
        with bar("drawing") as progress:
            score.write(contacts.draw(good, progress), sheet)
        typer.echo(f"Drawn: {sheet}.", err=as_json)
    _tell(one for one in found if isinstance(one, InstallationError))
    raise typer.Exit(0 if len(good) == len(found) else 1)


@archive.command("risk")
def footage_risk(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE...", help="Clips: files, or names in the footage folder.")
    ] = None,
    config: Config = None,
    state: State = None,
    whole_show: Annotated[bool, typer.Option("--show", help="The loop as it plays, joins and wrap included.")] = False,
    as_json: AsJson = False,
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
    no_cache: NoCache = False,
) -> None:
    """Hold clips, or the loop, against WCAG 2.3.1 and ITU-R BT.1702.

    Exit code 1 where a warning sign is due, 2 where a file cannot be judged.
    """
    import json

    from installation import risking, tables
    from installation.drawing import chart, score
    from installation.flash.verdicts import FAIL
    from installation.footage import side_by_side

    _check_asked(files, plot, sign, whole_show=whole_show)
    view, kept = risking.view(distance, width), side_by_side.Kept(None if no_cache else places_of(state))
    found: list[risking.Result]
    with bar("looking at every frame") as progress, side_by_side.cores() as pool:
        if files:
            folder = Path() if all(Path(file).is_file() for file in files) else footage_folder(config)
            found = risking.clips(files, folder, kept, pool, progress, view)
        else:
            read, made = tables.draft(config_folder(config), places_of(state), progress)
            found = [risking.show(read, made, kept.risks, view, progress)]
    judged = [one for one in found if isinstance(one, risking.Judged)]
    if as_json:
        typer.echo(json.dumps(risking.plain(judged), ensure_ascii=False))
    elif judged:
        typer.echo(risking.told(judged))
    if plot and judged:
        score.write(chart.draw(judged[0].title, judged[0].length_s, judged[0].found), plot)
        typer.echo(f"Drawn: {plot}.", err=as_json)
    if whole_show:
        _tell(made.problems)
        if sign:
            _draw_sign(risking.warned(judged[0], made), read, sign, as_json=as_json)
    _tell(one for one in found if isinstance(one, InstallationError))
    raise typer.Exit(PROBLEMS if len(judged) < len(found) else 1 if any(one.verdict == FAIL for one in judged) else 0)


@archive.command("stand-in")
def footage_stand_in(
    config: Config = None,
    seed: Annotated[int, typer.Option(help="Another number, other cars and other light.")] = 2017,
) -> None:
    """Render three clips that stand in for the artist's footage. They lie in its folder stand-in."""
    from installation.footage import stand_in

    with bar("rendering the stand-ins") as progress:
        folder = footage_folder(config) / "stand-in"
        folder.mkdir(parents=True, exist_ok=True)
        made = stand_in.render(folder, seed=seed, progress=lambda _, done: progress(round(done * 1000), 1000))
    typer.echo(f"Rendered: {len(made)} clips, in {folder}.")


def _check_asked(files: list[str] | None, plot: Path | None, sign: Path | None, *, whole_show: bool) -> None:
    """Raise InstallationError for what cannot be asked of the risk together, before any time is spent on it."""
    from installation.drawing import score

    if bool(files) == whole_show:
        raise InstallationError("Name clips, or say --show: one of the two.")
    if sign and not whole_show:
        raise InstallationError("--sign sets a warning for the loop: say --show too.")
    if plot and len(files or ()) > 1:
        raise InstallationError("--plot draws one clip, or the loop.")
    for picture in filter(None, (plot, sign)):
        score.check(picture)


def _draw_sign(warned: "Warned | None", read: "Source", file: Path, *, as_json: bool) -> None:
    """Set the warning for the door, where one is due."""
    from installation.drawing import score, sign

    if warned and read.loop:
        score.write(sign.draw(tuple((read.loop.title or {}).items()), warned), file)
        typer.echo(f"Drawn: {file}.", err=as_json)
    else:
        typer.echo("No sign is due, and none was drawn.", err=True)


def _tell(wrong: "Iterable[Problem | InstallationError]") -> None:
    """Print what is wrong, a sentence each."""
    for one in wrong:
        typer.echo(str(one), err=True)
