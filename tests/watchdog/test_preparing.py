import time
from pathlib import Path

import psutil
import pytest

from installation.places import Places
from installation.show import model
from installation.watchdog.preparing import Outcome, Preparing
from tests.player.fakes import make_show, write_show

ENOUGH_S = 60.0


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places.under(tmp_path / "state")
    made.make()
    return made


def outcome(preparing: Preparing) -> Outcome:
    until = time.monotonic() + ENOUGH_S
    while time.monotonic() < until:
        heard = preparing.hear(time.monotonic())
        if heard:
            return heard
        time.sleep(0.02)
    raise AssertionError("prepare did not end")


def test_without_a_run_there_is_nothing_to_hear(places: Places, tmp_path: Path) -> None:
    preparing = Preparing(tmp_path, places)
    assert preparing.hear(0.0) is None
    preparing.end()


def test_a_configuration_that_says_nothing_is_unusable(places: Places, tmp_path: Path) -> None:
    preparing = Preparing(tmp_path / "config", places)
    preparing.begin()
    first = preparing.worker
    preparing.begin()
    assert preparing.worker is first
    heard = outcome(preparing)
    assert (heard.kind, heard.unusable) == ("nothing", True)
    assert "loop.yaml" in heard.problems[0]
    assert preparing.worker is None
    assert preparing.ended_at > 0


def test_a_worker_that_dies_without_a_word_has_failed(places: Places, tmp_path: Path) -> None:
    preparing = Preparing(tmp_path / "config", places)
    preparing.begin()
    for worker in psutil.Process().children():
        worker.kill()
    assert outcome(preparing) == Outcome("failed", ["exit -9"])


def test_a_worker_that_cannot_write_has_failed(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    preparing = Preparing(tmp_path, Places.under(tmp_path / "state"))
    preparing.begin()
    assert outcome(preparing).kind == "failed"


def test_ending_it_ends_the_worker(places: Places, tmp_path: Path) -> None:
    preparing = Preparing(tmp_path, places)
    preparing.begin()
    preparing.end()
    assert preparing.worker is None
    assert psutil.Process().children() == []
    assert preparing.hear(0.0) is None


def test_the_current_show_is_the_one_that_the_link_names(places: Places, tmp_path: Path) -> None:
    preparing = Preparing(tmp_path, places)
    assert preparing.current() is None
    folder = write_show(places.shows / "1", make_show())
    places.current.symlink_to("1")
    assert preparing.current() == (folder, make_show())


@pytest.mark.parametrize("damage", ["", "[]", '{"format": 0}', model.to_json(make_show())[:-9]])
def test_a_damaged_show_is_none(places: Places, tmp_path: Path, damage: str) -> None:
    folder = write_show(places.shows / "1", make_show())
    (folder / "show.json").write_text(damage)
    places.current.symlink_to("1")
    assert Preparing(tmp_path, places).current() is None
