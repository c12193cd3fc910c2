"""Stills (to be replaced)."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Still:
    """What is known of a picture."""

    sha256: str
    width: int
    height: int


def look(path: Path) -> Still:
    """Look."""
    raise NotImplementedError(path)


def picture(path: Path, box: tuple[int, int]) -> "np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]":
    """Picture."""
    raise NotImplementedError(path)
