import fcntl
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from installation.errors import FootageError
from installation.flash.model import Flash
from installation.footage.cache import INDEX_VERSION, ProbeCache
from installation.footage.probe import Probe, probe
from installation.footage.stills import look

Clip = Callable[..., Path]
Read = list[tuple[int, int]]


@pytest.fixture
def path(clip: Clip, tmp_path: Path) -> Path:
    made = tmp_path / "雨 1.mp4"
    made.write_bytes(clip(frames=30, rate=Fraction(30000, 1001), sound=True).read_bytes())
    return made


def read_by(cache: ProbeCache, path: Path) -> tuple[Probe, Read]:
    """The probe, and what was read of the file for it."""
    read: Read = []
    return cache.probe(path, lambda done, whole: read.append((done, whole))), read


def test_a_kept_probe_is_the_same_and_reads_nothing(path: Path, tmp_path: Path) -> None:
    first = ProbeCache(tmp_path / "cache.json")
    found, read = read_by(first, path)
    assert read
    assert found == probe(path)
    assert read_by(first, path) == (found, [])
    first.save()
    assert read_by(ProbeCache(tmp_path / "cache.json"), path) == (found, [])


def test_a_variable_rate_survives_being_kept(clip: Clip, tmp_path: Path) -> None:
    path = clip("a.mkv", frames=30, at=[*range(20), *range(25, 35)])
    cache = ProbeCache(tmp_path / "cache.json")
    found = cache.probe(path)
    cache.save()
    assert ProbeCache(tmp_path / "cache.json").probe(path) == found
    assert found.ticks


def test_changed_bytes_are_read_anew_even_under_the_same_size_and_date(path: Path, tmp_path: Path) -> None:
    cache = ProbeCache(tmp_path / "cache.json")
    found, _ = read_by(cache, path)
    before = path.stat()
    raw = path.read_bytes()
    path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    again, read = read_by(cache, path)
    assert read
    assert again.sha256 != found.sha256


def test_the_same_bytes_under_another_name_are_hashed_but_not_probed(path: Path, tmp_path: Path) -> None:
    cache = ProbeCache(tmp_path / "cache.json")
    found = cache.probe(path)
    other = tmp_path / "other.mp4"
    other.write_bytes(path.read_bytes())
    assert read_by(cache, other)[0] == found


def test_proven_points_are_kept_and_not_proven_again(path: Path, tmp_path: Path) -> None:
    cache = ProbeCache(tmp_path / "cache.json")
    found = cache.probe(path)
    cache.prove(path, found, [0, 12])
    cache.save()
    kept = ProbeCache(tmp_path / "cache.json")
    path.unlink()
    kept.prove(path, found, [0, 12])
    with pytest.raises(FootageError, match="cannot be read"):
        kept.prove(path, found, [0, 13])


@pytest.fixture
def still(tmp_path: Path) -> Path:
    path = tmp_path / "攝影機.jpg"
    Image.new("RGB", (60, 40)).save(path)
    return path


def test_a_look_at_a_still_is_kept_and_its_proof_too(still: Path, tmp_path: Path) -> None:
    cache = ProbeCache(tmp_path / "cache.json")
    found = cache.look(still)
    assert found == look(still)
    cache.prove(still, found)
    cache.save()
    kept = ProbeCache(tmp_path / "cache.json")
    read: Read = []
    assert kept.look(still, lambda done, whole: read.append((done, whole))) == found
    assert read == []
    still.unlink()
    kept.prove(still, found)


def test_a_still_that_cannot_be_decoded_is_told_each_time(still: Path, tmp_path: Path) -> None:
    still.write_bytes(still.read_bytes()[:-20])
    cache = ProbeCache(tmp_path / "cache.json")
    for _ in range(2):
        with pytest.raises(FootageError, match="damaged or cut short"):
            cache.prove(still, cache.look(still))


def test_failures_are_told_each_time_and_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    file.write_text("text")
    cache = ProbeCache(tmp_path / "cache.json")
    for _ in range(2):
        with pytest.raises(FootageError, match="plain text"):
            cache.probe(file)
    with pytest.raises(FootageError, match=r"gone\.mp4 cannot be read"):
        cache.probe(tmp_path / "gone.mp4")


def test_it_is_written_only_when_it_changed(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "cache.json"
    ProbeCache(file).save()
    assert not file.exists()
    cache = ProbeCache(file)
    cache.probe(path)
    cache.save()
    before = file.stat()
    cache.save()
    warm = ProbeCache(file)
    warm.probe(path)
    warm.save()
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_files_that_are_gone_are_forgotten(path: Path, still: Path, tmp_path: Path, clip: Clip) -> None:
    cache = ProbeCache(tmp_path / "cache.json")
    cache.prove(path, cache.probe(path), [3])
    cache.prove(still, cache.look(still))
    path.unlink()
    still.unlink()
    cache.probe(clip(frames=3))
    cache.save()
    kept = json.loads((tmp_path / "cache.json").read_bytes())
    assert [len(kept[key]) for key in ("digests", "probes", "stills", "proven")] == [1, 1, 0, 0]


def test_two_at_once_keep_what_each_has_found(path: Path, still: Path, tmp_path: Path) -> None:
    first, second = ProbeCache(tmp_path / "cache.json"), ProbeCache(tmp_path / "cache.json")
    found = first.probe(path)
    second.look(still)
    second.flashes(path)
    second.save()
    first.prove(path, found, [3])
    first.save()
    kept = json.loads((tmp_path / "cache.json").read_bytes())
    assert [len(kept[key]) for key in ("digests", "probes", "stills", "proven", "flashes")] == [2, 1, 1, 1, 1]


def test_who_writes_waits_for_the_other(path: Path, tmp_path: Path) -> None:
    cache = ProbeCache(tmp_path / "cache.json")
    cache.probe(path)
    writing = threading.Thread(target=cache.save)
    folder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    writing.start()
    writing.join(0.2)
    assert not (tmp_path / "cache.json").exists()
    os.close(folder)
    writing.join(60)
    assert (tmp_path / "cache.json").exists()


def test_what_is_known_of_files_on_a_disk_that_is_away_stays(path: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    cache = ProbeCache(tmp_path / "cache.json")
    found = cache.flashes(path.rename(disk / path.name))
    disk.rename(tmp_path / "away")
    cache.save()
    (tmp_path / "away").rename(disk)
    assert ProbeCache(tmp_path / "cache.json").flashes(disk / path.name, lambda *_: pytest.fail("decoded")) == found


def test_a_file_is_known_from_wherever_it_is_named(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    cache = ProbeCache(tmp_path / "cache.json")
    found = cache.probe(Path(path.name))
    monkeypatch.chdir("/")
    cache.save()
    assert read_by(ProbeCache(tmp_path / "cache.json"), path) == (found, [])


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"null", b"[" * 99999, b"\xff", b'{"version": 1}', b'{"version": 0}']
)
def test_a_broken_cache_is_an_empty_one(path: Path, tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "cache.json").write_bytes(damage)
    found, read = read_by(ProbeCache(tmp_path / "cache.json"), path)
    assert read
    assert found.frames == 30


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.sampled_from(["digests", "probes", "stills", "proven"]),
    field=st.sampled_from(["", "sound", "frames", "rate", "keyframes", "regular", "profile"]),
    value=st.one_of(st.none(), st.integers(-1, 9), st.text(max_size=3), st.lists(st.none(), max_size=2)),
)
def test_a_cache_damaged_by_hand_never_stops_the_show(
    path: Path, still: Path, tmp_path: Path, key: str, field: str, value: object
) -> None:
    file = tmp_path / "cache.json"
    file.unlink(missing_ok=True)
    cache = ProbeCache(file)
    found = cache.probe(path)
    cache.prove(path, found, [3])
    cache.look(still)
    cache.save()
    kept = json.loads(file.read_bytes())
    name = next(iter(kept[key]))
    if field and key in ("probes", "stills"):
        kept[key][name][field] = value
    else:
        kept[key][name] = value
    file.write_text(json.dumps(kept))
    damaged = ProbeCache(file)
    again = damaged.probe(path)
    if field not in ("sound", "frames", "rate", "keyframes"):  # a number for a number cannot be told
        assert again == replace(found, regular=again.regular)
    damaged.prove(path, found, [3])
    assert replace(damaged.look(still), profile="") == look(still)
    damaged.save()


def test_a_warm_cache_needs_no_media_library(path: Path, still: Path, tmp_path: Path) -> None:
    cache = ProbeCache(tmp_path / "cache.json")
    cache.prove(path, cache.probe(path), [3])
    cache.prove(still, cache.look(still))
    cache.save()
    code = (
        "import sys; from pathlib import Path; from installation.footage.cache import ProbeCache\n"
        "cache = ProbeCache(Path(sys.argv[1])); path, still = map(Path, sys.argv[2:])\n"
        "cache.prove(path, cache.probe(path), [3]); cache.prove(still, cache.look(still))\n"
        "assert not {'av', 'numpy', 'cv2', 'PIL'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "cache.json"), str(path), str(still)], check=True)


def test_kept_flashes_are_the_same_and_nothing_is_decoded_for_them(path: Path, tmp_path: Path) -> None:
    seen: Read = []
    first = ProbeCache(tmp_path / "cache.json")
    found = first.flashes(path, lambda done, whole: seen.append((done, whole)))
    assert seen == [(30, 30)]
    flash = Flash(Fraction(1, 3), 10, 2, 0.5, 0.25, "upper", 11)
    first.keep_flashes(first.probe(path), (*found, flash))
    first.save()
    assert ProbeCache(tmp_path / "cache.json").flashes(path, lambda *_: pytest.fail("decoded")) == (*found, flash)


@pytest.mark.parametrize("broken", [{}, [], {"version": 0, "flashes": []}, {"version": INDEX_VERSION, "flashes": [{}]}])
def test_flashes_kept_by_another_version_or_damaged_are_found_anew(broken: object, path: Path, tmp_path: Path) -> None:
    cache = ProbeCache(tmp_path / "cache.json")
    found = cache.flashes(path)
    cache.save()
    plain = json.loads((tmp_path / "cache.json").read_bytes())
    plain["flashes"] = dict.fromkeys(plain["flashes"], broken)
    (tmp_path / "cache.json").write_text(json.dumps(plain))
    seen: Read = []
    again = ProbeCache(tmp_path / "cache.json").flashes(path, lambda done, whole: seen.append((done, whole)))
    assert again == found
    assert seen
