"""What can go wrong, said for people: what, where and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a text file; line and column count from 1, as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one sentence with its remedy, and where it stands if it stands in a file."""

    text: str
    mark: Mark | None = None

    def __str__(self) -> str:
        return f"{self.mark}: {self.text}" if self.mark else self.text


class InstallationError(Exception):
    """Anything a person can mend. Its text is shown as it is, without a traceback."""


class ConfigError(InstallationError):
    """Every problem of a configuration at once, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class FootageError(InstallationError):
    """A file of the archive cannot be used; the text names it and says why.

    `path` is that file, where it could be found and more than one is in question.
    """

    def __init__(self, text: str, path: Path | None = None) -> None:
        super().__init__(text)
        self.path = path
