import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from installation.errors import FootageError
from installation.footage.stills import look, picture, prove
from tests.footage.pictures import (
    ADOBE_RGB,
    INKS,
    LARGE,
    PATCHES,
    chart,
    chunk,
    cmyk_profile,
    png,
    rgb_profile,
    saved,
    tiff,
    written,
)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "a.jpg is empty (0 bytes). Copy it again from the master."),
        (b"not a picture", "a.jpg cannot be shown as a still: it holds plain text."),
        (bytes(5000), "a.jpg cannot be shown as a still: it holds nothing but zeros. Copy it again from the master."),
        (b"\0\0\0\x20ftypisom" + bytes(99), "a.jpg cannot be shown as a still: it is a video."),
        (b"\x1aE\xdf\xa3" + bytes(99), "a.jpg cannot be shown as a still: it is a video."),
        (b"%PDF-1.7\n", "a.jpg cannot be shown as a still: it is a PDF document."),
        (b"8BPS" + bytes(99), "a.jpg cannot be shown as a still: it is a Photoshop document."),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "a.jpg cannot be shown as a still: it holds plain text."),
        (
            b"\0\0\0\x20ftypheic" + bytes(99),
            "a.jpg cannot be shown as a still: it is a HEIF picture. Save it as JPEG, PNG, TIFF or WebP.",
        ),
        (
            b"\x80" * 99,
            "a.jpg cannot be shown as a still: "
            "it is of a kind that is not known here. Save it as JPEG, PNG, TIFF or WebP.",
        ),
        (
            tiff(np.zeros((9, 9, 1), np.uint32), 1),
            "a.jpg is damaged, or a TIFF file of a kind that is not shown here. "
            "Save it with 8 or 16 bits a colour, or copy it again.",
        ),
        (
            b"\x89PNG\r\n\x1a\n" + bytes(99),
            "a.jpg is damaged, or a PNG file of a kind that is not shown here. "
            "Save it with 8 or 16 bits a colour, or copy it again.",
        ),
    ],
)
def test_what_cannot_be_shown_is_told_for_what_it_is(tmp_path: Path, content: bytes, told: str) -> None:
    path = written(tmp_path / "a.jpg", content)
    for reading in (look, prove):
        with pytest.raises(FootageError) as caught:
            reading(path)
        assert str(caught.value) == told


def test_a_camera_raw_is_not_shown_by_its_tiny_preview(tmp_path: Path) -> None:
    path = written(tmp_path / "a.nef", tiff(chart(PATCHES), 2, tags={254: 1}))
    with pytest.raises(FootageError, match=r"^a\.nef is damaged, or a TIFF file of a kind that is not shown here"):
        look(path)


def test_a_folder_or_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(FootageError, match="is not a regular file"):
        picture(tmp_path, LARGE)
    with pytest.raises(FootageError, match=r"gone\.png cannot be read: No such file"):
        picture(tmp_path / "gone.png", LARGE)


@pytest.mark.parametrize("width", [20_001, 2_000_000])
def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path, width: int) -> None:
    header = chunk(b"IHDR", width.to_bytes(4) + (15_000).to_bytes(4) + bytes([8, 2, 0, 0, 0]))
    content = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    for reading in (look, prove):
        with pytest.raises(FootageError, match=r"^a\.png has more than 300 million pixels\. Save it smaller\.$"):
            reading(written(tmp_path / "a.png", content))


def test_a_large_picture_within_the_limit_is_looked_at_without_a_word(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path / "a", Image.new("1", (17_000, 17_000)), "TIFF", compression="group4")
    assert look(path).width == 17_000
    assert capfd.readouterr().err == ""


def test_a_length_that_a_damaged_png_tells_is_not_believed(tmp_path: Path) -> None:
    whole = png(chart(PATCHES).astype(np.uint16), 16, 2)
    damaged = whole[:33] + b"\xff" + whole[34:]  # of its one piece of pixels: 4 GB, for which OpenCV would make room
    with pytest.raises(FootageError, match="is damaged or cut short"):
        picture(written(tmp_path / "a", damaged), LARGE)


def test_libtiff_is_kept_off_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    content = tiff(chart(PATCHES), 2, deflate=True)
    deflated = (259).to_bytes(2, "little") + b"\x03\0\x01\0\0\0"
    webp = content.replace(deflated + b"\x08\0", deflated + (50001).to_bytes(2, "little"))
    assert webp != content
    with pytest.raises(FootageError, match="damaged"):
        picture(written(tmp_path / "a", webp), LARGE)
    assert capfd.readouterr().err == ""


@pytest.fixture(scope="module")
def samples() -> list[bytes]:
    """A small valid file of every kind."""
    noise = np.random.default_rng(2).integers(0, 256, (24, 32, 4), np.uint8)
    made = []
    exif = Image.Exif()
    exif[274] = 6
    icc = rgb_profile("A camera's", ADOBE_RGB, 2.2)
    for kind, mode, options in (
        ("JPEG", "RGB", {"exif": exif, "icc_profile": icc}),
        ("JPEG", "CMYK", {"progressive": True, "icc_profile": cmyk_profile("Press", INKS)}),
        ("PNG", "RGBA", {"exif": exif, "icc_profile": icc}),
        ("PNG", "P", {}),
        ("TIFF", "RGB", {"compression": "tiff_lzw"}),
        ("TIFF", "RGB", {"compression": "jpeg"}),
        ("TIFF", "1", {"compression": "group4"}),
        ("TIFF", "L", {"big_tiff": True}),
        ("WEBP", "RGBA", {"exif": exif, "icc_profile": icc}),
        ("BMP", "RGB", {}),
    ):
        file = io.BytesIO()
        Image.fromarray(noise).convert(mode).save(file, kind, **options)
        made.append(file.getvalue())
    deep = noise[..., :3].astype(np.uint16) * 257
    return [
        *made,
        tiff(deep, 2, planes=True),
        tiff(deep, 2, order=">", tile=16, deflate=True),
        png(deep, 16, 2),
    ]


def shown_or_refused(path: Path, content: bytes, capfd: pytest.CaptureFixture[str]) -> bool:
    path.write_bytes(content)
    told = ""
    for reading in (look, lambda path: picture(path, (16, 16))):
        try:
            reading(path)
        except FootageError as error:
            told = str(error)
    assert "\n" not in told
    assert capfd.readouterr() == ("", "")
    return not told


def test_a_file_cut_anywhere_is_refused(
    samples: list[bytes], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for number, content in enumerate(samples):
        assert shown_or_refused(tmp_path / "a", content, capfd)
        kept = [
            cut
            for cut in range(0, len(content) - 16, max(1, len(content) // 40))
            if shown_or_refused(tmp_path / "a", content[:cut], capfd)
        ]
        assert kept == [], number


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_is_shown_or_refused_but_never_ends_in_another_error(
    samples: list[bytes], tmp_path: Path, capfd: pytest.CaptureFixture[str], data: st.DataObject
) -> None:
    content = bytearray(data.draw(st.sampled_from(samples)))
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    shown_or_refused(tmp_path / "a", bytes(content), capfd)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    magic=st.sampled_from(
        [
            b"\xff\xd8\xff",
            b"\x89PNG\r\n\x1a\n",
            b"II*\0\x08\0\0\0",
            b"MM\0*\0\0\0\x08",
            b"II+\0\x08\0\0\0",
            b"RIFF\xff\0\0\0WEBPVP8 ",
            b"BM",
        ]
    ),
    tail=st.binary(max_size=400),
)
def test_anything_behind_a_pictures_first_bytes(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], magic: bytes, tail: bytes
) -> None:
    shown_or_refused(tmp_path / "a", magic + tail, capfd)
