"""A show's folder: written beside the others, then swapped in by one renaming."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from installation.footage.archive import CLIPS
from installation.places import Places
from installation.show import model
from installation.show.copies import Copies
from installation.show.model import Input, Settings, Show, ShowCue
from installation.show.plan import Plan
from installation.show.segments import AnyCopy
from installation.show.strips import length_of
from installation.show.timeline import SILENCE_S, Timeline
from installation.show.turns import PlannedCue
from installation.whole import keep_names, write_whole

SILENCE = "silence.flac"

Texts = dict[str, str]
"""The text files of a show's folder, by name."""


class Names:
    """Short names, links inside the show's folder, for the files of a timeline.

    They keep the timeline small, and no character of an artist's file name ever reaches libmpv's parser.
    """

    def __init__(self, copies: Copies) -> None:
        self._copies = copies
        self.links: dict[Path, str] = {}

    def __call__(self, source: Path | AnyCopy) -> str:
        """Return the name of a master or a copy, a new one where it has none yet."""
        path = source if isinstance(source, Path) else self._copies.path(source)
        if path not in self.links:
            ending = path.suffix.lower()
            self.links[path] = f"{len(self.links):x}{ending if ending in CLIPS else ''}"
        return self.links[path]


def show_of(plan: Plan, timeline: Timeline, captions: str, settings: Settings) -> tuple[Show, Texts]:
    """Describe a timeline for player and watchdog, and return the texts of its folder.

    `captions` is the track of its words, empty where there are none; `sources` and `watched` are left to `store`.
    """
    cues = tuple(_cue(cue, plan.length_s(index)) for index, cue in enumerate(plan.cues))
    left_out = tuple(str(problem) for problem in plan.problems)
    repeated = plan.orders, plan.iterations, timeline.audio
    show = Show("", cues, plan.gap_s, *repeated, settings, (), (), left_out, bool(captions), plan.aside)
    texts = {model.TIMELINE: timeline.text} | ({model.CAPTIONS: captions} if captions else {})
    content = model.to_json(show) + "".join(texts.values())
    return replace(show, id=hashlib.sha256(content.encode()).hexdigest()[:16]), texts


def _cue(cue: PlannedCue, length_s: Fraction) -> ShowCue:
    plain = ShowCue(cue.name, cue.kind, length_s, cue.number)
    part, probe = cue.excerpt, cue.strip.probe
    if part is None or probe is None:
        return plain
    once_s = length_of(probe, part.first, part.last)
    shown = replace(plain, in_s=probe.time(part.first), once_s=once_s, times=part.times)
    if part.held is None:
        return shown
    return replace(shown, held_at_s=length_of(probe, part.first, part.held + 1), held_s=part.hold_s)


def store(
    places: Places, show: Show, texts: Texts, links: dict[Path, str], watched: Iterable[Input], raw: dict[str, bytes]
) -> Path:
    """Write the show's folder and make it the current one; returns the folder.

    `texts` are written into it under their names. A folder's name tells its content, the state of its files included,
    so the same show is the same folder. Raises OSError.
    """
    if show.audio is not None:
        links = {**links, silence(places.copies): SILENCE}
    show = replace(show, sources=tuple(map(Input.of, links)), watched=tuple(watched))
    told = "\n".join(
        [show.id, *(f"{name} {source}" for name, source in zip(links.values(), show.sources, strict=True))]
    )
    show = replace(show, id=hashlib.sha256(told.encode()).hexdigest()[:16])
    folder = places.shows / show.id
    if not folder.is_dir():
        unfinished = places.shows / f".{secrets.token_hex(8)}.part"
        unfinished.mkdir()
        try:
            for path, name in links.items():
                (unfinished / name).symlink_to(path)
            for name, text in texts.items():
                write_whole(unfinished / name, text)
            unfinished.rename(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    for name, content in raw.items():
        write_whole(folder / name, content)
    write_whole(folder / "show.json", model.to_json(show))
    _swap(places.current, folder)
    return folder


def tidy(places: Places, copies: Copies, keep: Iterable[Path] = ()) -> None:
    """Remove all shows but the current one and those of `keep`, which still play, and the copies that none needs."""
    kept = {places.current.resolve(), *(folder for folder in keep if folder.is_dir())}
    for folder in places.shows.iterdir():
        if folder.is_symlink() and folder != places.current:  # left by a worker that was killed
            folder.unlink()
        elif folder not in (*kept, places.current):
            shutil.rmtree(folder, ignore_errors=True)
    used = {link.readlink() for folder in kept for link in folder.iterdir() if link.is_symlink()}
    copies.tidy(used)


def silence(folder: Path) -> Path:
    """Return the file of SILENCE_S seconds of silence (FLAC, 48 kHz stereo), made once."""
    path = folder / SILENCE
    if path.exists():
        return path
    unfinished = folder / f".{SILENCE}.part.flac"
    try:
        _write_silence(unfinished)
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    keep_names(folder)
    return path


def _write_silence(path: Path) -> None:
    import av
    import numpy as np

    rate, step = 48_000, 48_000
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=rate, layout="stereo")
        for number in range(int(SILENCE_S)):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 2 * step), np.int16), format="s16", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = rate, number * step, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with path.open("rb") as written:
        os.fsync(written.fileno())


def _swap(link: Path, folder: Path) -> None:
    if link.is_symlink() and link.readlink() == Path(folder.name):
        return
    fresh = link.with_name(f".{secrets.token_hex(8)}.link")
    fresh.symlink_to(folder.name)
    fresh.replace(link)
    keep_names(link.parent)
