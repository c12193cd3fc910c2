import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from installation.drawing import score
from installation.drawing.inks import DARK, MOUNT, PAPER
from installation.drawing.page import Page
from installation.drawing.peaks import Peaks
from installation.drawing.sheet import LEFT, PAGE, RIGHT, Sheet, coming, turn_of
from installation.errors import FootageError, InstallationError
from installation.show.plan import Plan
from tests.drawing.conftest import COLOURS, untold
from tests.loops import read_loop
from tests.show.probes import Shelf, loops, probes, still_of

Planned = Callable[[str], Plan]
Pixels = NDArray[np.uint8]
NEAR = 8
"""A colour on the sheet went through a codec."""


class Drawn:
    """A loop on the sheet, to be looked at by its times."""

    def __init__(self, planned: Planned, text: str) -> None:
        plan = planned(text)
        self.sheet = Sheet(plan)
        loop = read_loop(text)
        self.image = score.draw(plan, loop, untold)
        self.pixels: Pixels = np.asarray(self.image)

    def at(self, time_s: float, height: float = 0.3) -> tuple[int, ...]:
        """The colour at a time of the loop, at a part of the band of pictures from its top."""
        row, rest_s = divmod(time_s, float(self.sheet.row_s))
        across = LEFT + int(rest_s / float(self.sheet.row_s) * (RIGHT - LEFT))
        down = self.sheet.tops[int(row)] + self.sheet.bands.label + int(height * self.sheet.bands.strip)
        return tuple(self.pixels[down, across].tolist())


def near(colour: tuple[float, ...]) -> object:
    return pytest.approx(colour, abs=NEAR)


def mixed(one: tuple[float, ...], other: tuple[float, ...], share: float) -> tuple[float, ...]:
    return tuple(a * (1 - share) + b * share for a, b in zip(one, other, strict=True))


def test_every_cue_stands_in_its_colour_from_its_start_to_its_end(planned: Planned) -> None:
    drawn = Drawn(planned, "cues:\n- clip: red.mp4\n- black: 2\n- clip: green.mp4\n  out: 3\n- black: 1\n")
    little = 6 / float(drawn.sheet.scale)  # beside the line of a cut
    for start, end, colour in (
        (0, 4, COLOURS["red"]),
        (4, 6, DARK),
        (6, 9, COLOURS["green"]),
        (9, 10, DARK),
    ):
        assert drawn.at(start + little) == near(colour)
        assert drawn.at(end - little) == near(colour)
    assert drawn.at(10 + 40 * little) == PAPER
    assert drawn.sheet.rows > 1


def test_a_fade_is_drawn_in_its_light(planned: Planned) -> None:
    drawn = Drawn(planned, "cues:\n- clip: red.mp4\n  fade_in: 2\n  fade_out: 1\n")
    for time_s, share in ((0.5, 0.25), (1, 0.5), (1.5, 0.75), (2.5, 1), (3.25, 0.75), (3.75, 0.25)):
        assert drawn.at(time_s, 0.05 if share < 0.5 else 0.95) == near(mixed(DARK, COLOURS["red"], share))


def test_a_crossfade_is_drawn_in_both_lights_and_the_first_cue_blends_with_the_last(planned: Planned) -> None:
    drawn = Drawn(planned, "cues:\n- clip: red.mp4\n  crossfade: 1\n- clip: green.mp4\n  crossfade: 2\n")
    red, green = COLOURS["red"], COLOURS["green"]
    assert drawn.sheet.loop_s == 5
    for time_s, colour in ((0.5, red), (1.5, mixed(red, green, 0.25)), (2.5, mixed(red, green, 0.75)), (3.5, green)):
        assert drawn.at(time_s, 0.5) == near(colour)
    assert drawn.at(4.75, 0.5) == near(mixed(green, red, 0.75))


def test_a_held_frame_is_paler_and_the_gap_is_black(planned: Planned) -> None:
    drawn = Drawn(planned, "gap: 1\ncues:\n- clip: red.mp4\n  hold: 2\n- clip: green.mp4\n")
    assert drawn.at(3.5) == near(COLOURS["red"])
    assert drawn.at(6.5) == DARK
    held = {drawn.at(4.2 + number / 50) for number in range(60)}
    assert PAPER in held
    assert min(held) == near(mixed(COLOURS["red"], PAPER, 0.45))


def test_a_still_stands_once_and_then_its_mount(planned: Planned) -> None:
    drawn = Drawn(planned, "cues:\n- still: blue.png\n  for: 3\n")
    assert drawn.at(0.1) == near((30, 60, 200))
    assert drawn.at(0.95) == MOUNT


def test_a_title_has_its_words_in_white_on_black(planned: Planned) -> None:
    drawn = Drawn(planned, "cues:\n- title: {zh-Hant: 平安城市計劃, en: Safe City Project}\n  for: 3\n")
    top = drawn.sheet.tops[0] + drawn.sheet.bands.label
    band = drawn.pixels[top : top + drawn.sheet.bands.strip, LEFT + 4 : RIGHT]
    assert (band == 255).all(axis=2).sum() > 1000
    assert (band == DARK).all(axis=2).mean() > 0.8


def test_only_the_languages_of_the_wall_are_written(planned: Planned) -> None:
    words = "- title: {zh-Hant: 平安城市計劃, en: Safe City Project}\n  for: 3\n"
    both = Drawn(planned, f"cues:\n{words}")
    one = Drawn(planned, f"text: {{languages: [en]}}\ncues:\n{words}")
    alone = Drawn(planned, "cues:\n- title: {en: Safe City Project}\n  for: 3\n")
    assert np.array_equal(one.pixels, alone.pixels)
    assert not np.array_equal(one.pixels, both.pixels)


def test_a_caption_is_written_under_its_cue(planned: Planned) -> None:
    drawn = Drawn(planned, "cues:\n- clip: red.mp4\n  out: 2\n- clip: red.mp4\n  out: 2\n  caption: 路口\n")
    sheet = drawn.sheet

    def written(start_s: int, end_s: int) -> int:
        spans = list(sheet.spans(Fraction(start_s), Fraction(end_s)))
        tops = [sheet.tops[span.row] + sheet.bands.worded for span in spans]
        bands = [
            drawn.pixels[top : top + sheet.bands.caption, span.left + 20 : span.right - 20]
            for top, span in zip(tops, spans, strict=True)
        ]
        return sum(int((band < 100).sum()) for band in bands)

    assert written(0, 2) == 0
    assert written(2, 4) > 500


def test_sound_is_drawn_under_its_picture_alone(planned: Planned) -> None:
    drawn = Drawn(planned, "cues:\n- clip: tone.mp4\n- clip: red.mp4\n")
    sheet = drawn.sheet

    def ink(start_s: int, end_s: int) -> int:
        most = 0
        for span in sheet.spans(Fraction(start_s), Fraction(end_s)):
            top = sheet.tops[span.row] + sheet.bands.heard + 2
            band = drawn.pixels[top : top + sheet.bands.sound - 4, span.left + 8 : span.right - 8, 0]
            most = max(most, int((band < 100).sum(axis=0).max(initial=0)))
        return most

    assert ink(0, 3) > 8
    assert ink(3, 7) == 0


def test_a_silent_loop_has_no_band_for_sound(planned: Planned) -> None:
    assert Sheet(planned("cues:\n- clip: red.mp4\n")).bands.sound == 0


def test_the_same_loop_gives_the_same_picture(planned: Planned, tmp_path: Path) -> None:
    text = "title: Safe City\ncues:\n- clip: tone.mp4\n  fade_in: 1\n- still: blue.png\n  for: 2\n  crossfade: 1\n"
    for ending in score.ENDINGS:
        files = [tmp_path / f"{number}{ending}" for number in range(2)]
        for file in files:
            score.write(Drawn(planned, text).image, file)
        assert files[0].read_bytes() == files[1].read_bytes()


def test_the_picture_is_a3_at_300_dots_an_inch(planned: Planned, tmp_path: Path) -> None:
    score.write(Drawn(planned, "cues:\n- black: 1\n").image, tmp_path / "loop.PNG")
    with Image.open(tmp_path / "loop.PNG") as image:
        assert (image.format, image.size) == ("PNG", (4961, 3508))
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.01)


def test_a_pdf_is_a_page_of_a3(planned: Planned, tmp_path: Path) -> None:
    score.write(Drawn(planned, "cues:\n- black: 1\n").image, tmp_path / "loop.pdf")
    raw = (tmp_path / "loop.pdf").read_bytes()
    assert raw.startswith(b"%PDF-")
    assert b"MediaBox [ 0 0 1190.64 841.92 ]" in raw


@settings(max_examples=20)
@given(st.data())
def test_any_loop_is_drawn(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder).resolve())
        clips = data.draw(st.lists(probes(), min_size=1, max_size=3))
        for number, clip in enumerate(clips):
            shelf.put(f"{number}.mp4", clip)
        shelf.put_still("s.jpg", still_of(*data.draw(st.tuples(st.integers(1, 9000), st.integers(1, 9000)))))
        words = data.draw(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1).filter(str.strip))
        quoted = words.replace("'", "''")
        text = data.draw(loops(clips)) + f"- still: s.jpg\n  for: 3\n  caption: '{quoted}'\n"
        plan = shelf.plan(text)
        if not plan.cues:
            return
        sheet = Sheet(plan)
        cells = [c for box in sheet.boxes for part in (*turn_of(box), *coming(box)) for c in sheet.cells(part)]
        size = data.draw(st.tuples(st.integers(1, 400), st.just(sheet.bands.strip)))
        shots = {cell.shot: Image.new("RGB", size, COLOURS["grey"]) for cell in cells}
        image = Page(sheet, None, "listed").draw((("und", words),), shots, Peaks(1, {}), "")
        assert image.size == PAGE


def test_a_clip_that_has_gone_is_told(planned: Planned, clips: Path) -> None:
    shutil.copy(clips / "red.mp4", clips / "gone.mp4")
    plan = planned("cues:\n- clip: gone.mp4\n")
    (clips / "gone.mp4").unlink()
    with pytest.raises(FootageError, match=r"^gone\.mp4 cannot be read"):
        score.draw(plan, read_loop("cues:\n- black: 1\n"), untold)


@pytest.mark.parametrize("name", ["loop.gif", "loop", "loop.png.txt"])
def test_an_ending_that_is_none_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(InstallationError, match=r"must end in \.png or \.pdf"):
        score.check(tmp_path / name)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InstallationError, match=r"^There is no folder .*/nowhere for loop\.png\."):
        score.check(tmp_path / "nowhere" / "loop.png")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "loop.png").mkdir()
    with pytest.raises(InstallationError, match=r"loop\.png cannot be written: Is a directory\."):
        score.write(Image.new("RGB", (8, 8)), tmp_path / "loop.png")
