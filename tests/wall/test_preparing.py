import selectors
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from installation.places import Places
from installation.show import model
from installation.wall.noticing import PAUSE_S
from installation.wall.preparing import SLOW_S, Outcome, Preparing
from tests.player.fakes import make_show, write_show

ENOUGH_S = 60.0


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places.under(tmp_path / "state")
    made.make()
    return made


@pytest.fixture
def preparing(places: Places, tmp_path: Path) -> Iterator[Preparing]:
    made = Preparing(tmp_path / "config", places, selectors.DefaultSelector(), list)
    yield made
    made.end()


def outcome(preparing: Preparing) -> Outcome:
    until = time.monotonic() + ENOUGH_S
    while time.monotonic() < until:
        heard = preparing.hear(time.monotonic())
        if heard:
            return heard
        time.sleep(0.02)
    raise AssertionError("prepare did not end")


def test_without_a_run_there_is_nothing_to_hear(preparing: Preparing) -> None:
    assert preparing.hear(0.0) is None


def test_a_configuration_that_says_nothing_is_unusable(preparing: Preparing) -> None:
    preparing.begin(1.0)
    preparing.begin(1.0)
    assert len(psutil.Process().children()) == 1
    heard = outcome(preparing)
    assert (heard.kind, heard.unusable) == ("nothing", True)
    assert "loop.yaml" in heard.problems[0]
    assert not preparing.runs


def test_a_worker_that_dies_without_a_word_has_failed(preparing: Preparing) -> None:
    preparing.begin(1.0)
    for worker in psutil.Process().children():
        worker.kill()
    assert outcome(preparing) == Outcome("failed", ["exit -9"])


def test_a_worker_that_cannot_write_has_failed(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    places = Places.under(tmp_path / "state")
    preparing = Preparing(tmp_path, places, selectors.DefaultSelector(), list)
    preparing.begin(1.0)
    assert outcome(preparing).kind == "failed"


def test_ending_it_ends_the_worker(preparing: Preparing) -> None:
    preparing.begin(1.0)
    preparing.notice(1.0)
    assert len(psutil.Process().children()) == 2
    preparing.end()
    assert not preparing.runs
    assert psutil.Process().children() == []
    assert preparing.hear(0.0) is None


def test_the_current_show_is_the_one_that_the_link_names(places: Places, preparing: Preparing) -> None:
    assert preparing.current() is None
    folder = write_show(places.shows / "1", make_show())
    places.current.symlink_to("1")
    assert preparing.current() == (folder, make_show())


@pytest.mark.parametrize("damage", ["", "[]", '{"format": 0}', model.to_json(make_show())[:-9]])
def test_a_damaged_show_is_none(places: Places, preparing: Preparing, damage: str) -> None:
    folder = write_show(places.shows / "1", make_show())
    (folder / "show.json").write_text(damage)
    places.current.symlink_to("1")
    assert preparing.current() is None


CONFIG = {"loop.yaml": "cues:\n  - black: 1\n", "kiosk.yaml": "sound: off\n"}


def listen(preparing: Preparing, at_least_s: float = 0.0) -> list[Outcome]:
    """Everything that comes of edits until no worker runs any more."""
    heard: list[Outcome] = []
    begun = time.monotonic()
    while time.monotonic() < begun + ENOUGH_S:
        preparing.notice(time.monotonic())
        said = preparing.hear(time.monotonic())
        heard += [said] if said else []
        if heard and not preparing.runs and time.monotonic() > begun + at_least_s:
            return heard
        time.sleep(0.02)
    raise AssertionError("nothing came of it")


def test_a_saved_file_is_prepared_and_one_saved_again_meanwhile_is_prepared_anew(
    preparing: Preparing, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.mkdir()
    preparing.notice(time.monotonic())
    time.sleep(1.0)  # until somebody listens
    for name, text in CONFIG.items():
        (config / name).write_text(text)
    first = listen(preparing, at_least_s=1.5)
    assert (first[0].kind, first[0].saved) == ("ready", True)

    (config / "loop.yaml").write_text("cues:\n  - black: 2\n")
    until = time.monotonic() + ENOUGH_S
    while not preparing.runs and time.monotonic() < until:
        preparing.notice(time.monotonic())
    (config / "loop.yaml").write_text("cues:\n  - black: 2\n  - blak: 3\n")
    kept = [last for last in listen(preparing, at_least_s=1.5) if last.kind == "kept"]
    assert kept[0].saved
    assert "blak" in kept[0].problems[0]


def test_who_notices_edits_is_started_again_and_what_was_missed_is_prepared(
    preparing: Preparing, tmp_path: Path
) -> None:
    (tmp_path / "config").mkdir()
    preparing.notice(0.0)
    (ears,) = psutil.Process().children()
    ears.kill()
    ears.wait(ENOUGH_S)
    preparing.notice(1.0)
    preparing.notice(1.0 + PAUSE_S / 2)
    assert psutil.Process().children() == []
    preparing.repeat(1.0 + PAUSE_S / 2, 1.0, in_trouble=False)
    assert preparing.runs  # without ears, edits are looked for from time to time
    outcome(preparing)
    preparing.notice(1.0 + PAUSE_S)
    assert len(psutil.Process().children()) == 2


def test_prepare_is_asked_again_while_there_is_trouble(preparing: Preparing) -> None:
    preparing.notice(0.0)
    preparing.repeat(100.0, 30.0, in_trouble=False)
    preparing.repeat(29.0, 30.0, in_trouble=True)
    assert len(psutil.Process().children()) == 1
    preparing.repeat(31.0, 30.0, in_trouble=True)
    assert preparing.runs
    assert not preparing.is_slow(32.0)
    assert preparing.is_slow(31.0 + SLOW_S + 0.1)
