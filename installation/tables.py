"""Tables for people: the loop as it will play, and the archive as it is."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from rich.console import Group
from rich.table import Table
from rich.text import Text

from installation.drawing.boxes import boxes, clock, dark_s, details, is_listed
from installation.drill import rehearsing
from installation.drill.rehearsing import Finding
from installation.errors import FootageError, InstallationError
from installation.flash.model import FULL
from installation.footage.analysis import Analysis
from installation.footage.archive import Archive, printable
from installation.footage.cache import ProbeCache
from installation.footage.fixity import Progress
from installation.footage.stills import UNUSABLE
from installation.journal.sentences import count
from installation.places import Places
from installation.show import source
from installation.show.plan import Plan
from installation.show.planning import Known
from installation.show.source import Source
from installation.show.turns import PlannedCue, Turn, Words
from installation.timecode import format_rate, format_time


def draft(config: Path, places: Places, progress: Progress) -> tuple[Source, Plan]:
    """Plan the loop without preparing anything."""
    read = source.read(config)
    cache = ProbeCache(places.probes)
    made = read.draft(Known.through(cache, progress))
    _save(cache, places)
    return read, made


def timeline(made: Plan) -> Group:
    """Show the first iteration: when each cue comes, how it is shown and what it plays from; and the loop's length.

    The first column counts the turns; where the order is not the file's, the second tells a cue's number in the file.
    """
    listed = is_listed(made)
    columns = ("start", "right"), ("length", "right"), ("cue", "left"), ("how", "left"), ("plays from", "left")
    table = _table(("", "right"), *([] if listed else [("no.", "right")]), *columns)
    for box, (index, after) in zip(boxes(made), made.played(1), strict=True):
        numbers = [str(box.number)] if listed else [str(box.number), str(box.place)]
        how = ", ".join([*details(box), *_words("caption", box.cue.caption)])
        times = clock(box.start_s, 100), clock(box.length_s, 100)
        table.add_row(*numbers, *times, printable(_name(box.cue)), how, _origin(made.turn(index, after)))
    return Group(table, Text(_summary(made)))


def drill(findings: Sequence[Finding]) -> Group:
    """Show how each fault of a drill ended."""
    table = _table(("fault", "left"), ("noticed after", "right"), ("picture back after", "right"), ("verdict", "left"))
    for row in rehearsing.rows(findings):
        table.add_row(*row)
    return Group(table)


def _summary(made: Plan) -> str:
    dark, lasts = dark_s(made), f"the loop lasts {clock(made.loop_s, 10)}"
    if made.problems:
        lasts = f"without what has mistakes, {lasts}"
    black = f", {clock(dark, 10)} of it black" if dark else ""
    copies = f", {count(len(made.copies), 'exhibition copy', 'exhibition copies')}" if made.copies else ""
    return f"{lasts[0].upper()}{lasts[1:]}{black}{copies}."


def _name(cue: PlannedCue) -> str:
    return " / ".join(text for _, text in cue.title) or cue.name


def _words(kind: str, words: Words) -> list[str]:
    return [f"{kind} {' / '.join(printable(text) for _, text in words)}"] if words else []


def footage(read: Source, places: Places, progress: Progress) -> tuple[Group, list[str]]:
    """Show every clip and still of the archive, and a sentence for each that cannot be used."""
    if read.archive is None:
        raise InstallationError("\n".join(map(str, read.problems)))
    cache = ProbeCache(places.probes)
    broken: list[str] = []
    clips = _clips(read.archive, cache, progress, broken)
    pictures = _stills(read.archive, cache, progress, broken)
    _save(cache, places)
    told = count(clips.row_count, "clip")
    if not pictures.row_count:
        return Group(clips, Text(f"{told} in {read.archive.folder}.")), broken
    told = f"{told} and {count(pictures.row_count, 'still')} in {read.archive.folder}."
    return Group(clips, Text(), pictures, Text(told)), broken


def flashes(found: Iterable[Analysis]) -> Group:
    """Show every flash of every file, and under each file's how many it has."""
    parts: list[Table | Text] = []
    for one in found:
        columns = ("", "right"), ("time", "right"), ("frame", "right"), ("frames", "right")
        table = _table(*columns, ("area", "right"), ("excess", "right"), ("band", "left"))
        for number, flash in enumerate(one.flashes, 1):
            lit = f"{flash.area:.0%}", f"{flash.excess:.0%}", "" if flash.band == FULL else flash.band
            table.add_row(str(number), clock(flash.time, 100), str(flash.frame), str(flash.frames), *lit)
        a_minute = round(len(one.flashes) * 60 / one.probe.duration, 1)
        told = f"{count(len(one.flashes), 'flash', 'flashes')} in {clock(one.probe.duration, 10)}"
        told += f", {float(a_minute):g} a minute." if one.flashes else "."
        parts += [Text(printable(str(one.path)), "bold"), *([table] if one.flashes else []), Text(told), Text()]
    return Group(*parts[:-1])


def _clips(archive: Archive, cache: ProbeCache, progress: Progress, broken: list[str]) -> Table:
    columns = ("file", "left"), ("length", "right"), ("frames", "right"), ("fps", "right"), ("size", "right")
    table = _table(*columns, ("codec", "left"), ("sound", "left"))
    for path in archive.clips():
        name = printable(archive.name(path))
        try:
            known = cache.probe(path, progress)
        except FootageError as error:
            broken.append(str(error))
            continue
        rate = format_rate(known.rate) + ("" if known.regular else " (varies)")
        sound = f"{known.sound.codec} {known.sound.rate / 1000:g} kHz" if known.sound else "silent"
        turned = f" turned {known.rotation}°" if known.rotation else ""
        size = f"{known.width}×{known.height}{turned}"
        table.add_row(name, format_time(known.duration), str(known.frames), rate, size, known.codec, sound)
    return table


def _stills(archive: Archive, cache: ProbeCache, progress: Progress, broken: list[str]) -> Table:
    """Show stills as they will stand, upright; each is decoded once."""
    table = _table(("file", "left"), ("size", "right"), ("format", "left"), ("colour profile", "left"))
    for path in archive.stills():
        try:
            known = cache.look(path, progress)
            cache.prove(path, known)
        except FootageError as error:
            broken.append(str(error))
            continue
        profile = {"": "none: sRGB", UNUSABLE: "unusable: sRGB"}.get(known.profile, known.profile)
        name = printable(archive.name(path))
        table.add_row(name, f"{known.width}×{known.height}", known.format, profile)
    return table


def _save(cache: ProbeCache, places: Places) -> None:
    """Keep what was read for the next time, where the state folder takes it; a table can do without."""
    if places.state.is_dir():
        with suppress(OSError):
            cache.save()


def _origin(turn: Turn) -> str:
    """Tell what a cue plays from: the master, or copies and why."""
    parts = ("master" if isinstance(part.source, Path) else f"copy ({part.why})" for part in turn.picture)
    return ", ".join(dict.fromkeys(parts))


def _table(*columns: tuple[str, str]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for title, side in columns:
        table.add_column(Text(title), justify="right" if side == "right" else "left", overflow="fold")
    return table
