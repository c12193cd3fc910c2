import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from installation.errors import FootageError
from installation.footage.stills import UNUSABLE, look, picture, prove
from tests.footage.pictures import (
    ADOBE_RGB,
    DISPLAY_P3,
    GREYS,
    INKS,
    LARGE,
    PATCHES,
    PROPHOTO,
    SRGB,
    chart,
    chunk,
    cmyk_profile,
    decoded_srgb,
    grey_profile,
    in_primaries,
    lab_in_srgb,
    middles,
    png,
    rgb_profile,
    saved,
    shown_in_srgb,
    tiff,
    written,
)


@pytest.mark.parametrize(
    ("kind", "shown"), [("JPEG", "JPEG"), ("PNG", "PNG"), ("TIFF", "TIFF"), ("WEBP", "WebP"), ("BMP", "BMP")]
)
def test_every_format_is_known_and_shown_whatever_its_name_says(tmp_path: Path, kind: str, shown: str) -> None:
    path = saved(tmp_path / "surv.jpg", Image.new("RGB", (60, 40), (200, 60, 30)), kind)
    still = look(path)
    assert (still.format, still.width, still.height, still.profile) == (shown, 60, 40, "")
    assert (still.size_bytes, len(still.sha256)) == (path.stat().st_size, 64)
    found = picture(path, LARGE)
    assert (str(found.dtype), found.shape, found.flags.writeable) == ("uint8", (40, 60, 3), True)
    assert np.abs(found.astype(int) - [200, 60, 30]).max() <= 3


def test_a_look_decodes_nothing(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (40, 60, 3), np.uint8)
    for kind in ("JPEG", "PNG", "TIFF", "BMP"):
        path = saved(tmp_path / kind, Image.fromarray(noise), kind)
        path.write_bytes(path.read_bytes()[: 3 * path.stat().st_size // 4])
        assert (look(path).width, look(path).height) == (60, 40)
        for decoding in (prove, lambda path: picture(path, LARGE)):
            with pytest.raises(FootageError, match=rf"^{kind} is damaged or cut short and cannot be shown\. Copy it"):
                decoding(path)


@pytest.mark.parametrize(
    ("size", "box", "fitted"),
    [
        ((60, 40), (60, 40), (60, 40)),
        ((60, 40), (1920, 1080), (60, 40)),
        ((60, 40), (30, 40), (30, 20)),
        ((60, 40), (60, 20), (30, 20)),
        ((61, 41), (1920, 1080), (60, 40)),
        ((1001, 667), (500, 500), (500, 332)),
        ((600, 400), (192, 108), (162, 108)),
        ((900, 1), (30, 30), (30, 2)),
        ((1, 900), (30, 30), (2, 30)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_it_is_scaled_down_to_even_sides_that_fit_but_never_up(
    tmp_path: Path, kind: str, size: tuple[int, int], box: tuple[int, int], fitted: tuple[int, int]
) -> None:
    path = saved(tmp_path / "a", Image.new("RGB", size), kind)
    assert look(path).fitted(box) == fitted
    assert picture(path, box).shape == (fitted[1], fitted[0], 3)


def test_an_odd_picture_loses_a_row_but_no_sharpness(tmp_path: Path) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (41, 61, 3), np.uint8)
    path = saved(tmp_path / "a", Image.fromarray(noise))
    assert np.array_equal(picture(path, LARGE), noise[:40, :60])


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_scaled_picture_keeps_its_shape_to_the_pixel(tmp_path: Path, kind: str) -> None:
    """A square stays a square, and where it was, although the sides of the whole do not divide."""
    marked = np.zeros((2999, 4001, 3), np.uint8)
    marked[1000:2000, 2000:3000] = 255
    shown = picture(saved(tmp_path / "a", Image.fromarray(marked), kind), (401, 500)) / 255
    scale = 401 / 4001
    assert shown.shape == (300, 400, 3)
    assert abs(shown[150].sum(0)[0] - 1000 * scale) < 0.3
    assert abs(shown[:, 250].sum(0)[0] - 1000 * scale) < 0.3
    assert abs(shown[150, :250].sum(0)[0] - (250 - 2000 * scale)) < 0.3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_fine_detail_is_averaged_when_it_is_scaled(tmp_path: Path, kind: str) -> None:
    lines = np.zeros((640, 960, 3), np.uint8)
    lines[:, ::2] = 255
    path = saved(tmp_path / "a", Image.fromarray(lines), kind, quality=100)
    assert np.abs(picture(path, (90, 90)).astype(int) - 127).max() <= 4


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(10))
def test_every_exif_orientation_comes_out_upright(tmp_path: Path, kind: str, orientation: int) -> None:
    corners = np.kron(np.array([[0, 80], [160, 240]]), np.ones((320, 480))).astype(np.uint8)
    # how a camera held that way stores what stands upright: EXIF 2.32, 4.6.4 A
    stored = {
        2: corners[:, ::-1],
        3: corners[::-1, ::-1],
        4: corners[::-1],
        5: corners.T,
        6: np.rot90(corners),
        7: np.rot90(corners, 2).T,
        8: np.rot90(corners, -1),
    }.get(orientation, corners)
    exif = Image.Exif()
    exif[274] = orientation
    path = saved(tmp_path / "a", Image.fromarray(np.ascontiguousarray(stored)), kind, exif=exif, quality=95)
    assert (look(path).width, look(path).height) == (960, 640)
    for box in (LARGE, (96, 64)):
        small = picture(path, box)
        assert small.shape[:2] == look(path).fitted(box)[::-1]
        at = [(small.shape[0] * y // 4, small.shape[1] * x // 4) for y, x in itertools.product((1, 3), (1, 3))]
        assert [round(int(small[place][0]) / 80) for place in at] == [0, 1, 2, 3]


def test_broken_exif_is_passed_over_in_silence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for number, junk in enumerate((b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0" + bytes(40), b"x" * 9)):
        path = saved(tmp_path / str(number), Image.new("RGB", (60, 40)), "JPEG", exif=junk)
        assert picture(path, LARGE).shape == (40, 60, 3)
        assert look(path).width == 60
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("primaries", "gamma"),
    [(DISPLAY_P3, None), (ADOBE_RGB, 563 / 256), (PROPHOTO, 1.8)],
    ids=["Display P3", "Adobe RGB", "ProPhoto"],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_profiles_colours_come_out_as_srgb(tmp_path: Path, kind: str, primaries: Any, gamma: float | None) -> None:
    icc = rgb_profile("A camera's", primaries, gamma)
    options: dict[str, Any] = {"quality": 100, "subsampling": 0} if kind == "JPEG" else {"lossless": True}
    path = saved(tmp_path / "a", Image.fromarray(chart(PATCHES)), kind, icc_profile=icc, **options)
    assert look(path).profile == "A camera's"
    levels = PATCHES / 255
    expected = shown_in_srgb(levels**gamma if gamma else decoded_srgb(levels), primaries)
    assert np.abs(middles(picture(path, LARGE)) - expected).max() <= 2


@pytest.mark.parametrize(("primaries", "gamma"), [(ADOBE_RGB, 2.2), (PROPHOTO, 1.8)], ids=["Adobe RGB", "ProPhoto"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_of_a_wide_profile_are_not_wasted(tmp_path: Path, kind: str, primaries: Any, gamma: float) -> None:
    """Colours within sRGB, whose steps are finer than those of eight bits in the wide profile."""
    asked = np.random.default_rng(4).integers(24, 232, (60, 100, 3))
    deep = np.round(in_primaries(decoded_srgb(asked / 255), primaries) ** (1 / gamma) * 65535).astype(np.uint16)
    icc = rgb_profile("Wide", primaries, gamma)
    content = tiff(deep, 2, deflate=True, tags={34675: icc}) if kind == "TIFF" else png(deep, 16, 2, icc)
    off = np.abs(picture(written(tmp_path / "a", content), LARGE).astype(int) - asked)
    assert np.quantile(off, 0.99) <= 1
    assert off.max() <= 7  # at the edge of sRGB, where a level beside it is cut off


def test_pictures_without_a_profile_keep_their_values(tmp_path: Path) -> None:
    path = saved(tmp_path / "a", Image.fromarray(chart(PATCHES)))
    assert np.array_equal(picture(path, LARGE), chart(PATCHES))


def test_srgbs_own_profile_changes_nothing(tmp_path: Path) -> None:
    path = saved(tmp_path / "a", Image.fromarray(chart(PATCHES)), icc_profile=rgb_profile("sRGB", SRGB, None))
    assert np.abs(picture(path, LARGE) - chart(PATCHES).astype(int)).max() <= 1


def test_greys_follow_a_grey_profile_or_that_of_the_colours_they_came_from(tmp_path: Path) -> None:
    grey = Image.fromarray(chart(GREYS[:, 0]))
    for gamma, icc in (
        (1.8, grey_profile("Dot gain", 1.8)),
        (2.2, grey_profile("Grey 2.2", 2.2)),
        (2.2, rgb_profile("Adobe RGB", ADOBE_RGB, 2.2)),
    ):
        for kind in ("PNG", "TIFF", "JPEG"):
            path = saved(tmp_path / "a", grey, kind, icc_profile=icc)
            expected = shown_in_srgb((GREYS / 255) ** gamma, ADOBE_RGB)
            assert np.abs(middles(picture(path, LARGE)) - expected).max() <= 2


OVERPRINTS = np.array(list(itertools.product((0, 255), repeat=4)), np.uint8)


@pytest.mark.parametrize(("kind", "options"), [("TIFF", {}), ("JPEG", {"quality": 100})])
def test_inks_come_out_as_their_profile_says(tmp_path: Path, kind: str, options: dict[str, Any]) -> None:
    half = np.array([[128, 0, 0, 0], [0, 128, 0, 0], [0, 0, 128, 0], [0, 0, 0, 128], [64, 128, 64, 0]], np.uint8)
    inks = np.concatenate([OVERPRINTS, half])
    path = saved(
        tmp_path / "a", Image.fromarray(chart(inks), "CMYK"), kind, icc_profile=cmyk_profile("Press", INKS), **options
    )
    assert look(path).profile == "Press"
    share = inks / 255
    lab = sum(
        np.prod(np.where(corner, share, 1 - share), 1)[:, None] * INKS[tuple(corner)]
        for corner in itertools.product((0, 1), repeat=4)
    )
    assert np.abs(middles(picture(path, LARGE)) - lab_in_srgb(np.asarray(lab))).max() <= 3


def test_the_darkest_ink_is_black_on_the_wall(tmp_path: Path) -> None:
    paper = INKS * 0.9 + [10, 0, 0]
    black = Image.new("CMYK", (20, 20), (255, 255, 255, 255))
    path = saved(tmp_path / "a", black, "TIFF", icc_profile=cmyk_profile("Press", paper))
    assert picture(path, LARGE).max() <= 2


def test_inks_without_a_profile_are_taken_for_pure_ones(tmp_path: Path) -> None:
    path = saved(tmp_path / "a", Image.fromarray(chart(OVERPRINTS), "CMYK"), "TIFF")
    assert look(path).profile == ""
    expected = 255 * (1 - OVERPRINTS[:, :3] / 255.0) * (1 - OVERPRINTS[:, 3:] / 255.0)
    assert np.abs(middles(picture(path, LARGE)) - expected).max() <= 1


def test_a_lab_tiff_is_shown_in_srgb(tmp_path: Path) -> None:
    lab = np.array([[100, 0, 0], [0, 0, 0], [50, 0, 0], [50, 40, -30], [70, -30, 30], [30, 20, 20], [54, 60, 40]])
    stored = np.stack([np.round(lab[:, 0] * 2.55), lab[:, 1] % 256, lab[:, 2] % 256], 1).astype(np.uint8)
    path = written(tmp_path / "a", tiff(chart(stored), 8))
    assert np.abs(middles(picture(path, LARGE)) - lab_in_srgb(lab)).max() <= 2


@pytest.mark.parametrize(
    "icc",
    [
        b"no profile",
        rgb_profile("cut", ADOBE_RGB, 2.2)[:300],
        rgb_profile("no curve", ADOBE_RGB, 2.2).replace(b"para", b"junk"),
        cmyk_profile("for other colours", INKS),
        grey_profile("for other colours", 2.2),
    ],
)
def test_a_profile_that_cannot_be_followed_is_told_and_means_srgb(tmp_path: Path, icc: bytes) -> None:
    path = saved(tmp_path / "a", Image.fromarray(chart(PATCHES)), "TIFF", icc_profile=icc)
    assert look(path).profile == UNUSABLE
    assert np.array_equal(picture(path, LARGE), chart(PATCHES))


def test_a_profiles_name_is_fit_for_a_line(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "a", Image.new("RGB", (9, 9)), icc_profile=rgb_profile("a\nb\x1b[1m" + 200 * "c", ADOBE_RGB, 2.2)
    )
    assert look(path).profile.startswith("a\\nb\\x1b[1mccc")
    assert len(look(path).profile) < 140


DEEP = np.concatenate([PATCHES.astype(np.uint16) * 257, PATCHES.astype(np.uint16) * 250 + 77])
EIGHT = np.round(DEEP / 257)


@pytest.mark.parametrize(("order", "big"), [("<", False), (">", False), ("<", True)], ids=["II", "MM", "big II"])
@pytest.mark.parametrize("tile", [0, 16])
@pytest.mark.parametrize("planes", [False, True], ids=["chunky", "planar"])
@pytest.mark.parametrize("deflate", [False, True], ids=["raw", "deflated"])
@pytest.mark.parametrize("deep", [False, True], ids=["8", "16"])
def test_every_layout_of_a_tiff(
    tmp_path: Path, order: str, big: bool, tile: int, planes: bool, deflate: bool, deep: bool
) -> None:
    pixels = chart(DEEP if deep else EIGHT.astype(np.uint8))
    content = tiff(pixels, 2, order=order, big=big, tile=tile, planes=planes, deflate=deflate)
    shown = picture(written(tmp_path / "a", content), LARGE)
    assert np.abs(middles(shown) - EIGHT).max() <= (1 if deep else 0)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(("samples", "photometric"), [(1, 1), (4, 2)])
def test_sixteen_bits_of_grey_or_with_alpha_in_a_tiff(
    tmp_path: Path, order: str, samples: int, photometric: int
) -> None:
    levels = np.full((len(DEEP), samples), 65535, np.uint16)
    levels[:, :3] = DEEP[:, : min(3, samples)]
    shown = picture(written(tmp_path / "a", tiff(chart(levels), photometric, order=order)), LARGE)
    assert np.abs(middles(shown) - (EIGHT if samples == 4 else EIGHT[:, :1])).max() <= 1


def test_a_grey_tiff_may_call_its_zero_white(tmp_path: Path) -> None:
    for pixels in (GREYS[:, :1], GREYS[:, :1].astype(np.uint16) * 257):
        path = written(tmp_path / "a", tiff(chart(pixels), 0))
        assert np.array_equal(middles(picture(path, LARGE)), 255 - GREYS)


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "zstd", "lzma"])
def test_every_compression_of_a_tiff(tmp_path: Path, compression: str) -> None:
    path = saved(tmp_path / "a", Image.fromarray(chart(PATCHES)), "TIFF", compression=compression)
    assert np.abs(middles(picture(path, LARGE)) - PATCHES.astype(int)).max() <= (30 if compression == "jpeg" else 0)


@pytest.mark.parametrize("order", "<>")
def test_a_tiff_that_is_turned_comes_out_upright(tmp_path: Path, order: str) -> None:
    upright = chart(PATCHES)
    stored = np.ascontiguousarray(np.rot90(upright))
    path = written(tmp_path / "a", tiff(stored, 2, order=order, deflate=True, tags={274: 6}))
    assert (look(path).width, look(path).height) == upright.shape[1::-1]
    assert np.array_equal(picture(path, LARGE), upright)


@pytest.mark.parametrize(("colour", "samples"), [(0, 1), (2, 3), (4, 2), (6, 4)], ids=["grey", "rgb", "grey a", "rgba"])
def test_sixteen_bits_in_a_png(tmp_path: Path, colour: int, samples: int) -> None:
    levels = np.full((len(DEEP), samples), 65535, np.uint16)
    colours = min(3, samples) if samples > 2 else 1
    levels[:, :colours] = DEEP[:, :colours]
    shown = picture(written(tmp_path / "a", png(chart(levels), 16, colour)), LARGE)
    assert np.abs(middles(shown) - EIGHT[:, :colours]).max() <= 1


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_one_bit_grey_and_palettes(tmp_path: Path, kind: str) -> None:
    image = Image.fromarray(chart(PATCHES))
    for mode in ("1", "L", "P"):
        stored = image.convert(mode)
        path = saved(tmp_path / "a", stored, kind)
        assert np.array_equal(picture(path, LARGE), np.asarray(stored.convert("RGB")))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_lies_over_black(tmp_path: Path, kind: str, mode: str) -> None:
    alpha = np.tile(np.array([0, 64, 128, 255], np.uint8), 5)[: len(GREYS)]
    image = Image.fromarray(chart(np.column_stack([GREYS, alpha]))).convert(mode)
    options = {"lossless": True} if kind == "WEBP" else {}
    path = saved(tmp_path / "a", image, kind, **options)
    expected = GREYS * (alpha[:, None] / 255)
    assert np.abs(middles(picture(path, LARGE)) - expected).max() <= 2


def test_no_edge_of_a_cutout_shows_the_colour_behind_it(tmp_path: Path) -> None:
    cutout = np.zeros((400, 400, 4), np.uint8)
    cutout[..., :3] = [255, 255, 255]
    cutout[100:300, 101:301] = [120, 60, 30, 255]
    shown = picture(saved(tmp_path / "a", Image.fromarray(cutout)), (37, 37)).astype(int)
    assert np.abs(shown - shown[..., :1] * [1, 1 / 2, 1 / 4]).max() <= 2
    assert shown[18, 18].tolist() == [120, 60, 30]
    assert shown[0].max() == 0


def test_one_transparent_colour_of_a_palette_is_black(tmp_path: Path) -> None:
    image = Image.fromarray(np.repeat(np.array([[0, 1]], np.uint8), 16, 1).repeat(16, 0), "P")
    image.putpalette([250, 250, 250, 10, 200, 30])
    path = saved(tmp_path / "a", image, transparency=0)
    assert picture(path, LARGE)[8, 8::16].tolist() == [[0, 0, 0], [10, 200, 30]]


@pytest.mark.parametrize("kind", ["TIFF", "WEBP", "PNG", "MPO"])
def test_of_several_pages_or_frames_the_first_is_shown(tmp_path: Path, kind: str) -> None:
    first, second = (Image.new("RGB", (40, 30), colour) for colour in ((200, 50, 20), (20, 50, 200)))
    path = saved(tmp_path / "a", first, kind, save_all=True, append_images=[second])
    assert look(path).format == {"WEBP": "WebP", "MPO": "JPEG"}.get(kind, kind)
    assert np.abs(picture(path, LARGE).astype(int) - [200, 50, 20]).max() <= 4


def test_the_gamma_of_a_png_is_left_aside(tmp_path: Path) -> None:
    plain = png(chart(PATCHES), 8, 2)
    marked = plain[:33] + chunk(b"gAMA", (100000).to_bytes(4)) + plain[33:]
    assert np.array_equal(picture(written(tmp_path / "a", marked), LARGE), chart(PATCHES))
