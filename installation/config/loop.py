"""loop.yaml, the artist's file: what is shown, in which order, for how long."""

from fractions import Fraction
from pathlib import PurePosixPath
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, PlainValidator

from installation.config.complaints import quoted
from installation.config.points import Hold, Point
from installation.config.reading import MarkedMapping, MarkedText, read_tree, without
from installation.config.slips import with_slips
from installation.config.validating import Part, in_file_order, mistake, optional, suggestion, validate, written
from installation.config.values import Choice, FileName, LanguageList, Languages, OnOff, length, percent, whole
from installation.errors import Mark, Problem
from installation.footage.archive import CLIPS, STILLS
from installation.timecode import FlashTime

MOST_CUES = 10_000
_FOR = "how long it is shown, in seconds"


class Cue(Part):
    """One line of the loop. Its kind is the one key that every cue of this kind has.

    `crossfade`, `fade_in` and `fade_out` are None where the loop's own hold.
    """

    kind: ClassVar[str]

    crossfade: Annotated[Fraction, length()] | None = optional(
        "the loop's `crossfade`",
        "how long this cue and the one played before it overlap and blend into each other, in seconds",
    )
    caption: Languages | None = optional(
        "no caption", "a line of text over the picture, or one for each language (`en`, `zh-Hant`)"
    )

    @classmethod
    def called(cls) -> str:
        """Return the kind."""
        return cls.kind

    @classmethod
    def unknown(cls, key: str) -> str:
        """Return the sentence about a key that this cue does not have, but perhaps one of another kind."""
        if any(key in cue.known_keys() for cue in CUES.values()):
            return f"'{key}' does not go with '{cls.kind}'. Known here: {', '.join(cls.known_keys())}."
        return super().unknown(key)


class Fading(Cue):
    """A cue that can come out of black and go back into it."""

    fade_in: Annotated[Fraction, length()] | None = optional(
        "the loop's `fade_in`", "how long the cue takes to come out of black, in seconds"
    )
    fade_out: Annotated[Fraction, length()] | None = optional(
        "the loop's `fade_out`", "how long the cue takes to go into black at its end, in seconds"
    )


def _no_picture(name: str) -> str:
    if PurePosixPath(name).suffix.lower() in STILLS:
        raise mistake(f"is a picture ({quoted(name)}): write 'still' instead of 'clip', and 'for' with its length")
    return name


def _no_video(name: str) -> str:
    if PurePosixPath(name).suffix.lower() in CLIPS:
        raise mistake(f"is a video ({quoted(name)}): write 'clip' instead of 'still'")
    return name


class ClipCue(Fading):
    """A clip's turn: [in point, out point) of one file, so many times, its last frame held, or another each time."""

    kind = "clip"

    clip: Annotated[FileName, AfterValidator(_no_picture)] = Field(
        description="the name of a video file in the footage folder"
    )
    in_point: Point | None = optional(
        "the clip's first frame",
        "the first frame shown, as a time in the clip, or told from a flash: `flash 2 - 0.5s`",
        alias="in",
    )
    out_point: Point | None = optional(
        "the clip runs to its end",
        "the first frame no longer shown, as a time in the clip, or told from a flash: `last flash + 2s`",
        alias="out",
    )
    times: Annotated[int, whole(1, 1000)] = written("1", "how often the clip is shown, one after the other")
    hold: Hold = written(
        "0",
        "how long the last frame stays, in seconds; or which other frame stays: `on flash 3 for 2s`, and the clip goes "
        "on; or `on flash 3`, for the rest of the cue",
    )
    sound: OnOff = written("on", "whether the clip's sound is heard: `on` or `off`")

    @property
    def counts_flashes(self) -> bool:
        """Whether it takes the clip's flashes to know which frames are meant."""
        return any(isinstance(point, FlashTime) for point in (self.in_point, self.out_point, self.hold.on))


class StillCue(Fading):
    """A picture for a while."""

    kind = "still"

    still: Annotated[FileName, AfterValidator(_no_video)] = Field(
        description="the name of a picture (JPEG, PNG, TIFF, WebP) in the footage folder"
    )
    shown: Annotated[Fraction, length(above=True)] = Field(alias="for", description=_FOR)


class TitleCue(Fading):
    """White letters on black for a while."""

    kind = "title"

    title: Languages = Field(description="a text on black, or one for each language (`en`, `zh-Hant`)")
    shown: Annotated[Fraction, length(above=True)] = Field(alias="for", description=_FOR)


class BlackCue(Cue):
    """Black for a while."""

    kind = "black"

    black: Annotated[Fraction, length(above=True)] = Field(description="how long the screen is black, in seconds")


class Text(Part):
    """How titles and captions are set. Percents are of the screen's height."""

    languages: LanguageList | None = optional(
        "all", "which languages are written, from the top down: one, or a list such as `[zh-Hant, en]`"
    )
    place: Annotated[Literal["bottom", "bottom left", "bottom right", "top", "top left", "top right"], Choice] = (
        written("bottom", "where captions stand: `bottom` or `top`, by itself or followed by `left` or `right`")
    )
    size: Annotated[Fraction, percent(1, 20)] = written(
        "4", "how high a caption's letters are, in percent of the screen's height, 1 to 20; a title's are twice that"
    )
    margin: Annotated[Fraction, percent(0, 40)] = written(
        "6", "how far captions stay from the edges of the screen, in percent of its height, 0 to 40"
    )


AnyKind = ClipCue | StillCue | TitleCue | BlackCue
CUES: dict[str, type[AnyKind]] = {kind.kind: kind for kind in (ClipCue, StillCue, TitleCue, BlackCue)}
*_others, _last = map(repr, CUES)
_KINDS = f"{', '.join(_others)} or {_last}"


def _cue(tree: Any) -> AnyKind:
    if not isinstance(tree, dict):
        if isinstance(tree, MarkedText) and not tree.missing:
            raise mistake(f"has no kind. Write its kind before it, such as 'clip: NAME', not only {quoted(tree)}")
        raise mistake("has no keys: write 'clip: NAME' or 'black: 3' after the '- '")
    kinds = [kind for kind in CUES if kind in tree]
    if len(kinds) > 1:
        words = "" if "title" not in kinds else ". Words over a picture are its 'caption'"
        raise mistake(f"is {' and '.join(kinds)} at once: begin each of them with a '- ' of its own{words}")
    if not kinds:
        meant = next((key for key in tree if suggestion(key, tuple(CUES))), None)
        hint = f" Did you mean '{suggestion(meant, tuple(CUES))}' where {quoted(meant)} stands?" if meant else ""
        raise mistake(f"has no kind: give it one of the keys {_KINDS}.{hint}")
    return CUES[kinds[0]].model_validate(tree)


AnyCue = Annotated[AnyKind, PlainValidator(_cue, json_schema_input_type=AnyKind)]


class Loop(Part):
    """What loop.yaml says. A title in no language in particular has the language `und`."""

    title: Languages | None = optional(
        "no title", "the work's title: a text, or one for each language (`en`, `zh-Hant`)"
    )
    order: Annotated[Literal["listed", "reversed", "shuffled", "calm to bright", "bright to calm"], Choice] = written(
        "listed",
        "the order of the cues: as `listed`, `reversed`, `shuffled` anew for every loop, or by how many flashes they "
        "show in a second, `calm to bright` or `bright to calm`",
    )
    seed: Annotated[int, whole(0, 10**15 - 1)] = written(
        "2017", "a whole number for `shuffled`: the same number gives the same order"
    )
    gap: Annotated[Fraction, length()] = written(
        "0", "how long the screen is black between two cues, in seconds; with it there are no crossfades"
    )
    fade_in: Annotated[Fraction, length()] = written(
        "0", "how long every clip, still and title takes to come out of black, in seconds, if it says nothing itself"
    )
    fade_out: Annotated[Fraction, length()] = written(
        "0", "how long every clip, still and title takes to go into black, in seconds, if it says nothing itself"
    )
    crossfade: Annotated[Fraction, length()] = written(
        "0", "how long each cue and the one played before it overlap and blend, in seconds, if it says nothing itself"
    )
    text: Text = Field(
        default_factory=Text, description="how titles and captions are set: `languages`, `place`, `size` and `margin`"
    )
    cues: tuple[AnyCue, ...] = Field(
        min_length=1, max_length=MOST_CUES, description="what is shown, each cue begun with '- '"
    )


def read_loop_leniently(raw: bytes, name: str) -> tuple[Loop | None, list[Problem]]:
    """Return a loop of what is right, and every problem in the order of the file.

    Wrong keys count as not written. A cue that had some is `spoiled`; one that is none without them is left out. None
    where there is no cue at all.
    """
    tree, problems = read_tree(raw, name)
    if tree is None:
        empty = Problem("the file is empty: list what is shown under 'cues:'.", Mark(name, 1, 1))
        return None, with_slips(problems or [empty], raw)
    loop, mistakes = validate(Loop, tree)
    problems = in_file_order(problems, mistakes)
    if problems and isinstance(tree, MarkedMapping):
        rest = without(tree, _marks(problems))
        loop, mistakes = validate(Loop, rest)
        if mistakes:
            loop, _ = validate(Loop, without(rest, _marks(mistakes), whole_entries=True))
    return loop, with_slips(problems, raw)


def _marks(problems: list[Problem]) -> list[Mark]:
    return [problem.mark for problem in problems if problem.mark]
