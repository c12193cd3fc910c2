import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest

from installation.errors import FootageError, InstallationError
from installation.flashing import Found, Indexed, index, on_cluster
from installation.footage.cache import ProbeCache
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


def indexed(paths: list[Path], cache: ProbeCache, pool: ThreadPoolExecutor) -> tuple[list[Found], Told]:
    told: Told = []
    return list(index(paths, cache, pool, lambda done, whole: told.append((done, whole)))), told


def test_what_programs_read_is_what_was_agreed(clip: Path, pool: ThreadPoolExecutor) -> None:
    ((found,), _) = indexed([clip], ProbeCache(None), pool)
    assert isinstance(found, Indexed)
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
    (found, told) = indexed(paths, ProbeCache(None), pool)
    assert [type(one) for one in found] == [FootageError, Indexed, FootageError, FootageError]
    assert "cut.mp4" in str(found[0])
    assert "missing.mp4 cannot be read: No such file or directory." in str(found[2])
    assert told[-1][0] == told[-1][1]


def test_a_second_time_nothing_is_decoded(clip: Path, tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    cache = ProbeCache(tmp_path / "probes.json")
    (first, _) = indexed([clip], cache, pool)
    cache.save()
    clip.with_name("again.mp4").write_bytes(clip.read_bytes())

    class Closed(ThreadPoolExecutor):
        def submit(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise AssertionError("found anew")

    (again, _) = indexed([clip, clip.with_name("again.mp4")], ProbeCache(tmp_path / "probes.json"), Closed())
    assert [one.flashes for one in again if isinstance(one, Indexed)] == [first[0].flashes] * 2  # type: ignore[union-attr]


def test_who_stops_listening_stops_the_work(clip: Path, pool: ThreadPoolExecutor) -> None:
    coming = index([clip] * 4, ProbeCache(None), pool, lambda *_: None)
    next(coming)
    coming.close()
    pool.shutdown(wait=True)


def test_a_cluster_that_is_not_there_is_told(pool: ThreadPoolExecutor) -> None:
    with pytest.raises(InstallationError, match="Dask"), on_cluster("tcp://127.0.0.1:9"):
        pass


def test_times_are_exact(pool: ThreadPoolExecutor, tmp_path: Path) -> None:
    ((found,), _) = indexed([flat(tmp_path / "a.mkv", NIGHT, rate=30)], ProbeCache(None), pool)
    assert isinstance(found, Indexed)
    assert [flash.time for flash in found.flashes] == [Fraction(25, 30), Fraction(46, 30)]


def test_a_cluster_of_two_workers_finds_what_one_machine_does(clip: Path, pool: ThreadPoolExecutor) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install 'installation[dask]'")
    other = flat(clip.with_name("other.mp4"), NIGHT[10:])
    paths = [clip, other, clip.with_name("missing.mp4")]
    cluster = distributed.LocalCluster(2, processes=False, dashboard_address=None)
    with cluster, on_cluster(cluster.scheduler_address) as lent:
        found = list(index(paths, ProbeCache(None), lent, lambda *_: None))
    (alone, _) = indexed(paths, ProbeCache(None), pool)
    assert found[:2] == alone[:2]
    assert str(found[2]) == str(alone[2])
