"""Clips side by side, on this machine and on a cluster; their films' flashes are known."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

import pytest

from installation.errors import FootageError, InstallationError
from installation.flash.limits import View
from installation.footage import side_by_side
from installation.footage.analysis import Analysis
from installation.footage.cache import ProbeCache
from installation.footage.side_by_side import Found, Kept, analyses, cluster
from installation.places import Places
from tests.cli.running import run
from tests.flash.nights import flat

NIGHT = [40] * 25 + [160] + [40] * 20 + [120, 90] + [40] * 27
Told = list[tuple[int, int]]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return flat(tmp_path / "夜.mp4", NIGHT)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as lent:
        yield lent


def analysed(paths: list[Path], kept: Kept, pool: Executor) -> tuple[list[Found], Told]:
    told: Told = []
    return analyses(paths, kept, pool, lambda done, whole: told.append((done, whole))), told


def test_what_programs_read_is_what_was_agreed(clip: Path, pool: ThreadPoolExecutor) -> None:
    ((found,), _) = analysed([clip], Kept(), pool)
    assert isinstance(found, Analysis)
    first, second = found.plain()["flashes"]
    assert json.loads(json.dumps(found.plain())) == {
        "file": str(clip),
        "rate": 25.0,
        "duration": 3.0,
        "flashes": [first, second],
    }
    assert list(first) == ["time", "frame", "frames", "area", "excess", "band"]
    assert (first["time"], first["frame"], first["frames"], first["band"]) == (1.0, 25, 1, "full")
    assert (second["time"], second["frame"], second["frames"]) == (1.84, 46, 2)
    assert first["area"] == pytest.approx(1, abs=0.01)
    assert first["excess"] == pytest.approx(120 / 255, abs=0.02)


def test_one_broken_file_among_others_is_a_sentence_and_the_others_go_on(clip: Path, pool: ThreadPoolExecutor) -> None:
    cut = clip.with_name("cut.mp4")
    cut.write_bytes(clip.read_bytes()[:-300])
    paths = [cut, clip, clip.with_name("missing.mp4"), clip.parent]
    (found, told) = analysed(paths, Kept(), pool)
    assert [type(one) for one in found] == [FootageError, Analysis, FootageError, FootageError]
    assert "cut.mp4" in str(found[0])
    assert "missing.mp4 cannot be read: No such file or directory." in str(found[2])
    assert told[-1][0] == told[-1][1]


class Closed(ThreadPoolExecutor):
    def submit(self, *_: object, **__: object) -> NoReturn:
        raise AssertionError("found anew")


def test_a_second_time_nothing_is_decoded(clip: Path, tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    places = Places.under(tmp_path / "state")
    ((first,), _) = analysed([clip], Kept(places), pool)
    assert isinstance(first, Analysis)
    other = clip.with_name("again.mp4")
    other.write_bytes(clip.read_bytes())
    (again, told) = analysed([clip, other], Kept(places), Closed())
    assert [one.flashes for one in again if isinstance(one, Analysis)] == [first.flashes] * 2
    assert told[-1] == (0, 0)


def test_flashes_that_are_known_do_not_tell_the_risk(clip: Path, tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    places = Places.under(tmp_path / "state")
    analysed([clip], Kept(places), pool)
    (found,) = analyses([clip], Kept(places), pool, lambda *_: None, View())
    assert isinstance(found, Analysis)
    assert found.risk
    (again,) = analyses([clip], Kept(places), Closed(), lambda *_: None, View())
    assert isinstance(again, Analysis)
    assert again.risk
    assert again.risk.standards == found.risk.standards
    with pytest.raises(AssertionError, match="found anew"):
        analyses([clip], Kept(places), Closed(), lambda *_: None, View(0.5))


def test_who_interrupts_it_stops_the_work_and_keeps_what_was_found(
    clip: Path, tmp_path: Path, pool: ThreadPoolExecutor
) -> None:
    places = Places.under(tmp_path / "state")
    long = [flat(tmp_path / f"{number}.mp4", NIGHT * 20) for number in range(4)]

    def interrupt(done: int, _whole: int) -> None:
        if done >= clip.stat().st_size and threading.current_thread() is threading.main_thread():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        analyses([clip, *long], Kept(places), pool, interrupt)
    pool.shutdown(wait=True)
    cache = ProbeCache(places.probes)
    assert cache.known_flashes(cache.probe(clip))
    assert not cache.known_flashes(cache.probe(long[-1]))


def test_a_failure_that_nobody_thought_of_is_told_of_its_file(
    clip: Path, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, *_: object, **__: object) -> NoReturn:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(side_by_side, "analyse", fail)
    ((found,), _) = analysed([clip], Kept(), pool)
    assert str(found) == "夜.mp4 could not be analysed (ZeroDivisionError: by nothing)."


def test_a_cluster_that_is_not_there_is_told(pool: ThreadPoolExecutor) -> None:
    with pytest.raises(InstallationError, match="Dask"), cluster("tcp://127.0.0.1:9", patience_s=0.5):
        pass


def test_times_are_exact(pool: ThreadPoolExecutor, tmp_path: Path) -> None:
    ((found,), _) = analysed([flat(tmp_path / "a.mkv", NIGHT, rate=30)], Kept(), pool)
    assert isinstance(found, Analysis)
    assert [flash.time for flash in found.flashes] == [Fraction(25, 30), Fraction(46, 30)]


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a cluster on this machine, whose two workers are processes of their own."""
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    with distributed.LocalCluster(2, threads_per_worker=1, processes=True, dashboard_address=None) as workers:
        yield workers.scheduler_address


def test_a_cluster_of_two_workers_finds_what_one_machine_does(
    clip: Path, pool: ThreadPoolExecutor, scheduler: str
) -> None:
    other = flat(clip.with_name("other.mp4"), NIGHT[10:])
    paths = [clip, other, clip.with_name("missing.mp4")]
    with cluster(scheduler) as lent:
        (found, told) = analysed(paths, Kept(), lent)
    (alone, _) = analysed(paths, Kept(), pool)
    assert found[:2] == alone[:2]
    assert str(found[2]) == str(alone[2])
    size = sum(path.stat().st_size for path in paths[:2])
    assert told[-1] == (size, size)


def test_the_verb_finds_on_a_cluster_and_keeps_here(clip: Path, tmp_path: Path, scheduler: str) -> None:
    asked = "footage", "flashes", clip, "--json", "--state", tmp_path / "state"
    done = run(*asked, "--dask", scheduler)
    assert done.returncode == 0, done.stderr
    ((name, frames),) = [(one["file"], [flash["frame"] for flash in one["flashes"]]) for one in json.loads(done.stdout)]
    assert (name, frames) == (str(clip), [25, 46])
    (known,) = analyses([clip], Kept(Places.under(tmp_path / "state")), Closed(), lambda *_: None)
    assert isinstance(known, Analysis)
    assert known.plain() == json.loads(done.stdout)[0]
