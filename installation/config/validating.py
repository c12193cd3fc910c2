"""Marries what pydantic finds wrong in a tree to the tree's marks, in plain words.

Every model of the configuration is a `Part`. A part rewords the mistakes in its own keys at once, because it alone
knows which keys it has and what they mean; a finished mistake carries its whole sentence and its mark upwards.
"""

import difflib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from inspect import get_annotations
from typing import Any, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from installation.config.complaints import one_line, quoted
from installation.config.reading import MarkedMapping, MarkedText, Node, place
from installation.errors import Mark, Problem

_MISTAKE = "mistake"  # found by one of our own checks: what follows the name of the key
_TOLD = "told"  # a whole sentence and its mark

_NEAR = 0.65  # for a word that begins alike: 'otu' is near 'out' (0.67), 'wdie' near 'wide' (0.75)
_VERY_NEAR = 0.75  # for any other: 'lcip' is near 'clip' (0.75), 'duration' not near 'caption' (0.67)

LEFT_OUT = "leftOut"  # where a field keeps what holds when it is not written

P = TypeVar("P", bound="Part")


def mistake(text: str) -> PydanticCustomError:
    """Return what a check raises; `text` goes on after the key's name: "must be on or off, not 'yes'"."""
    return PydanticCustomError(_MISTAKE, "{text}", {"text": text})


def mistakes(problems: Iterable[Problem]) -> ValidationError:
    """Return what a check raises that has found several, each a whole sentence at a place of its own."""
    told = [_details(_TOLD, {"text": problem.text, "mark": problem.mark}, ()) for problem in problems]
    return ValidationError.from_exception_data("", told)


def written(default: str, description: str) -> Any:
    """Return a field whose default stands as it would be written in the file."""
    return Field(default=default, validate_default=True, description=description)


def optional(without: str, description: str, alias: str | None = None, default: Any = None) -> Any:
    """Return a field that is None (or `default`) where it is not written; `without` tells people what holds then."""
    return Field(default=default, description=description, alias=alias, json_schema_extra={LEFT_OUT: without})


def left_out(field: FieldInfo) -> str:
    """Return what holds where a key is not written; nothing for one that must be, or for a part, whose keys say it."""
    if isinstance(field.json_schema_extra, dict):
        return str(field.json_schema_extra[LEFT_OUT])
    return f"`{field.default}`" if isinstance(field.default, str) else ""


class Part(BaseModel):
    """A group of keys; it cannot be changed, and it knows where it and its values stand in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    _tree: MarkedMapping | None = PrivateAttr(default=None)

    @property
    def mark(self) -> Mark | None:
        """Where this part begins; None if it was not read from a file."""
        return self._tree.mark if self._tree is not None else None

    @property
    def spoiled(self) -> bool:
        """Whether keys of it were wrong and count as not written: it is looked at for more mistakes, never shown."""
        return self._tree is not None and self._tree.spoiled

    def mark_of(self, key: str) -> Mark | None:
        """Return where the value of `key` (as it is written in the file) stands; else the mark of the part."""
        if self._tree is not None and key in self._tree:
            return self._tree[key].mark
        return self.mark

    def __eq__(self, other: object) -> bool:
        """Two parts are equal when they say the same, wherever it stands."""
        return type(self) is type(other) and self.__dict__ == other.__dict__

    @classmethod
    @cache
    def fields(cls) -> Mapping[str, FieldInfo]:
        """Return the fields of this part by their keys, its own before those it shares with others."""
        names = dict.fromkeys(name for part in cls.__mro__ for name in get_annotations(part))
        own_first = {name: cls.model_fields[name] for name in names if name in cls.model_fields}
        return {field.alias or name: field for name, field in own_first.items()}

    @classmethod
    def known_keys(cls) -> list[str]:
        """Return the keys of this part as they are written."""
        return list(cls.fields())

    @classmethod
    def called(cls) -> str:
        """Return what an editor calls this part."""
        return cls.__name__.lower()

    @classmethod
    def unknown(cls, key: str) -> str:
        """Return the sentence about a key that this part does not have."""
        near = suggestion(key, tuple(cls.known_keys()))
        remedy = f"Did you mean '{near}'?" if near else f"Known here: {', '.join(cls.known_keys())}."
        return f"unknown key {quoted(key)}. {remedy}"

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, tree: Any, build: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            part = build(tree)
        except ValidationError as error:
            told = [_told(cls, tree, found) for found in error.errors(include_url=False) if not _echo(found)]
            raise ValidationError.from_exception_data(cls.__name__, told) from None
        if isinstance(tree, MarkedMapping):
            part._tree = tree
        return part


def validate(model: type[P], tree: Node) -> tuple[P | None, list[Problem]]:
    """Return the tree as a `model`, or None and everything that is wrong with it."""
    if not isinstance(tree, MarkedMapping):
        text = f"the file must consist of keys with a ': ' after each. Known here: {', '.join(model.known_keys())}"
        return None, [Problem(one_line(text), tree.mark)]
    try:
        return model.model_validate(tree), []
    except ValidationError as error:
        return None, [Problem(found["ctx"]["text"], found["ctx"]["mark"]) for found in error.errors()]


def in_file_order(reading: Iterable[Problem], validating: Iterable[Problem]) -> list[Problem]:
    """Return both kinds of problem as they stand in the file; where reading complained, that is enough."""
    told = {problem.mark for problem in reading}
    return sorted([*reading, *(problem for problem in validating if problem.mark not in told)], key=place)


@lru_cache
def suggestion(word: str, known: tuple[str, ...]) -> str | None:
    """Return the known word that `word` most likely was meant to be."""
    alike = [key for key in known if key[0] == word[:1]]
    near = difflib.get_close_matches(word, alike, 1, _NEAR) or difflib.get_close_matches(word, known, 1, _VERY_NEAR)
    return near[0] if near else None


def _echo(found: ErrorDetails) -> bool:
    """Tell whether a list seems too short only because its entries, told of by themselves, are wrong."""
    return found["type"] == "too_short" and bool(found["input"])


def _told(part: type[Part], tree: Any, found: ErrorDetails) -> InitErrorDetails:
    """Return pydantic's finding as a whole sentence with its mark."""
    kind, loc = found["type"], found["loc"]
    if kind == _TOLD:
        return _details(_TOLD, found["ctx"], loc)
    if not loc:  # the part itself is no group of keys: only the part around it knows what it is called
        return _details(kind, {}, loc)
    subject, key_mark, node = _look_up(tree, loc)
    empty = isinstance(loc[-1], str) and isinstance(node, MarkedText) and node.missing
    if kind == "extra_forbidden":
        text = part.unknown(str(loc[-1]))
    else:
        text = f"{subject} {_predicate(part, found, empty=empty)}"
    at_key = empty or kind == "extra_forbidden" or loc[-1] == "[key]"
    return _details(_TOLD, {"text": one_line(text), "mark": key_mark if at_key else getattr(node, "mark", None)}, loc)


def _details(kind: str, context: dict[str, Any], loc: tuple[int | str, ...]) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError(kind, "{text}", context), loc=loc, input=None)


def _look_up(tree: Any, loc: tuple[int | str, ...]) -> tuple[str, Mark | None, Any]:
    """Follow `loc` as far as the tree goes: the name of what is there, the mark of its key, the node."""
    subject, key_mark, node, key = "", None, tree, ""
    for step in loc:
        if step == "[key]" and step not in node:
            break  # pydantic's way to say that the key before it is wrong, not its value
        if isinstance(step, str) and isinstance(node, dict):
            subject, key = quoted(step), step
            key_mark = node.key_mark(step) if isinstance(node, MarkedMapping) else None
            node = node.get(step, node)
        elif isinstance(step, int) and isinstance(node, list):
            subject = f"{key.removesuffix('s')} {step + 1}"
            node = node[step]
            key_mark = getattr(node, "mark", None)
    return subject, key_mark, node


def _predicate(part: type[Part], found: ErrorDetails, *, empty: bool) -> str:
    """Return what is to be said after the name of a key."""
    field = part.fields()[str(found["loc"][0])]
    meaning = (field.description or "").replace("`", "'")
    context = found.get("ctx", {})
    if empty and field.is_required():
        return f"has no value: write {meaning}"
    if empty:
        return f"has no value: write one, or delete the line. It means: {meaning}"
    match found["type"]:
        case "mistake":
            return str(context["text"])
        case "missing":
            return f"is missing: write {meaning}"
        case "literal_error":
            return f"must be {context['expected']}, not {quoted(str(found['input']))}"
        case "model_type":
            return f"must have keys of its own, indented below it. It means: {meaning}"
        case "tuple_type":
            return "must be a list: start each entry with '- '"
        case "too_short":
            return f"has no entry: write {meaning}"
        case "too_long":
            return f"has more than {context['max_length']} entries: remove some"
        case _:
            return f"is not right. It means: {meaning}"
