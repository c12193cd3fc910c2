"""kiosk.yaml, the technician's file: this machine. Every key has a default, so the file may be empty or absent."""

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from installation.config.hours import OpeningHours
from installation.config.reading import read_tree
from installation.config.shapes import OFF, seen_as
from installation.config.slips import with_slips
from installation.config.validating import Part, in_file_order, optional, validate, written
from installation.config.values import Choice, Folder, Words, days, degrees, length, size, whole
from installation.errors import ConfigError


class Screen(Part):
    """Where the picture goes and how it lies there."""

    kind: Annotated[Literal["auto", "x11", "wayland", "drm", "none"], Choice] = written(
        "auto",
        "the way to the screen: `auto` (Wayland or X11, as the session says), `x11`, `wayland`, `drm` (the bare "
        "console, without a session), or `none` to play without a screen",
    )
    output: Words = written("auto", "the socket the screen is plugged into, such as `HDMI-1`; `auto` takes the first")
    rotate: Annotated[Literal[0, 90, 180, 270], BeforeValidator(degrees)] = written(
        "0", "degrees clockwise that the picture is turned by: 0, 90, 180 or 270"
    )
    fit: Annotated[Literal["contain", "cover", "stretch", "none"], Choice] = written(
        "contain",
        "how the picture fills the screen: `contain` (whole, with black bars), `cover` (cut off), `stretch` or `none`",
    )


class Sound(Part):
    """Where the sound goes and how loud it is."""

    device: Words = written("auto", "the sound device; `auto` takes the machine's own choice")
    volume: Annotated[int, whole(0, 100)] = written("80", "how loud, from 0 to 100")


class Watchdog(Part):
    """When the watchdog steps in."""

    patience: Annotated[Fraction, length(1, Fraction(60))] = written(
        "3", "how many seconds of stillness are a fault, from 1 to 60"
    )
    memory: Annotated[int, size(256 * 1024**2)] = written(
        "2GiB", "how much memory the player may use before it is restarted, `256MiB` or more"
    )


class Log(Part):
    """The log that the exhibition's staff read."""

    language: Annotated[Literal["en", "zh-Hant"], Choice] = written(
        "en", "the language of the log and of `installation status`: `en` or `zh-Hant`"
    )
    keep: Annotated[int, days(1, 3650)] = written("90 days", "how many days the log is kept, from 1 to 3650")


def _or_off(tree: Any) -> Any:
    return None if tree == "off" else tree


class Kiosk(Part):
    """What kiosk.yaml says."""

    footage: Folder = written(
        "../footage", "the folder of the clips and stills; a relative one starts at this file's own folder"
    )
    screen: Screen = Field(
        default_factory=Screen,
        description="where the picture goes and how it lies there: `kind`, `output`, `rotate` and `fit`",
    )
    sound: Annotated[Sound | None, BeforeValidator(_or_off, json_schema_input_type=Sound | seen_as(OFF))] = Field(
        default_factory=Sound,
        description="where the sound goes and how loud it is: `device` and `volume`; or `off`, for none at all",
    )
    hours: OpeningHours | None = optional(
        "always open", "when the wall is open: `timezone`, `open`, `closed_on` and `outside`"
    )
    after_restart: Annotated[Literal["resume", "start"], Choice] = written(
        "resume", "where the loop goes on after a restart: `resume` (where it was) or `start` (at its beginning)"
    )
    watchdog: Watchdog = Field(
        default_factory=Watchdog, description="when the watchdog steps in: `patience` and `memory`"
    )
    log: Log = Field(default_factory=Log, description="the log for the exhibition's staff: `language` and `keep`")


def read_kiosk_text(raw: bytes, name: str) -> Kiosk:
    """Return what the bytes of a kiosk.yaml say, `footage` as written; no bytes are all defaults.

    Raises ConfigError with every problem, in the order of the file.
    """
    tree, problems = read_tree(raw, name)
    if tree is None and not problems:
        return Kiosk()
    kiosk, mistakes = validate(Kiosk, tree) if tree is not None else (None, [])
    problems = in_file_order(problems, mistakes)
    if kiosk is None or problems:
        raise ConfigError(with_slips(problems, raw))
    return kiosk
