"""The one door through which a picture file is opened: only what its first bytes prove to be one of five formats.

So none of Pillow's forty readers can be reached but the five, and nothing that goes wrong in them gets out as
anything but a sentence.
"""

import logging
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from installation.errors import FootageError
from installation.footage.archive import printable
from installation.footage.content import AGAIN, described, first_bytes

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

LARGEST = 300_000_000
"""Pixels that a picture may have, four bytes each: thrice a large scan. More is taken for a bomb."""

LARGEST_WEBP = 100_000_000
"""The same for WebP, of which its decoder holds four copies."""

COLOURS = {
    **dict.fromkeys(("1", "L", "LA", "La", "I;16", "I;16B"), "L"),
    **dict.fromkeys(("P", "PA", "RGB", "RGBA", "RGBa", "YCbCr"), "RGB"),
    "CMYK": "CMYK",
    "LAB": "LAB",
}
"""The modes that Pillow may find in a file, and the colours in each; others hold signed or floating numbers."""

_HEADS = {
    "JPEG": rb"\xff\xd8\xff",
    "PNG": rb"\x89PNG\r\n\x1a\n",
    "TIFF": rb"II[*+]\0|MM\0[*+]",
    "WebP": rb"RIFF....WEBP",
    "BMP": rb"BM",
}
_NEW_SUBFILE_TYPE = 254  # a tag of TIFF

logging.getLogger("PIL").addHandler(logging.NullHandler())  # else its errors would be written to the terminal


@contextmanager
def open_picture(path: Path) -> Iterator["ImageFile"]:
    """Open a picture, not yet decoded, of its first page or frame; what is done with it stays off the terminal.

    Raises FootageError in one line for what is no picture of a known format, too large, or damaged, and for anything
    that goes wrong until it is closed.
    """
    name = printable(path.name)
    kind = identify(path)
    from PIL import Image, UnidentifiedImageError

    try:
        with path.open("rb") as file, _quiet(), _open(file, kind) as image:
            yield image
    except FootageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        millions = _largest(kind) // 1_000_000
        raise FootageError(f"{name} has more than {millions} million pixels. Save it smaller.", path) from None
    except UnidentifiedImageError:
        told = f"is damaged, or a {kind} file of a kind that is not shown here"
        raise FootageError(f"{name} {told}. Save it with 8 or 16 bits a colour, or copy it again.", path) from None
    except Exception as error:  # Pillow's readers are Python, and meet damage with any exception
        raise FootageError(f"{name} is damaged or cut short and cannot be shown. {AGAIN}", path) from error


def identify(path: Path) -> str:
    """Return the format: JPEG, PNG, TIFF, WebP or BMP. Raises FootageError."""
    head = first_bytes(path)
    kind = next((kind for kind, magic in _HEADS.items() if re.match(magic, head, re.DOTALL)), None)
    if kind is None:
        told = described(head, "Save it as JPEG, PNG, TIFF or WebP")
        raise FootageError(f"{printable(path.name)} cannot be shown as a still: {told}.")
    return kind


def _open(file: BinaryIO, kind: str) -> "ImageFile":
    from PIL import Image, TiffImagePlugin, UnidentifiedImageError

    import_module("PIL.WebPImagePlugin")  # it registers itself, as TIFF's does; the others always are
    Image.MAX_IMAGE_PIXELS = _largest(kind)
    # Pillow's own way of reading TIFF takes separate planes of 16 bits for noise; libtiff's does not.
    TiffImagePlugin.READ_LIBTIFF = True
    image = Image.open(file, formats=[kind])
    preview = getattr(image, "tag_v2", {}).get(_NEW_SUBFILE_TYPE, 0) & 1  # in front of a camera's raw picture
    if image.mode not in COLOURS or preview:
        raise UnidentifiedImageError(image.mode)
    return image


def _largest(kind: str) -> int:
    return LARGEST_WEBP if kind == "WebP" else LARGEST


@contextmanager
def _quiet() -> Iterator[None]:
    """Let nothing reach the terminal: Pillow warns, and libtiff writes there by itself."""
    from PIL.Image import DecompressionBombWarning

    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", DecompressionBombWarning)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
