"""What one pass finds; the index on footage that it was not tuned on, of which `tests.bench.flashes` has more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from installation.flash.limits import View
from installation.footage import analysis
from installation.footage.analysis import analyse
from installation.footage.light import Light, lights
from installation.footage.probe import Probe, probe
from tests.flash.nights import Night, flat, make, matched

NIGHTS = [Night("traffic", 10, 950, 12.0), Night("crowd", 25, 950, 5.0)]


def test_flashes_of_all_kinds_are_found_over_footage_that_was_not_tuned_on(tmp_path: Path) -> None:
    known, found, besides = 0, 0, 0
    for night in NIGHTS:
        path = tmp_path / f"{night.background}.mp4"
        beat = make(path, night)
        hit, extra = matched(beat, analyse(path, probe(path)).flashes)
        known, found, besides = known + len(beat), found + len(hit), besides + len(extra)
    assert known >= 12
    assert found >= known - 1
    assert besides <= 1


@pytest.mark.parametrize("name", ["vtest.avi", "car-detection.mp4", "bikes.mp4"])
def test_real_footage_without_a_flash_has_none(name: str, real: Path) -> None:
    assert analyse(real / name, probe(real / name)).flashes == ()


def test_all_that_is_wanted_is_found_in_one_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = flat(tmp_path / "night.mp4", [40] * 25 + [160, 40, 40] * 5 + [40] * 20)
    known = probe(path)
    opened: list[Path] = []

    def counted(path: Path, known: Probe, *, colour: bool) -> Iterator[Light]:
        opened.append(path)
        return lights(path, known, colour=colour)

    monkeypatch.setattr(analysis, "lights", counted)
    told: list[tuple[int, int]] = []
    found = analyse(path, known, lambda done, whole: told.append((done, whole)), View(), trace=True)
    assert opened == [path]
    assert told[-1] == (known.frames, known.frames)
    assert [flash.frame for flash in found.flashes] == [25, 28, 31, 34, 37]
    assert found.risk
    assert found.risk.standards["wcag-2.3.1"].verdict == "fail"
    assert found.trace
    assert found.trace.mean[25] == pytest.approx(160 / 255, abs=0.02)
    alone = analyse(path, known)
    assert (alone.flashes, alone.risk, alone.trace) == (found.flashes, None, None)
