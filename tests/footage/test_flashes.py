"""The index on footage that it was not tuned on; `tests.bench.flashes` has more of it."""

from pathlib import Path

import pytest

from installation.footage import flashes
from installation.footage.probe import probe
from tests.flash.nights import Night, make, matched

NIGHTS = [Night("traffic", 10, 950, 12.0), Night("crowd", 25, 950, 5.0)]


def test_flashes_of_all_kinds_are_found_over_footage_that_was_not_tuned_on(tmp_path: Path) -> None:
    known, found, besides = 0, 0, 0
    for night in NIGHTS:
        path = tmp_path / f"{night.background}.mp4"
        beat = make(path, night)
        hit, extra = matched(beat, flashes.find(path, probe(path)))
        known, found, besides = known + len(beat), found + len(hit), besides + len(extra)
    assert known >= 12
    assert found >= known - 1
    assert besides <= 1


@pytest.mark.parametrize("name", ["vtest.avi", "car-detection.mp4", "bikes.mp4"])
def test_real_footage_without_a_flash_has_none(name: str, real: Path) -> None:
    assert flashes.find(real / name, probe(real / name)) == ()
