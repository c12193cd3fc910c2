"""What a show is compiled from: the two YAML files, read as far as they can be, with all that is wrong in them."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from installation.config import KIOSK, LOOP
from installation.config.kiosk import Kiosk, read_kiosk_text
from installation.config.loop import ClipCue, Loop, StillCue, read_loop_leniently
from installation.config.reading import place, read_bytes, shown_name
from installation.errors import ConfigError, FootageError, Problem
from installation.footage.archive import Archive
from installation.show import timeline
from installation.show.model import Settings
from installation.show.plan import Plan
from installation.show.planning import Known, plan


@dataclass(frozen=True, slots=True)
class Source:
    """Both files. None stands for one that says nothing usable; `raw` is what was read, `base` where paths start."""

    base: Path
    loop: Loop | None
    kiosk: Kiosk | None
    raw: dict[str, bytes]
    problems: tuple[Problem, ...]

    @property
    def archive(self) -> Archive | None:
        """The archive that kiosk.yaml names."""
        return Archive((self.base / self.kiosk.footage).resolve()) if self.kiosk else None

    @property
    def has_footage(self) -> bool:
        """Whether the loop is to show any footage at all."""
        return self.loop is not None and any(isinstance(cue, ClipCue | StillCue) for cue in self.loop.cues)

    def wanted(self) -> list[Path]:
        """Return the path of every clip and still that the loop names, also where there is no such file."""
        if self.loop is None or self.archive is None:
            return []
        named = [cue.clip for cue in self.loop.cues if isinstance(cue, ClipCue)]
        named += [cue.still for cue in self.loop.cues if isinstance(cue, StillCue)]
        return list(dict.fromkeys(_path(self.archive, name) for name in named))

    @property
    def settings(self) -> Settings:
        """What player and watchdog need of kiosk.yaml."""
        kiosk = self.kiosk or Kiosk()
        sound = {"device": kiosk.sound.device, "volume": kiosk.sound.volume} if kiosk.sound else {"sound": False}
        return Settings(
            screen=kiosk.screen.kind,
            output=kiosk.screen.output,
            rotate=kiosk.screen.rotate,
            fit=kiosk.screen.fit,
            after_restart=kiosk.after_restart,
            patience_s=float(kiosk.watchdog.patience),
            memory_bytes=kiosk.watchdog.memory,
            language=kiosk.log.language,
            keep_days=kiosk.log.keep,
            footage=str(self.archive.folder) if self.archive else "",
            hours=kiosk.hours.hours() if kiosk.hours else None,
            **sound,
        )

    def draft(self, known: Known, aside: Collection[int] = frozenset()) -> Plan:
        """Plan what can be planned, without the cues whose numbers are in `aside`.

        Everything that is wrong stands in the plan's problems, in the files' order.
        """
        if self.loop is None or self.archive is None:
            return Plan(problems=list(self.problems))
        made = plan(self.loop, self.archive, known, sound=self.settings.sound, aside=aside)
        timeline.arrange(made, self.loop.order, self.loop.seed)
        made.problems = sorted([*self.problems, *self._about_folder(made.problems)], key=place)
        return made

    def _about_folder(self, problems: list[Problem]) -> list[Problem]:
        """Say once, where the folder is named, what every cue would say of an archive that is not there."""
        if self.archive is None or self.kiosk is None:
            return problems
        try:
            self.archive.check()
        except FootageError as error:
            others = [problem for problem in problems if problem.text != str(error)]
            return others if others == problems else [Problem(str(error), self.kiosk.mark_of("footage")), *others]
        return problems


def _path(archive: Archive, name: str) -> Path:
    try:
        return archive.find(name)
    except FootageError:
        return archive.folder / name


def read(folder: Path, base: Path | None = None) -> Source:
    """Read both files of `folder`. Relative paths in kiosk.yaml start at `base`, which is `folder` if left out.

    With a `base` they are those that a show was made of, and problems call them so: nobody edits them there.
    """
    shown = {name: f"the last good {name}" if base else shown_name(folder / name) for name in (LOOP, KIOSK)}
    problems: list[Problem] = []
    loop = kiosk = None
    raw: dict[str, bytes] = {}
    for name in (LOOP, KIOSK):
        try:
            content = read_bytes(folder / name, shown[name])
        except ConfigError as error:
            problems += error.problems
            continue
        if content is not None:
            raw[name] = content
    if LOOP in raw:
        loop, wrong = read_loop_leniently(raw[LOOP], shown[LOOP])
        problems += wrong
    elif not problems:
        problems.append(Problem(f"{shown[LOOP]} is not there: write one that lists the cues of the loop."))
    try:
        kiosk = read_kiosk_text(raw.get(KIOSK, b""), shown[KIOSK])
    except ConfigError as error:
        problems += error.problems
    return Source(base or folder, loop, kiosk, raw, tuple(problems))
