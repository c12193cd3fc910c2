"""The one door through which a clip is opened: only what its first bytes prove to be one of five containers.

FFmpeg by itself believes a file's content rather than its name, and would follow a playlist or a list of other
files that calls itself `.mp4`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from installation.errors import FootageError
from installation.footage.archive import printable
from installation.footage.content import AGAIN, described, first_bytes
from installation.timecode import format_time

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.stream import VideoStream

_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot")


@contextmanager
def open_clip(path: Path) -> Iterator["InputContainer"]:
    """Open a clip for reading.

    Raises FootageError in one line for what is no regular file, no video of a known container, or cut short so
    that its index is missing, and for any error of FFmpeg until it is closed.
    """
    name = printable(path.name)
    container = identify(path)
    import av

    try:
        with av.open(
            os.fspath(path.absolute()),
            "r",
            format=container,
            container_options={"protocol_whitelist": "file"},
            metadata_errors="replace",
        ) as opened:
            yield opened
    except (av.FFmpegError, UnicodeEncodeError) as error:
        if container == "mov" and missing_bytes(path):
            raise FootageError(f"{name} is cut short and cannot be played. {AGAIN}", path) from None
        told = getattr(error, "strerror", None) or "its name is not UTF-8"
        raise FootageError(f"{name} cannot be played ({told}). {AGAIN}", path) from None


def choose_streams(container: "InputContainer", path: Path) -> tuple["VideoStream", "AudioStream | None"]:
    """Return the picture and the sound that mpv chooses: the default one, else the first; a cover is no picture.

    Raises FootageError where there is no picture.
    """
    from av.stream import Disposition

    # A stream of an unknown codec has no context.
    pictures = [
        video
        for video in container.streams.video
        if video.codec_context and not video.disposition & Disposition.attached_pic
    ]
    sounds = [audio for audio in container.streams.audio if audio.codec_context]
    if not pictures:
        raise FootageError(f"{printable(path.name)} holds no moving picture of a kind that is known here.")
    pictures.sort(key=lambda stream: not stream.disposition & Disposition.default)
    sounds.sort(key=lambda stream: not stream.disposition & Disposition.default)
    return pictures[0], sounds[0] if sounds else None


def identify(path: Path) -> str:
    """Return FFmpeg's name of the container: mov, matroska, avi, mpegts or mpeg. Raises FootageError."""
    name = printable(path.name)
    head = first_bytes(path)
    try:
        with path.open("rb") as file:
            boxes = _boxes(file)[0] if head[4:8] in _BOXES else set()
    except OSError as error:
        raise FootageError(f"{name} cannot be read: {error.strerror}.") from None
    if boxes:
        if not boxes & {b"moov", b"moof"}:
            raise FootageError(f"{name} is cut short: its index is missing and nothing of it can be played. {AGAIN}")
        return "mov"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "matroska"
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "avi"
    if head.startswith(b"\x00\x00\x01\xba"):
        return "mpeg"
    # A transport stream repeats its mark every 188 bytes; cameras put four bytes of time before each packet.
    if any(len(head) > 3 * step and set(head[at : 4 * step : step]) == {0x47} for at, step in ((0, 188), (4, 192))):
        return "mpegts"
    raise FootageError(f"{name} is not a video: {described(head, 'Make it an MP4, MOV, MKV, WebM, AVI or MPEG file')}.")


def tenths(seconds: Fraction) -> str:
    """Write a time for a message: to the tenth of a second."""
    return format_time(Fraction(round(seconds * 10), 10))


def missing_bytes(path: Path) -> int:
    """Return how many bytes an MP4 or MOV file lacks at its end, by the lengths that it tells itself."""
    with path.open("rb") as file:
        end = _boxes(file)[1]
        return max(0, end - path.stat().st_size)


def _boxes(file: BinaryIO) -> tuple[set[bytes], int]:
    """Return the kinds of the outermost boxes (ISO/IEC 14496-12, 4.2) and where the last of them should end."""
    size = file.seek(0, os.SEEK_END)
    kinds, at = set(), 0
    while at + 8 <= size:
        file.seek(at)
        header = file.read(16)
        length, kind = int.from_bytes(header[:4]), header[4:8]
        if length == 1:
            length = int.from_bytes(header[8:16])
        if not kind.isascii() or not kind.decode("ascii").isprintable():
            break  # what follows the last box is padding
        kinds.add(kind)
        if length < 8:  # 0: the rest of the file
            return kinds, size
        at += length
    return kinds, at
