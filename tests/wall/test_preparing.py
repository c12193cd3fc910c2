import selectors
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import psutil
import pytest

from installation.places import Places
from installation.processes.kept import PAUSE_S
from installation.show import model
from installation.wall.preparing import LATER_S, SLOW_S, Outcome, Preparing
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
    preparing.begin(time.monotonic())
    preparing.begin(time.monotonic())
    assert len(psutil.Process().children()) == 1
    heard = outcome(preparing)
    assert (heard.kind, heard.unusable) == ("nothing", True)
    assert "loop.yaml" in heard.problems[0]
    assert not preparing.runs


def test_a_worker_that_dies_without_a_word_has_failed(preparing: Preparing) -> None:
    preparing.begin(time.monotonic())
    for worker in psutil.Process().children():
        worker.kill()
    assert outcome(preparing) == Outcome("failed", ["its process ended by itself, exit -9"])


def test_a_worker_that_cannot_write_has_failed(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    places = Places.under(tmp_path / "state")
    preparing = Preparing(tmp_path, places, selectors.DefaultSelector(), list)
    preparing.begin(time.monotonic())
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


def save(folder: Path, loop: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "loop.yaml").write_text(f"cues:\n{loop}")


def listen(preparing: Preparing, until: Callable[[], bool]) -> list[Outcome]:
    """Everything that comes of edits until it is so."""
    heard: list[Outcome] = []
    by = time.monotonic() + ENOUGH_S
    while time.monotonic() < by:
        preparing.notice(time.monotonic())
        if until():
            return heard
        said = preparing.hear(time.monotonic())
        heard += [said] if said else []
        time.sleep(0.02)
    raise AssertionError(f"it did not come; there was {heard}")


def listen_for(preparing: Preparing, kind: str) -> Outcome:
    """What came of an edit: the first outcome of this kind."""
    heard: list[Outcome] = []
    by = time.monotonic() + ENOUGH_S
    while time.monotonic() < by:
        preparing.notice(time.monotonic())
        said = preparing.hear(time.monotonic())
        if said and said.kind == kind:
            return said
        heard += [said] if said else []
        time.sleep(0.02)
    raise AssertionError(f"it did not come; there was {heard}")


def loop_s(preparing: Preparing) -> Fraction:
    current = preparing.current()
    return current[1].loop_s if current else Fraction(0)


@pytest.fixture
def prepared(preparing: Preparing, tmp_path: Path) -> Preparing:
    """One that has made a show of one second, without ears meanwhile."""
    save(tmp_path / "config", "  - black: 1\n")
    preparing.begin(time.monotonic())
    assert outcome(preparing).kind == "ready"
    return preparing


def test_a_saved_file_is_prepared_and_one_saved_again_meanwhile_is_prepared_anew(
    prepared: Preparing, tmp_path: Path
) -> None:
    listen(prepared, until=lambda: prepared.listens)
    assert not prepared.runs  # nothing was missed
    save(tmp_path / "config", "  - black: 2\n")
    listen(prepared, until=lambda: prepared.runs)
    save(tmp_path / "config", "  - black: 3\n  - blak: 3\n")
    kept = listen_for(prepared, "kept")
    assert kept.saved
    assert "blak" in kept.problems[0]
    save(tmp_path / "config", "  - black: 4\n")
    ready = listen_for(prepared, "ready")
    assert ready.saved
    assert loop_s(prepared) == 4


def test_what_was_saved_before_anybody_listened_is_prepared(prepared: Preparing, tmp_path: Path) -> None:
    save(tmp_path / "config", "  - black: 2\n")
    listen(prepared, until=lambda: prepared.listens)
    listen(prepared, until=lambda: loop_s(prepared) == 2)


def test_who_notices_edits_is_started_again_and_what_was_missed_is_prepared(
    prepared: Preparing, tmp_path: Path
) -> None:
    begun = time.monotonic()
    prepared.notice(begun)
    (ears,) = psutil.Process().children()
    ears.kill()
    ears.wait(ENOUGH_S)
    prepared.notice(begun)
    prepared.notice(begun + PAUSE_S / 2)
    assert psutil.Process().children() == []
    prepared.repeat(begun + PAUSE_S / 2, 1.0, in_trouble=False)
    assert prepared.runs  # without ears, edits are looked for from time to time
    outcome(prepared)
    save(tmp_path / "config", "  - black: 2\n")
    prepared.notice(begun + PAUSE_S)
    listen(prepared, until=lambda: loop_s(prepared) == 2)


def test_prepare_is_asked_again_while_there_is_trouble(preparing: Preparing) -> None:
    preparing.notice(0.0)
    preparing.repeat(100.0, 30.0, in_trouble=False)
    preparing.repeat(29.0, 30.0, in_trouble=True)
    assert len(psutil.Process().children()) == 1
    preparing.repeat(31.0, 30.0, in_trouble=True)
    assert preparing.runs
    assert not preparing.is_slow(32.0)
    assert preparing.is_slow(31.0 + SLOW_S + 0.1)


@pytest.fixture
def limited(places: Places, tmp_path: Path) -> Iterator[Preparing]:
    made = Preparing(
        tmp_path / "config", places, selectors.DefaultSelector(), list, stalled_s=0.5, memory_bytes=64 * 2**30
    )
    yield made
    made.end()


def test_a_worker_that_hangs_is_ended_and_tried_again_later(limited: Preparing) -> None:
    listen(limited, lambda: limited.listens and limited.runs)  # nobody had listened before: it begins by itself
    limited.again(time.monotonic())  # that one may have ended by now
    (worker,) = (one for one in psutil.Process().children() if "installation.show.worker" in one.cmdline())
    worker.suspend()
    heard = outcome(limited)
    assert heard == Outcome("failed", ["nothing went on for 0 s; see whether its disk answers"])
    assert not worker.is_running()
    now = time.monotonic()
    limited.notice(now)
    limited.repeat(now + LATER_S, 30.0, in_trouble=True)
    assert not limited.runs
    limited.repeat(now + LATER_S + 31.0, 30.0, in_trouble=True)
    assert limited.runs


def test_a_worker_that_eats_the_memory_is_ended(places: Places, tmp_path: Path) -> None:
    preparing = Preparing(tmp_path / "config", places, selectors.DefaultSelector(), list, memory_bytes=8 * 2**20)
    preparing.begin(time.monotonic())
    (problem,) = outcome(preparing).problems
    assert problem == "more than 0.0 GiB of memory were needed; make that file smaller"
    assert psutil.Process().children() == []


def test_a_worker_is_the_first_that_the_kernel_takes_memory_from(preparing: Preparing) -> None:
    preparing.begin(time.monotonic())
    (worker,) = psutil.Process().children()
    path = Path(f"/proc/{worker.pid}/oom_score_adj")
    while worker.is_running() and path.read_text().strip() != "1000":
        time.sleep(0.005)
    assert worker.is_running()
