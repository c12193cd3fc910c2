import hashlib
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from installation.errors import FootageError
from installation.footage import fixity
from installation.footage.fixity import Fixity, digest, seal, verify

NAMES = ["a.mp4", "b c.mov", "back\\slash.mkv", "line\nend.avi", "r\r.mp4", "平安/街.webm", "still.png"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode() * 1000)
    (tmp_path / "README.md").write_text("not sealed")
    return tmp_path


def sha256sum_agrees(folder: Path) -> bool:
    checked = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True)
    return checked.returncode == 0 and not checked.stderr


def test_a_sealed_folder_is_intact_here_and_for_sha256sum(folder: Path) -> None:
    assert seal(folder) == Fixity(new=tuple(sorted(NAMES)))
    assert sha256sum_agrees(folder)
    assert verify(folder) == Fixity(good=tuple(sorted(NAMES)))
    assert verify(folder).intact


def test_the_lines_are_those_of_sha256sum(folder: Path) -> None:
    seal(folder)
    written = subprocess.run(["sha256sum", *sorted(NAMES)], cwd=folder, capture_output=True, check=True).stdout
    assert (folder / "SHA256SUMS").read_bytes() == written


def test_changed_missing_and_new_files_are_told_apart(folder: Path) -> None:
    seal(folder)
    with (folder / "a.mp4").open("r+b") as file:
        file.write(b"x")
    (folder / "line\nend.avi").unlink()
    (folder / "later.mp4").write_bytes(b"new")
    found = verify(folder)
    assert (found.changed, found.missing, found.new) == (("a.mp4",), ("line\nend.avi",), ("later.mp4",))
    assert set(found.good) == set(NAMES) - {"a.mp4", "line\nend.avi"}
    assert not found.intact
    assert not sha256sum_agrees(folder)
    assert seal(folder) == found
    assert verify(folder).intact


def test_a_new_file_harms_nothing(folder: Path) -> None:
    seal(folder)
    (folder / "later.mp4").write_bytes(b"new")
    assert verify(folder).intact


def test_masters_are_never_touched(folder: Path) -> None:
    def looks() -> list[tuple[bytes, int, int, int]]:
        stats = [(folder / name).stat() for name in NAMES]
        contents = [(folder / name).read_bytes() for name in NAMES]
        return [(raw, one.st_mtime_ns, one.st_ctime_ns, one.st_ino) for raw, one in zip(contents, stats, strict=True)]

    before = looks()
    for name in NAMES:
        (folder / name).chmod(0o444)
    protected = looks()
    seal(folder)
    verify(folder)
    assert looks() == protected
    assert [one[0] for one in before] == [one[0] for one in protected]


def test_a_folder_never_sealed_is_an_error_with_the_remedy(folder: Path) -> None:
    with pytest.raises(FootageError, match=r"never sealed.*Seal it first"):
        verify(folder)


def test_lines_of_other_makers_are_read_and_bad_ones_are_told(folder: Path) -> None:
    good = hashlib.sha256((folder / "a.mp4").read_bytes()).hexdigest().upper()
    (folder / "SHA256SUMS").write_text(f"# made by hand\n\n{good} *a.mp4\r\nnot a line\n{good}  ../a.mp4\n")
    (folder.parent / "a.mp4").write_bytes(b"outside")
    found = verify(folder)
    (folder.parent / "a.mp4").unlink()
    assert found.good == ("a.mp4",)
    assert len(found.problems) == 2
    assert "SHA256SUMS, line 4," in found.problems[0]
    assert "leads outside" in found.problems[1]
    assert not found.intact


def test_a_sealed_name_that_is_now_a_folder_or_a_pipe_is_a_problem(folder: Path) -> None:
    seal(folder)
    for name in ("a.mp4", "b c.mov"):
        (folder / name).unlink()
    (folder / "a.mp4").mkdir()
    os.mkfifo(folder / "b c.mov")
    assert verify(folder).problems == ("a.mp4 is a folder, not a file.", "b c.mov is a named pipe, not a file.")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_problem_and_stops_a_seal(folder: Path) -> None:
    seal(folder)
    (folder / "a.mp4").chmod(0)
    assert verify(folder).problems == ("a.mp4 cannot be read: Permission denied.",)
    with pytest.raises(FootageError, match=r"a\.mp4 cannot be read"):
        seal(folder)


def test_progress_counts_the_bytes_of_all_files(folder: Path) -> None:
    (folder / "large.mp4").write_bytes(bytes(3 * fixity.BLOCK + 5))
    size = sum(path.stat().st_size for path in folder.rglob("*.*") if path.is_file() and path.name != "README.md")
    for work in (seal, verify):
        told: list[tuple[int, int]] = []
        work(folder, lambda done, whole, told=told: told.append((done, whole)))  # type: ignore[misc]
        assert told == sorted(told)
        assert told[-1] == (size, size)
        assert len(told) == len(NAMES) + 4


def test_the_digest_is_that_of_hashlib(tmp_path: Path) -> None:
    file = tmp_path / "a"
    for content in (b"", b"x", bytes(fixity.BLOCK), os.urandom(fixity.BLOCK * 2 + 1)):
        file.write_bytes(content)
        assert digest(file) == hashlib.sha256(content).hexdigest()


def test_a_pipe_or_a_folder_has_no_digest(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FootageError, match="pipe is not a regular file"):
        digest(tmp_path / "pipe")
    with pytest.raises(FootageError, match="cannot be read: Is a directory"):
        digest(tmp_path)


def test_a_file_that_grows_while_it_is_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    file.write_bytes(b"x" * 10)

    def grow(done: int, whole: int) -> None:
        if done < 100:
            with file.open("ab") as more:
                more.write(b"y" * 100)

    with pytest.raises(FootageError, match=r"a\.mp4 changed while it was read"):
        digest(file, grow)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("odd")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stem=st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_every_name_survives_the_list(odd: Path, stem: str) -> None:
    file = odd / ("n" + stem + ".mp4")
    file.write_bytes(stem.encode())
    try:
        seal(odd)
        assert verify(odd) == Fixity(good=(file.name,))
        assert sha256sum_agrees(odd)
    finally:
        file.unlink()
