"""Sixteen bits a colour, of which Pillow keeps the upper eight: read by OpenCV, and converted between Pillow's levels.

Eight bits of a wide profile are too few: colours of ProPhoto RGB would miss theirs by up to 17 levels of sRGB.
"""

import os
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.ImageCms import ImageCmsTransform
    from PIL.ImageFile import ImageFile

_PLANAR_CONFIGURATION, _SEPARATE = 284, 2  # a tag of TIFF


def is_deep(image: "ImageFile") -> bool:
    """Whether a picture, not yet decoded, holds 16 bits of red, green and blue, side by side, and nothing else."""
    planes = getattr(image, "tag_v2", {}).get(_PLANAR_CONFIGURATION) == _SEPARATE  # OpenCV takes them for noise
    return image.mode == "RGB" and not planes and any(";16" in str(tile.args) for tile in image.tile)


def read(
    path: Path, stored: tuple[int, int], kept: tuple[float, float], size: tuple[int, int]
) -> "NDArray[np.float32] | None":
    """Return the upper left part `kept` of a picture of the size `stored`, scaled down to `size`; width, then height.

    The levels run from 0 to 255, with fractions. None where OpenCV cannot read it. Any exception of Pillow's where
    the file is damaged.
    """
    import cv2
    import numpy as np
    from PIL import Image

    with Image.open(path, formats=["PNG", "TIFF"]) as image:
        image.verify()  # OpenCV would believe, and make room for, any length that a damaged PNG tells
    whole = np.empty((stored[1], stored[0], 3), np.uint16)  # OpenCV would need another to make one of its own
    found = cv2.imread(os.fspath(path), whole, cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION)
    if found is None or (found.dtype, found.shape) != (whole.dtype, whole.shape):
        return None
    small = cv2.resize(whole[: round(kept[1]), : round(kept[0])], size, interpolation=cv2.INTER_AREA)
    return np.asarray(small[..., ::-1], np.float32) / np.float32(257)


def in_srgb(levels: "NDArray[np.float32]", to_srgb: "ImageCmsTransform | None") -> "NDArray[np.uint8]":
    """Convert each colour as the mean of the eight whole levels around it, by its nearness to each."""
    import numpy as np
    from PIL.Image import fromarray

    shown = levels
    if to_srgb:
        below = np.minimum(levels.astype(np.uint8), 254)
        part = levels - below
        shown = np.zeros_like(levels)
        for corner in product((0, 1), repeat=3):
            weight = np.prod(np.where(corner, part, 1 - part), axis=-1, keepdims=True)
            shown += weight * np.asarray(to_srgb.apply(fromarray(below + np.array(corner, np.uint8))))
    return np.rint(shown).astype(np.uint8)
