import errno
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from installation.errors import FootageError, InstallationError
from installation.footage.probe import probe
from installation.show.copies import Copies
from installation.show.segments import AnyCopy, Copy, SoundCopy
from installation.show.strips import BLACK, Heard, Run
from tests.show.pictures import copy_of, known, quiet


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    folder = tmp_path / "copies"
    folder.mkdir()
    return Copies(folder)


def black(frames: int) -> Copy:
    return Copy(Fraction(25), frames, 320, 180, (Run(BLACK, Fraction(frames, 25)),))


SILENCE = SoundCopy((Heard(Fraction(1)),))


@pytest.mark.parametrize(("copy", "ending"), [(black(5), ".mp4"), (SILENCE, ".flac")])
def test_a_copy_is_missing_until_it_is_made_and_lies_under_the_name_of_what_it_holds(
    copies: Copies, copy: AnyCopy, ending: str
) -> None:
    assert copies.missing([copy]) == [copy]
    copies.make(copy, known, quiet)
    assert copies.missing([copy]) == []
    assert list(copies.folder.iterdir()) == [copies.path(copy)] == [copies.folder / f"{copy.key}{ending}"]


@pytest.mark.parametrize("copy", [black(20), SILENCE])
def test_progress_rises_to_the_whole(copies: Copies, copy: AnyCopy) -> None:
    heard: list[float] = []
    copies.make(copy, known, heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1


def test_nothing_half_written_is_left_when_the_master_cannot_be_decoded(copies: Copies, marked: Path) -> None:
    master = copies.folder.parent / "broken.mp4"
    shutil.copy(marked / "11-plain.mp4", master)
    copy, found = copy_of(master), probe(master)
    raw = bytearray(master.read_bytes())
    raw[len(raw) // 2 : len(raw) * 3 // 4] = bytes(len(raw) * 3 // 4 - len(raw) // 2)
    master.write_bytes(raw)
    with pytest.raises(FootageError, match=r"broken\.mp4 cannot be decoded") as caught:
        copies.make(copy, lambda _: found, quiet)
    assert caught.value.path == master
    assert list(copies.folder.iterdir()) == []
    assert copies.missing([copy]) == [copy]


@pytest.mark.parametrize("copy", [black(20), SoundCopy((Heard(Fraction(5)),))])
def test_nothing_half_written_is_left_when_the_disk_does_not_take_it(copies: Copies, copy: AnyCopy) -> None:
    def full(done: float) -> None:
        if done > 0.5:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(InstallationError, match=r"No space left on device\. Make room"):
        copies.make(copy, known, full)
    assert list(copies.folder.iterdir()) == []


@pytest.mark.parametrize("copy", [black(20), SILENCE])
def test_a_folder_that_is_gone_is_told(copies: Copies, copy: AnyCopy) -> None:
    copies.folder.rmdir()
    with pytest.raises(InstallationError, match="exhibition copies cannot be written"):
        copies.make(copy, known, quiet)


def test_only_what_is_used_is_kept(copies: Copies) -> None:
    for copy in (black(1), black(2), SILENCE):
        copies.make(copy, known, quiet)
    (copies.folder / ".half.part.mp4").write_text("left by a power cut")
    copies.tidy({copies.path(black(1)), copies.path(SILENCE)})
    assert sorted(copies.folder.iterdir()) == sorted([copies.path(black(1)), copies.path(SILENCE)])
