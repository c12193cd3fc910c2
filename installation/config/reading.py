"""YAML text to a tree of plain dicts, lists and texts in which every node and key knows its place.

No value is ever interpreted: `1:02` stays `1:02` and `off` stays `off`. The tree is built from the parser's events
in a loop, so no nesting can exhaust the stack. What YAML can do beyond lists, keys and values (anchors, aliases,
tags, several documents) and what it does silently (double keys) is refused, each with its mark.
"""

import codecs
import re
import stat
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import yaml

from installation.config.complaints import complaint, one_line, quoted
from installation.errors import ConfigError, Mark, Problem

MOST_BYTES = 256 * 1024
MOST_DEPTH = 20  # the deepest file we understand has four levels
MOST_KEYS = 100  # in one place; the richest place has a dozen

PARSER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is not in every build of PyYAML
_LINE_END = re.compile(r"\r\n|\n|\r")
_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # YAML 1.1, 5.1
_NULL = {"", "~", "null", "Null", "NULL"}


class Source:
    """A text and its name; turns a character's index into the line and column an editor shows."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self._line_starts = [0, *(end.end() for end in _LINE_END.finditer(text))]

    def mark(self, index: int) -> Mark:
        """Return the place of character `index` (0 is the first; beyond the last counts as the end)."""
        index = min(index, len(self.text))
        line = bisect_right(self._line_starts, index)
        return Mark(self.name, line, index - self._line_starts[line - 1] + 1)


class _Placed:
    source: Source
    start: int
    stop: int

    def _place(self, source: Source, start: int, stop: int) -> Self:
        self.source, self.start, self.stop = source, start, stop
        return self

    @property
    def mark(self) -> Mark:
        """Where it begins."""
        return self.source.mark(self.start)

    @property
    def end(self) -> Mark:
        """Where it has ended: the first place that no longer belongs to it."""
        return self.source.mark(self.stop)


class MarkedText(str, _Placed):
    """A scalar as it is written. `missing`: nothing (or a plain null) stands where a value should."""

    missing = False


class MarkedMapping(dict[str, "Node"], _Placed):
    """Keys and their nodes; `written` finds a key as it stands in the file, with its mark.

    `spoiled`: something was wrong in it and is taken out.
    """

    written: dict[str, MarkedText]
    spoiled = False

    def key_mark(self, key: str) -> Mark:
        """Return where `key` stands; where it is not there, the mapping's own place."""
        return self.written[key].mark if key in self.written else self.mark


class MarkedList(list["Node"], _Placed):
    """A list of nodes."""


Node = MarkedText | MarkedMapping | MarkedList


def shown_name(path: Path) -> str:
    """Return the path as a person here would write it: relative where it lies inside the working folder."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (OSError, ValueError):
        return str(path)


def read_bytes(path: Path, name: str) -> bytes | None:
    """Return what the file holds, or None where there is no such file.

    Never waits: only a regular file is opened. Raises ConfigError for anything else, a file over MOST_BYTES, or
    one that cannot be read.
    """
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise ConfigError([Problem(f"{name} is not a regular file: put a text file in its place.")])
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigError([Problem(one_line(f"{name} cannot be read: {why}"))]) from error
    if len(raw) > MOST_BYTES:
        raise ConfigError([_too_big(max(facts.st_size, len(raw)), name)])
    return raw


def read_tree(raw: bytes, name: str, parser: type = PARSER) -> tuple[Node | None, list[Problem]]:
    """Return the tree of the one document in `raw` and what is wrong with it as YAML; never raises.

    The tree is None where the text cannot be read to its end, or is empty (then without a problem). Problems that
    leave the rest readable, such as a double key, come beside the tree: the first of two equal keys is kept.
    """
    if len(raw) > MOST_BYTES:
        return None, [_too_big(len(raw), name)]
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        end = Source(raw[: error.start].decode(), name)
        problem = "this is not UTF-8 text: in your editor, save the file with the encoding UTF-8."
        return None, [Problem(problem, end.mark(len(end.text)))]
    source = Source(text, name)
    if stray := _NOT_TEXT.search(text):
        problem = f"an invisible character (U+{ord(stray[0]):04X}) stands here: delete it."
        return None, [Problem(problem, source.mark(stray.start()))]
    tree = _Tree(source)
    try:
        for event in yaml.parse(text, Loader=parser):
            tree.grow(event)
    except _ReadEnoughError:
        pass  # the problem is told; `root` is the first document, if it is whole
    except yaml.MarkedYAMLError as error:
        sentence, index = complaint(error, text)
        tree.complain(sentence, index)
        tree.root = None
    except (ValueError, OverflowError):  # the Python parser lets chr() judge a code such as "\UFFFFFFFF"
        tree.complain(r"a '\U' code names no character: delete it", max(0, text.find(r"\U")))
        tree.root = None
    if isinstance(tree.root, MarkedText) and tree.root.missing:
        tree.root = None
    return tree.root, sorted(tree.problems, key=place)


def place(problem: Problem) -> Mark:
    """Return where a problem stands, to sort by; one without a mark comes first."""
    return problem.mark or Mark("", 0, 0)


def without(tree: MarkedMapping, marks: Iterable[Mark], *, whole_entries: bool = False) -> MarkedMapping:
    """Return the tree without the keys that hold any of the marks.

    A list only loses its entries that do, and of an entry with keys only those go, which leaves it `spoiled`; with
    `whole_entries` it goes like any other.
    """
    ordered = sorted(marks)
    wrong = set(ordered)

    def sound(start: Mark, end: Mark) -> bool:
        following = bisect_left(ordered, start)
        return start not in wrong and (following == len(ordered) or ordered[following] >= end)

    def mended(entries: MarkedList) -> MarkedList:
        kept = MarkedList()._place(entries.source, entries.start, entries.stop)
        for entry in entries:
            if sound(entry.mark, entry.end):
                kept.append(entry)
            elif isinstance(entry, MarkedMapping) and not whole_entries:
                spoiled = rest(entry)
                spoiled.spoiled = True
                kept.append(spoiled)
        return kept

    def rest(part: MarkedMapping) -> MarkedMapping:
        kept = MarkedMapping()._place(part.source, part.start, part.stop)
        kept.written = part.written
        for key, node in part.items():
            if isinstance(node, MarkedList) and not wrong.intersection((part.key_mark(key), node.mark)):
                kept[key] = mended(node)
            elif sound(part.key_mark(key), node.end):
                kept[key] = node
        return kept

    return rest(tree)


class _ReadEnoughError(Exception):
    """What follows is not worth reading; the problem is told already."""


class _Tree:
    """Grows event by event; `root` is the finished tree."""

    def __init__(self, source: Source) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._source = source
        self._open: list[tuple[MarkedMapping | MarkedList, list[MarkedText]]] = []  # with the key that waits
        self._documents = 0

    def complain(self, text: str, index: int) -> None:
        self.problems.append(Problem(one_line(text), self._source.mark(index)))

    def grow(self, event: yaml.Event) -> None:
        if event.start_mark is None or event.end_mark is None:
            return  # a parsed event has both; only one made by hand has not
        start, stop = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.NodeEvent):
            self._refuse_extras(event, start)
        if isinstance(event, yaml.ScalarEvent):
            text = MarkedText(event.value)._place(self._source, start, stop)
            text.missing = not event.style and event.value in _NULL
            if stray := _NOT_TEXT.search(event.value):
                self.complain(f"a '\\' code makes an invisible character (U+{ord(stray[0]):04X}): delete it", start)
            self._add(text)
        elif isinstance(event, yaml.AliasEvent):
            self._add(MarkedText(f"*{event.anchor}")._place(self._source, start, stop))
        elif isinstance(event, yaml.MappingStartEvent):
            mapping = MarkedMapping()._place(self._source, start, stop)
            mapping.written = {}
            self._begin(mapping)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._begin(MarkedList()._place(self._source, start, stop))
        elif isinstance(event, yaml.CollectionEndEvent):
            node, _ = self._open.pop()
            node.stop = stop
            self._add(node)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self.complain("a second document begins here: delete this line that begins with '---'", start)
                raise _ReadEnoughError

    def _refuse_extras(self, event: yaml.NodeEvent, start: int) -> None:
        if isinstance(event, yaml.AliasEvent):
            what = f"'*{event.anchor}' repeats another part of the file"
        elif event.anchor is not None:
            what = f"'&{event.anchor}' gives this part a name to repeat it by"
        elif getattr(event, "tag", None) is not None:
            what = "a value that begins with '!' has a special meaning in YAML"
        else:
            return
        self.complain(f"{what}, which does not work here. Write it out, or put it in quotes if it is a text", start)

    def _begin(self, node: MarkedMapping | MarkedList) -> None:
        if len(self._open) == MOST_DEPTH:
            self.complain(f"brackets or indentation go deeper than {MOST_DEPTH} levels: close some", node.start)
            raise _ReadEnoughError
        self._open.append((node, []))

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent, waiting = self._open[-1]
        if isinstance(parent, MarkedList):
            parent.append(node)
        elif not waiting:
            waiting.append(self._as_key(parent, node))
        else:
            key = waiting.pop()
            if not key.missing:
                parent.setdefault(str(key), node)

    def _as_key(self, parent: MarkedMapping, node: Node) -> MarkedText:
        key = MarkedText(node if isinstance(node, str) else "")._place(self._source, node.start, node.stop)
        if not isinstance(node, MarkedText):
            self.complain("a list or a group cannot be a key: write a single word before the ':'", node.start)
            key.missing = True
        elif node.missing:
            self.complain("there is no key before this ':'. Write one, such as 'gap: 2'", node.start)
            key.missing = True
        elif node in parent.written:
            lines = f"first in line {parent.key_mark(node).line}, again in line {node.mark.line}"
            self.complain(f"{quoted(node)} stands here twice, {lines}: keep one of them", node.start)
        elif len(parent.written) == MOST_KEYS:
            self.complain(f"there are more than {MOST_KEYS} keys in one place: remove some", node.start)
            raise _ReadEnoughError
        else:
            parent.written[str(key)] = key
        return key


def _too_big(size: int, name: str) -> Problem:
    kilobytes = -(-size // 1024)
    return Problem(f"{name} has {kilobytes} KB; at most {MOST_BYTES // 1024} KB are read. Is it the right file?")
