"""What a file is by its first bytes, whatever its name promises."""

import codecs
import stat
from pathlib import Path

from installation.errors import FootageError
from installation.footage.archive import printable

AGAIN = "Copy it again from the master."

_HEAD = 4096
_KINDS = (
    (b"\xff\xd8\xff", "it is a still picture (JPEG)"),
    (b"\x89PNG\r\n\x1a\n", "it is a still picture (PNG)"),
    (b"II*\0", "it is a still picture (TIFF)"),
    (b"MM\0*", "it is a still picture (TIFF)"),
    (b"GIF8", "it is an animated picture (GIF)"),
    (b"8BPS", "it is a Photoshop document"),
    (b"\x1aE\xdf\xa3", "it is a video"),
    (b"\x00\x00\x01\xba", "it is a video"),
    (b"ID3", "it holds sound only (MP3)"),
    (b"fLaC", "it holds sound only (FLAC)"),
    (b"OggS", "it is an Ogg file, which is not played here"),
    (b"FLV", "it is a Flash video, which is not played here"),
    (b"%PDF", "it is a PDF document"),
    (b"PK\x03\x04", "it is a ZIP archive or a document"),
)
_RIFF = {
    b"WAVE": "it holds sound only (WAV)",
    b"AVI ": "it is a video",
    b"WEBP": "it is a still picture (WebP)",
}
_HEIF = (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif")


def first_bytes(path: Path) -> bytes:
    """Return up to 4096 bytes. Raises FootageError for what is no regular file, may not be read, or is empty."""
    name = printable(path.name)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise FootageError(f"{name} is not a regular file.")
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise FootageError(f"{name} cannot be read: {error.strerror}.") from None
    if not head:
        raise FootageError(f"{name} is empty (0 bytes). {AGAIN}")
    return head


def described(head: bytes, remedy: str) -> str:
    """Say in half a sentence what a file is that begins with `head`; `remedy` follows where that is unknown."""
    for magic, kind in _KINDS:
        if head.startswith(magic):
            return kind
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], "it is a RIFF file of another kind")
    if head[4:8] == b"ftyp":
        return f"it is a HEIF picture. {remedy}" if head[8:12] in _HEIF else "it is a video"
    if not any(head):
        return f"it holds nothing but zeros. {AGAIN[:-1]}"
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)  # the last letter may be cut in two
    except UnicodeDecodeError:
        text = "\0"
    if all(letter.isprintable() or letter in "\t\r\n\f\ufeff\u3000" for letter in text):
        return "it holds plain text"
    return f"it is of a kind that is not known here. {remedy}"
