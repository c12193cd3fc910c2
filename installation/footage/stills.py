"""A still: what is known of a picture file, and its pixels as the wall needs them: upright, in sRGB, no larger.

A gamma or chromaticities written into a PNG without a profile are left aside: most programs that write them mean sRGB.
"""

import io
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from installation.footage import deep
from installation.footage.archive import printable
from installation.footage.fixity import Progress, digest
from installation.footage.pictures import COLOURS, identify, open_picture

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image, Transpose
    from PIL.ImageCms import ImageCmsTransform
    from PIL.ImageFile import ImageFile

UNUSABLE = "unusable"
"""The `profile` of a still whose colour profile is broken or made for other colours; it is shown as sRGB."""

_ORIENTATION, _PHOTOMETRIC = 274, 262  # tags of TIFF
_WHITE_IS_ZERO = 0
# Pillow scales in two steps, the first coarse; from 3 on "indistinguishable" from one, says its documentation.
_REDUCING_GAP = 3.0


@dataclass(frozen=True, slots=True)
class Still:
    """What is known of a picture; width and height in pixels as it stands upright.

    `profile` is the name of the colour profile that is followed: empty where there is none, or `UNUSABLE`.
    """

    sha256: str
    size_bytes: int
    format: str
    width: int
    height: int
    profile: str

    def fitted(self, box: tuple[int, int]) -> tuple[int, int]:
        """Return the width and height of what `picture` gives for `box`."""
        size = self.width, self.height
        return _even(size, _scale(size, box))


def look(path: Path, sha256: str | None = None, progress: Progress | None = None) -> Still:
    """Return what is known of the picture at `path` without decoding it; `sha256`, when it is known, saves reading it.

    Raises FootageError in one line for what is no picture, of a kind that is not shown here, or too large.
    """
    sha256 = sha256 or digest(path, progress)
    with open_picture(path) as image:
        width, height = _turned(image.size, _turn(image))
        profile, _ = _colours(image)
        return Still(sha256, path.stat().st_size, identify(path), width, height, profile)


def prove(path: Path) -> None:
    """Decode the picture once, wholly. Raises FootageError as `picture` does."""
    picture(path, (2, 2))


def picture(path: Path, box: tuple[int, int]) -> "np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]":
    """Return the picture at `path` as rows of red, green and blue: sRGB, upright, as large as fits into `box`.

    It is scaled down, never up; both sides are even, as video needs them, for which less than two rows and columns
    are cut off rather than the picture bent. Transparency lies over black; of several pages or frames the first is
    shown. Raises FootageError in one line as `look` does, and for what is cut short or cannot be decoded.
    """
    import numpy as np
    from PIL.Image import fromarray

    with open_picture(path) as image:
        turn, (_, to_srgb) = _turn(image), _colours(image)
        stored = image.size
        upright = _turned(stored, turn)
        scale = _scale(upright, box)
        size = _turned(_even(upright, scale), turn)
        kept = min(float(size[0] / scale), stored[0]), min(float(size[1] / scale), stored[1])
        is_deep = deep.is_deep(image)
        shown = _in_srgb(_small(image, kept, size), to_srgb)
        if is_deep:  # it is whole, says Pillow, which is strict: OpenCV shows what is left of a file cut short
            image.close()  # its memory is needed
            levels = deep.read(path, stored, kept, size)
            shown = shown if levels is None else fromarray(deep.in_srgb(levels, to_srgb))
        return np.array(shown if turn is None else shown.transpose(turn))


def _small(image: "ImageFile", kept: tuple[float, float], size: tuple[int, int]) -> "Image":
    """Decode the upper left part `kept` of the picture, scaled down to `size` (both width and height)."""
    from PIL.Image import Resampling

    stored = image.width
    # A JPEG is decoded at a half, a quarter or an eighth, where that is still large enough.
    drafted = image.draft(None, (round(size[0] * _REDUCING_GAP), round(size[1] * _REDUCING_GAP)))
    part = drafted[1][2] / stored if drafted else 1
    return _plain(image).resize(size, Resampling.LANCZOS, (0, 0, kept[0] * part, kept[1] * part), _REDUCING_GAP)


def _scale(size: tuple[int, int], box: tuple[int, int]) -> Fraction:
    return min(Fraction(1), Fraction(box[0], size[0]), Fraction(box[1], size[1]))


def _even(size: tuple[int, int], scale: Fraction) -> tuple[int, int]:
    return max(2, size[0] * scale // 2 * 2), max(2, size[1] * scale // 2 * 2)


def _turn(image: "ImageFile") -> "Transpose | None":
    """Return how the stored pixels have to be turned; broken EXIF means as they are."""
    from PIL.Image import Image, Transpose

    if image.format == "TIFF":  # Pillow turns it while it decodes, and tells its size as turned
        return None
    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    with suppress(Exception):
        # PngImageFile's own getexif would decode the picture, in search of EXIF behind the pixels.
        return turns.get(int(Image.getexif(image).get(_ORIENTATION, 1)))
    return None


def _turned(size: tuple[int, int], turn: "Transpose | None") -> tuple[int, int]:
    from PIL.Image import Transpose

    lying = (Transpose.TRANSPOSE, Transpose.ROTATE_270, Transpose.TRANSVERSE, Transpose.ROTATE_90)
    return (size[1], size[0]) if turn in lying else size


def _plain(image: "ImageFile") -> "Image":
    """Decode the picture: 8 bits a colour, no palette, colours multiplied by alpha, so that it can be scaled."""
    import numpy as np
    from PIL.Image import fromarray

    colours = COLOURS[image.mode]
    if image.mode.startswith("I;16"):
        levels = (np.asarray(image) >> 8).astype(np.uint8)
        white_is_zero = getattr(image, "tag_v2", {}).get(_PHOTOMETRIC) == _WHITE_IS_ZERO  # Pillow forgets that here
        return fromarray(~levels if white_is_zero else levels)
    if image.has_transparency_data:
        straight, multiplied = ("LA", "La") if colours == "L" else ("RGBA", "RGBa")
        return _converted(_converted(image, straight), multiplied)
    return _converted(image, colours)


def _converted(image: "Image", mode: str) -> "Image":
    """Convert a picture, but spare the copy that Pillow makes of one that needs no converting."""
    return image if image.mode == mode else image.convert(mode)


def _colours(image: "ImageFile") -> tuple[str, "ImageCmsTransform | None"]:
    """Return the name of the profile that is followed, and the way from there to sRGB.

    Relative colorimetric with black point compensation, as programs for photographers convert by default.
    """
    from PIL import ImageCms

    colours, icc = COLOURS[image.mode], image.info.get("icc_profile")
    if not icc and colours != "LAB":
        return "", None
    try:
        profile = ImageCms.ImageCmsProfile(
            ImageCms.createProfile("LAB") if colours == "LAB" else io.BytesIO(icc or b"")
        )
        space = profile.profile.xcolor_space.strip()
        mode = {"GRAY": "L", "Lab": "LAB"}.get(space, space)
        # A grey picture often carries the profile of the colours that it was made from.
        if mode != colours and (colours, mode) != ("L", "RGB"):
            return UNUSABLE, None
        to_srgb = ImageCms.buildTransform(
            profile,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (OSError, TypeError, ValueError, ImageCms.PyCMSError):
        return UNUSABLE, None
    return printable(profile.profile.profile_description or "unnamed"), to_srgb


def _in_srgb(image: "Image", to_srgb: "ImageCmsTransform | None") -> "Image":
    """Convert the small picture, and lay what is transparent over black."""
    from PIL.Image import new

    if image.mode in ("La", "RGBa"):
        straight = image.convert(image.mode.upper())
        shown = new("RGB", image.size)
        shown.paste(_in_srgb(straight.convert(image.mode.rstrip("a")), to_srgb), mask=straight.getchannel("A"))
        return shown
    return to_srgb.apply(_converted(image, to_srgb.input_mode)) if to_srgb else _converted(image, "RGB")
