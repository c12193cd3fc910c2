from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from installation.drawing import contacts, rhythm
from installation.drawing.inks import ACCENT, PAPER
from installation.drawing.sheet import LEFT, PAGE, RIGHT
from installation.flash.model import Flash
from installation.footage.analysis import Analysis, analyse
from installation.footage.probe import probe
from tests.flash.nights import flat

NIGHT = [40] * 25 + [160] + [40] * 49


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    path = flat(tmp_path_factory.mktemp("clips") / "夜.mp4", NIGHT)
    seen = analyse(path, probe(path), trace=True)
    return replace(seen, flashes=(Flash(Fraction(1), 25, 1, 1.0, 0.47, "full", 25),))


def red(page: Image.Image) -> list[int]:
    """The columns that have red in them."""
    return np.flatnonzero((np.asarray(page) == ACCENT).all(axis=2).any(axis=0)).tolist()


def test_a_flash_is_red_at_its_time_and_nothing_else_is(clip: Analysis) -> None:
    page = rhythm.draw([clip])
    assert page.size == PAGE
    columns = red(page)
    assert columns == list(range(columns[0], columns[-1] + 1))
    second = RIGHT - LEFT  # three rows for three seconds
    assert columns[0] == LEFT
    assert len(columns) == pytest.approx(second / 25, abs=2)


def test_the_strip_shows_every_frame_as_bright_as_it_is(clip: Analysis) -> None:
    light = clip.trace
    assert light
    assert light.mean[25] == pytest.approx(160 / 255, abs=0.02)
    assert light.mean[24] == pytest.approx(40 / 255, abs=0.02)
    assert light.rows.shape == (75, 90)
    assert light.times_s[50] == 2


def test_many_clips_each_begin_a_row_and_fit(clip: Analysis) -> None:
    page = rhythm.draw([clip] * 13)
    assert len(red(page)) >= 1
    assert np.asarray(page)[3310:3350].min() == PAPER[0]


def test_a_contact_sheet_shows_the_frame_before_the_flash_and_its_light(clip: Analysis) -> None:
    page = contacts.draw([clip], lambda *_: None)
    greys = np.asarray(page.convert("L"))[500:2400, LEFT:RIGHT]
    found = [level for level in np.flatnonzero(np.bincount(greys.ravel()) > greys.size // 20).tolist() if level < 250]
    assert len(found) == 3
    before, flash, light = sorted(found)
    assert before == pytest.approx(40, abs=4)
    assert flash == pytest.approx(160, abs=4)
    assert light == pytest.approx(245, abs=4)


def test_a_sheet_without_flashes_says_so_by_its_figure(clip: Analysis) -> None:
    page = contacts.draw([Analysis(clip.path, clip.probe, ())], lambda *_: None)
    assert (np.asarray(page)[600:3300] == 255).all()
