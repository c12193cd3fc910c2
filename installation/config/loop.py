"""loop.yaml, the artist's file: what is shown, in which order, for how long."""

from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, PlainValidator

from installation.config.complaints import quoted
from installation.config.reading import MarkedMapping, MarkedText, read_tree, without
from installation.config.validating import Part, in_file_order, mistake, suggestion, validate, written
from installation.config.values import Choice, FileName, LanguageList, Languages, OnOff, Point, length, percent, whole
from installation.errors import ConfigError, Mark, Problem

MOST_CUES = 10_000


class Cue(Part):
    """One line of the loop. Its kind is the one key that every cue of this kind has.

    `crossfade`, `fade_in` and `fade_out` are None where the loop's own hold.
    """

    kind: ClassVar[str]

    caption: Languages | None = Field(
        default=None, min_length=1, description="a line of text over the picture, or one for each language"
    )
    crossfade: Annotated[Fraction, length()] | None = Field(
        default=None, description="how long the cue before it and this one blend into each other, in seconds"
    )

    @classmethod
    def unknown(cls, key: str) -> str:
        """Return the sentence about a key that this cue does not have, but perhaps one of another kind."""
        if any(key in cue.known_keys() for cue in CUES.values()):
            return f"'{key}' does not go with '{cls.kind}'. Known here: {', '.join(cls.known_keys())}."
        return super().unknown(key)


class Fading(Cue):
    """A cue that can come out of black and go back into it."""

    fade_in: Annotated[Fraction, length()] | None = Field(
        default=None, description="how long the cue takes to come out of black, in seconds"
    )
    fade_out: Annotated[Fraction, length()] | None = Field(
        default=None, description="how long the cue takes to go into black at its end, in seconds"
    )


class ClipCue(Fading):
    """A clip's turn: [in point, out point) of one file, so many times, its last frame held."""

    kind = "clip"

    clip: FileName = Field(description="the name of a file in the footage folder")
    in_point: Point | None = Field(
        default=None, alias="in", description="the first frame shown, as a time in the clip; without it, the first"
    )
    out_point: Point | None = Field(
        default=None, alias="out", description="the first frame no longer shown; without it, the clip runs to its end"
    )
    times: Annotated[int, whole(1, 1000)] = written("1", "how often the clip is shown, one after the other")
    hold: Annotated[Fraction, length()] = written("0", "how long the last frame stays, in seconds")
    sound: OnOff = written("on", "on or off: whether the clip's sound is heard")


class StillCue(Fading):
    """A still for a while."""

    kind = "still"

    still: FileName = Field(description="the name of a picture (JPEG, PNG, TIFF, WebP) in the footage folder")
    shown: Annotated[Fraction, length(above=True)] = Field(alias="for", description="how long it is shown, in seconds")


class TitleCue(Fading):
    """White letters on black for a while."""

    kind = "title"

    title: Languages = Field(min_length=1, description="a text on black, or one for each language (en, zh-Hant)")
    shown: Annotated[Fraction, length(above=True)] = Field(alias="for", description="how long it is shown, in seconds")


class BlackCue(Cue):
    """Black for a while."""

    kind = "black"

    black: Annotated[Fraction, length(above=True)] = Field(description="how long the screen is black, in seconds")


class Text(Part):
    """How titles and captions are set. Percents are of the screen's height."""

    languages: LanguageList | None = Field(
        default=None, min_length=1, description="which languages are written, from the top down; without it, all"
    )
    place: Annotated[Literal["bottom", "bottom left", "bottom right", "top", "top left", "top right"], Choice] = (
        written("bottom", "where captions stand: bottom or top, by itself or followed by left or right")
    )
    size: Annotated[Fraction, percent(1, 20)] = written(
        "4", "how high the letters of a caption are, in percent of the screen, from 1 to 20; a title's are twice that"
    )
    margin: Annotated[Fraction, percent(0, 40)] = written(
        "6", "how far captions stay from the edges of the screen, in percent of its height, from 0 to 40"
    )


AnyKind = ClipCue | StillCue | TitleCue | BlackCue
CUES: dict[str, type[AnyKind]] = {kind.kind: kind for kind in (ClipCue, StillCue, TitleCue, BlackCue)}
_KINDS = " or ".join(f"'{kind}'" for kind in CUES)


def _cue(tree: Any) -> AnyKind:
    if not isinstance(tree, dict):
        if isinstance(tree, MarkedText) and "：" in tree:
            raise mistake("has a full-width colon ('：'): write ':' and a space instead")
        if isinstance(tree, MarkedText) and not tree.missing:
            raise mistake(f"has no kind. Write its kind before it, such as 'clip: NAME', not only {quoted(tree)}")
        raise mistake("has no keys: write 'clip: NAME' or 'black: 3' after the '- '")
    kinds = [kind for kind in CUES if kind in tree]
    if len(kinds) > 1:
        raise mistake(f"is {' and '.join(kinds)} at once: begin each of them with a '- ' of its own")
    if not kinds:
        meant = next((key for key in tree if suggestion(key, tuple(CUES))), None)
        hint = f" Did you mean '{suggestion(meant, tuple(CUES))}' where {quoted(meant)} stands?" if meant else ""
        raise mistake(f"has no kind: give it one of the keys {_KINDS}.{hint}")
    return CUES[kinds[0]].model_validate(tree)


AnyCue = Annotated[AnyKind, PlainValidator(_cue, json_schema_input_type=AnyKind)]


class Loop(Part):
    """What loop.yaml says. A title in no language in particular has the language `und`."""

    title: Languages | None = Field(
        default=None, min_length=1, description="the work's title: a text, or one for each language (en, zh-Hant)"
    )
    order: Annotated[Literal["listed", "reversed", "shuffled"], Choice] = written(
        "listed", "the order of the cues: listed, reversed or shuffled"
    )
    seed: Annotated[int, whole(0, 10**15 - 1)] = written(
        "2017", "a whole number for shuffling: the same number gives the same order"
    )
    gap: Annotated[Fraction, length()] = written("0", "how long the screen is black between two cues, in seconds")
    fade_in: Annotated[Fraction, length()] = written(
        "0", "how long every clip, still and title takes to come out of black, in seconds, where it says nothing itself"
    )
    fade_out: Annotated[Fraction, length()] = written(
        "0", "how long every clip, still and title takes to go into black, in seconds, where it says nothing itself"
    )
    crossfade: Annotated[Fraction, length()] = written(
        "0", "how long cues blend into each other, in seconds, where they say nothing themselves"
    )
    text: Text = Field(default_factory=Text, description="languages, place, size and margin of titles and captions")
    cues: tuple[AnyCue, ...] = Field(
        min_length=1, max_length=MOST_CUES, description="what is shown, each cue begun with '- '"
    )


def read_loop_text(raw: bytes, name: str) -> Loop:
    """Return what the bytes of a loop.yaml say. Raises ConfigError with every problem, in the order of the file."""
    loop, problems = read_loop_leniently(raw, name)
    if loop is None or problems:
        raise ConfigError(problems)
    return loop


def read_loop_leniently(raw: bytes, name: str) -> tuple[Loop | None, list[Problem]]:
    """Return a loop of what is right, and every problem in the order of the file.

    Wrong cues are left out, and wrong keys beside them count as not written. None where nothing can be shown.
    """
    tree, problems = read_tree(raw, name)
    if tree is None:
        return None, problems or [Problem("the file is empty: list what is shown under 'cues:'.", Mark(name, 1, 1))]
    loop, mistakes = validate(Loop, tree)
    problems = in_file_order(problems, mistakes)
    if problems and isinstance(tree, MarkedMapping):
        loop, _ = validate(Loop, without(tree, [problem.mark for problem in problems if problem.mark]))
    return loop, problems
