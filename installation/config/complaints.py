"""What a YAML parser complains about, in the words of people who edit a text file."""

import re

import yaml

_LONGEST_QUOTE = 40  # characters of a value that a message repeats

_BREAKS_OFF = "something follows here that does not belong to the value before it"
_INDENTED_WRONGLY = "this line is not indented like the lines it belongs to: let them begin in the same column"
_NEEDS_QUOTES = "a value cannot begin with '{char}': put it in quotes"
_FALLBACK = "this cannot be read: check the colons, quotes, brackets and the indentation here and in the line above"

# (what the C parser or the Python parser says, whether the place is where the trouble began, what we say)
_SENTENCES = [
    ("directive|incompatible YAML", False, "a line that begins with '%' has no use here: delete it"),
    ("escape|hexa?decimal", False, r"a '\' in double quotes begins a code: write '\\' or use single quotes"),
    ("scanning a quoted scalar", True, "this quote is never closed: write {char} at the end of the text too"),
    ("simple key", True, "this line has neither a key with ': ' nor a '- ' before it: is a colon or a space missing?"),
    ("flow (sequence|mapping)", True, "this '{char}' is not closed, or a comma is missing after it"),
    ("flow node", False, "a value is missing here, or a bracket before it is not closed"),
    ("anchor|alias|tag", True, _NEEDS_QUOTES),
    ("(values|keys) are not allowed", False, "a second ': ' stands in this line: put a text that holds it in quotes"),
    ("sequence entries are not allowed", False, "'- ' must be the first thing in its line"),
    ("block scalar", True, "nothing may follow '{char}' in its line: put the text in quotes instead"),
    ("cannot start any token", False, _NEEDS_QUOTES),
    ("node content", False, "this '{char}' closes nothing: delete it, or put a text that holds it in quotes"),
    ("document", False, f"{_BREAKS_OFF}: check the quotes and brackets above"),
]  # fmt: skip


def complaint(error: yaml.MarkedYAMLError, text: str) -> tuple[str, int]:
    """Return one sentence, without the parser's own words, and the index in `text` of the character it is about."""
    said = f"{error.context} {error.problem}"
    index = min(error.problem_mark.index, len(text)) if error.problem_mark else 0
    before = re.split(r"[\r\n]", text[:index])[-1]
    if "values are not allowed" in said and ": " not in before:
        return _INDENTED_WRONGLY, index - len(before.lstrip())
    if re.search("block (mapping|collection)", said):
        return (f"{_BREAKS_OFF}: is a quote too many?" if before.strip(" -") else _INDENTED_WRONGLY), index
    for pattern, where_it_began, sentence in _SENTENCES:
        if re.search(pattern, said):
            if where_it_began and error.context_mark:
                index = error.context_mark.index
            return sentence.replace("{char}", text[index : index + 1]), index
    return _FALLBACK, index


def quoted(text: str) -> str:
    """Return a value as a message repeats it: in quotes, shortened, on one line."""
    return f"'{_visible(text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 3] + '...')}'"


def one_line(text: str) -> str:
    """Return a message as one whole sentence on one line, whatever a file has put into it."""
    return _visible(text if text.endswith((".", "?", "!")) else f"{text}.")


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\u3000" else c.encode("unicode_escape").decode() for c in text)
