"""Pictures as other programs read them."""

import io

import pytest
from PIL import Image

from installation.eye import png
from installation.screens.screen import Picture


@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (640, 360)])
def test_a_picture_is_read_as_it_was(shape: tuple[int, int]) -> None:
    width, height = shape
    rgb = bytes(number * 7 % 256 for number in range(3 * width * height))
    read = Image.open(io.BytesIO(png.encode(Picture(width, height, rgb))))
    read.verify()
    read = Image.open(io.BytesIO(png.encode(Picture(width, height, rgb))))
    assert (read.format, read.mode, read.size, read.tobytes()) == ("PNG", "RGB", shape, rgb)
