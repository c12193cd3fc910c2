"""Pictures and colour profiles made in code, so that what should be shown is known without Pillow's help."""

import itertools
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

Array = np.ndarray[Any, Any]

D65 = (0.3127, 0.3290)
D50 = (0.3457, 0.3585)
SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)), D65
DISPLAY_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)), D65
ADOBE_RGB = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), D65
PROPHOTO = ((0.734699, 0.265301), (0.159597, 0.840403), (0.036598, 0.000105)), D50

PATCHES = np.array(
    [
        *([level] * 3 for level in (0, 8, 16, 32, 64, 96, 128, 160, 192, 224, 255)),
        *([255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 255, 255], [255, 0, 255], [255, 255, 0]),
        *([224, 172, 140], [120, 74, 56], [40, 22, 18], [18, 24, 46], [70, 96, 58], [200, 40, 60]),
    ],
    np.uint8,
)
LARGE = (4000, 4000)
"""A box in which none of these pictures is scaled."""
GREYS = PATCHES[:11]
INKS = np.array([100.0, 0, 0]) + sum(
    ink[:, None] * np.array(change)
    for ink, change in zip(
        np.array(list(itertools.product((0, 1), repeat=4))).T,
        ((-20, -12, -18), (-20, 24, 2), (-8, -4, 40), (-52, -8, -24)),
        strict=True,
    )
).reshape(2, 2, 2, 2, 3)
"""L*a*b* of every overprint of four inks: a press that prints within sRGB, down to black."""

_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)

Primaries = tuple[tuple[tuple[float, float], ...], tuple[float, float]]


def chart(patches: Array, side: int = 16) -> Array:
    """A row of even squares."""
    return np.repeat(np.repeat(patches[None], side, 0), side, 1)


def middles(shown: Array, side: int = 16) -> Array:
    return shown[side // 2, side // 2 :: side]


def saved(path: Path, image: Image.Image, kind: str = "PNG", **wanted: Any) -> Path:
    image.save(path, kind, **wanted)
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def decoded_srgb(levels: Array) -> Array:
    """Linear light of sRGB values from 0 to 1 (IEC 61966-2-1)."""
    return np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)


def shown_in_srgb(linear: Array, primaries: Primaries) -> Array:
    """The levels, 0 to 255, of linear light in other primaries, clipped as a relative conversion does."""
    to_srgb = np.linalg.inv(_to_xyz(SRGB)) @ _adaptation(primaries[1], D65) @ _to_xyz(primaries)
    return _encoded(linear @ to_srgb.T)


def in_primaries(linear: Array, primaries: Primaries) -> Array:
    """Linear light in other primaries than sRGB's."""
    from_srgb = np.linalg.inv(_to_xyz(primaries)) @ _adaptation(D65, primaries[1]) @ _to_xyz(SRGB)
    return np.clip(linear @ from_srgb.T, 0, 1)


def lab_in_srgb(lab: Array) -> Array:
    """The levels of CIE L*a*b* against D50."""
    fy = (lab[..., 0] + 16) / 116
    f = np.stack([fy + lab[..., 1] / 500, fy, fy - lab[..., 2] / 200], -1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * _white(D50)
    return _encoded(xyz @ (np.linalg.inv(_to_xyz(SRGB)) @ _adaptation(D50, D65)).T)


def _encoded(linear: Array) -> Array:
    light = np.clip(linear, 0, 1)
    return 255 * np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def _white(xy: tuple[float, float]) -> Array:
    return np.array([xy[0] / xy[1], 1, (1 - xy[0] - xy[1]) / xy[1]])


def _to_xyz(primaries: Primaries) -> Array:
    columns: Array = np.array([_white(xy) for xy in primaries[0]]).T
    return columns * np.linalg.solve(columns, _white(primaries[1]))


def _adaptation(source: tuple[float, float], target: tuple[float, float]) -> Array:
    gains = (_BRADFORD @ _white(target)) / (_BRADFORD @ _white(source))
    adapted: Array = np.linalg.inv(_BRADFORD) @ np.diag(gains) @ _BRADFORD
    return adapted


def rgb_profile(name: str, primaries: Primaries, gamma: float | None) -> bytes:
    """An ICC profile of three primaries; a gamma, or None for sRGB's curve."""
    columns = (_adaptation(primaries[1], D50) @ _to_xyz(primaries)).T
    tags = {f"{letter}XYZ": _xyz(column) for letter, column in zip("rgb", columns, strict=True)}
    tags |= {f"{letter}TRC": _curve(gamma) for letter in "rgb"}
    return _profile(name, "mntr", "RGB ", "XYZ ", tags)


def grey_profile(name: str, gamma: float) -> bytes:
    return _profile(name, "mntr", "GRAY", "XYZ ", {"kTRC": _curve(gamma)})


def cmyk_profile(name: str, inks: Array) -> bytes:
    """A profile of inks as scanned: `inks` holds the L*a*b* of every overprint, shape (2, 2, 2, 2, 3)."""
    levels = np.round((inks * [652.8, 256, 256]) + [0, 32768, 32768]).astype(">u2")  # ICC.1:2001-04, 6.5.9: legacy
    ramp = struct.pack(">2H", 0, 65535)
    identity = struct.pack(">9i", *np.eye(3, dtype=int).ravel() * 65536)
    table = b"mft2" + struct.pack(">4x4B", 4, 3, 2, 0) + identity + struct.pack(">2H", 2, 2)
    table += ramp * 4 + levels.tobytes() + ramp * 3
    return _profile(name, "scnr", "CMYK", "Lab ", {"A2B0": table, "A2B1": table})


def _profile(name: str, kind: str, space: str, connection: str, tags: dict[str, bytes]) -> bytes:
    words = name.encode("utf-16-be")
    description = b"mluc" + struct.pack(">4xII4sII", 1, 12, b"enUS", len(words), 28) + words
    tags = {"desc": description, "cprt": description, "wtpt": _xyz(_white(D50)), **tags}
    at, table, body = 132 + 12 * len(tags), b"", b""
    for sign, content in tags.items():
        content += bytes(-len(content) % 4)
        table += struct.pack(">4sII", sign.encode(), at + len(body), len(content))
        body += content
    head = struct.pack(">I4xI", at + len(body), 0x04200000)
    head += f"{kind}{space}{connection}".encode() + struct.pack(">6H", 2017, 1, 1, 0, 0, 0) + b"acsp"
    head = head.ljust(68, b"\0") + _xyz(_white(D50))[8:]
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _xyz(values: Iterable[float]) -> bytes:
    return b"XYZ " + struct.pack(">4x3i", *(round(value * 65536) for value in values))


def _curve(gamma: float | None) -> bytes:
    kind, values = (0, (gamma,)) if gamma else (3, _SRGB_CURVE)
    return b"para" + struct.pack(">4xH2x", kind) + b"".join(struct.pack(">i", round(one * 65536)) for one in values)


def tiff(
    pixels: Array,
    photometric: int,
    *,
    order: str = "<",
    big: bool = False,
    tile: int = 0,
    planes: bool = False,
    deflate: bool = False,
    tags: dict[int, int | bytes] | None = None,
) -> bytes:
    """A TIFF of rows × columns × samples, by hand: in square tiles, in separate planes, deflated."""
    height, width, samples = pixels.shape
    typed = pixels.astype(pixels.dtype.newbyteorder(order))
    blocks = []
    for plane in np.split(typed, samples, 2) if planes else [typed]:
        step = tile or max(height, width)
        for y in range(0, height, step):
            for x in range(0, width, step):
                block = plane[y : y + step, x : x + step]
                if tile:
                    block = np.pad(block, ((0, tile - block.shape[0]), (0, tile - block.shape[1]), (0, 0)))
                blocks.append(zlib.compress(block.tobytes()) if deflate else block.tobytes())
    word, size = ("Q", 20) if big else ("I", 12)
    head = 16 if big else 8
    starts = np.cumsum([head, *(len(block) for block in blocks)])
    offsets, counts = (324, 325) if tile else (273, 279)
    fields: dict[int, tuple[str, list[int]]] = {
        256: ("I", [width]),
        257: ("I", [height]),
        258: ("H", [pixels.itemsize * 8] * samples),
        259: ("H", [8 if deflate else 1]),
        262: ("H", [photometric]),
        277: ("H", [samples]),
        284: ("H", [2 if planes else 1]),
        offsets: (word, [int(start) for start in starts[:-1]]),
        counts: (word, [len(block) for block in blocks]),
    }
    fields |= {322: ("I", [tile]), 323: ("I", [tile])} if tile else {278: ("I", [height])}
    for tag, value in (tags or {}).items():
        fields[tag] = ("H", [value]) if isinstance(value, int) else ("B", list(value))
    entries, tail = b"", b""
    at = int(starts[-1])
    after = at + (8 if big else 2) + size * len(fields) + (8 if big else 4)
    for tag, (kind, values) in sorted(fields.items()):
        raw = struct.pack(f"{order}{len(values)}{kind}", *values)
        entries += struct.pack(f"{order}HH{word}", tag, {"B": 7, "H": 3, "I": 4, "Q": 16}[kind], len(values))
        room = 8 if big else 4
        entries += raw.ljust(room, b"\0") if len(raw) <= room else struct.pack(order + word, after + len(tail))
        tail += raw if len(raw) > room else b""
    magic = (b"II" if order == "<" else b"MM") + (
        struct.pack(f"{order}HHHQ", 43, 8, 0, at) if big else struct.pack(f"{order}HI", 42, at)
    )
    directory = struct.pack(order + ("Q" if big else "H"), len(fields)) + entries + struct.pack(order + word, 0)
    return magic + b"".join(blocks) + directory + tail


def png(pixels: Array, bits: int, colour: int, icc: bytes = b"") -> bytes:
    """A PNG of rows × columns × samples; `colour` is its colour type."""
    height, width, _ = pixels.shape
    rows = pixels.astype(">u2" if bits == 16 else np.uint8).reshape(height, -1)
    body = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    header = struct.pack(">II5B", width, height, bits, colour, 0, 0, 0)
    profile = chunk(b"iCCP", b"icc\0\0" + zlib.compress(icc)) if icc else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + profile + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def chunk(kind: bytes, content: bytes) -> bytes:
    """One piece of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
