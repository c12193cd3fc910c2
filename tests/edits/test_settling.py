from pathlib import Path

import pytest

from installation.edits.settling import STILL_S, YAML_STILL_S, Look, Settling, is_footage, is_yaml, look

CONFIG, FOOTAGE = Path("/kiosk/config"), Path("/kiosk/footage")
LOOP, KIOSK = CONFIG / "loop.yaml", CONFIG / "kiosk.yaml"
CLIP, OTHER = FOOTAGE / "a.mp4", FOOTAGE / "b.mp4"


class Disk:
    """Files that look as the test says, and what settles of them."""

    def __init__(self) -> None:
        self.looks: dict[Path, Look] = {}
        self.named: set[Path] = set()
        self.settling = Settling(lambda path: path in self.named, self.looks.get)

    def write(self, path: Path, size: int, now: float) -> None:
        self.looks[path] = (1, 0o644, size, int(now * 1e9))
        self.settling.touch(path, now, is_yaml=path.parent == CONFIG)

    def remove(self, path: Path, now: float) -> None:
        self.looks[path] = None
        self.settling.touch(path, now, is_yaml=path.parent == CONFIG)

    def settled(self, now: float) -> set[str]:
        return {path.name for path in self.settling.settled(now)}


@pytest.fixture
def disk() -> Disk:
    return Disk()


def test_a_saved_file_is_judged_once_it_is_still(disk: Disk) -> None:
    disk.write(LOOP, 10, 0.0)
    assert disk.settled(YAML_STILL_S - 0.01) == set()
    assert disk.settling.busy
    assert disk.settled(YAML_STILL_S) == {"loop.yaml"}
    assert disk.settled(100.0) == set()
    assert not disk.settling.busy


def test_a_file_written_in_parts_is_judged_after_the_last(disk: Disk) -> None:
    disk.write(LOOP, 10, 0.0)
    disk.write(LOOP, 20, 0.2)
    assert disk.settled(0.3) == set()
    disk.looks[LOOP] = (1, 0o644, 30, 1)  # nobody told
    assert disk.settled(0.46) == set()
    assert disk.settled(0.5 + YAML_STILL_S) == {"loop.yaml"}


def test_words_about_a_file_that_has_not_changed_since_are_no_edit(disk: Disk) -> None:
    disk.write(LOOP, 10, 0.0)
    assert disk.settled(1.0) == {"loop.yaml"}
    disk.settling.touch(LOOP, 2.0, is_yaml=True)
    assert disk.settled(3.0) == set()
    disk.write(LOOP, 10, 4.0)  # saved again, with nothing changed
    assert disk.settled(5.0) == {"loop.yaml"}


def test_a_file_put_aside_while_the_new_one_is_written_is_not_gone(disk: Disk) -> None:
    disk.remove(LOOP, 0.0)
    assert disk.settled(0.9) == set()
    disk.write(LOOP, 10, 1.0)
    assert disk.settled(1.0 + YAML_STILL_S) == {"loop.yaml"}
    disk.remove(LOOP, 2.0)
    assert disk.settled(2.0 + STILL_S) == {"loop.yaml"}


def test_a_clip_is_judged_when_it_has_been_copied(disk: Disk) -> None:
    for second in range(5):
        disk.write(CLIP, second, float(second))
        assert disk.settled(second + 0.9) == set()
    assert disk.settled(4 + STILL_S) == {"a.mp4"}


def test_several_clips_are_judged_together(disk: Disk) -> None:
    disk.write(CLIP, 1, 0.0)
    disk.write(OTHER, 1, 1.0)
    assert disk.settled(STILL_S) == set()
    assert disk.settled(1 + STILL_S) == {"a.mp4", "b.mp4"}


def test_an_upload_holds_up_neither_a_saved_file_nor_a_clip_that_the_loop_names(disk: Disk) -> None:
    disk.named = {CLIP}
    disk.write(CLIP, 1, 0.0)
    disk.write(OTHER, 1, 0.0)
    disk.write(OTHER, 2, 1.0)
    assert disk.settled(STILL_S) == {"a.mp4"}
    disk.write(OTHER, 3, 2.0)
    disk.write(KIOSK, 1, 2.0)
    assert disk.settled(2.0 + YAML_STILL_S) == {"kiosk.yaml"}


def test_an_upload_that_the_loop_names_is_waited_for(disk: Disk) -> None:
    disk.named = {CLIP}
    disk.write(CLIP, 1, 0.0)
    disk.write(LOOP, 1, 0.0)
    disk.write(CLIP, 2, 1.0)
    assert disk.settled(1.0) == set()
    assert disk.settled(1.0 + STILL_S) == {"loop.yaml", "a.mp4"}


@pytest.mark.parametrize("name", [".loop.yaml.swp", "loop.yaml~", "4913", "loop.yml", "other.yaml"])
def test_in_the_config_folder_only_the_two_files_count(name: str) -> None:
    assert is_yaml(LOOP, CONFIG)
    assert is_yaml(KIOSK, CONFIG)
    assert not is_yaml(CONFIG / name, CONFIG)
    assert not is_yaml(CONFIG / "old" / "loop.yaml", CONFIG)


def test_in_the_archive_clips_stills_and_folders_count(tmp_path: Path) -> None:
    (tmp_path / "stand-in").mkdir()
    (tmp_path / "notes").touch()
    for name in ("a.mp4", "A.MOV", "b.tiff", "stand-in", "stand-in/c.mkv", "a folder that is gone", "."):
        assert is_footage(tmp_path / name, tmp_path), name
    for name in (
        "a.mp4.part",
        ".a.mp4.x1Y2",
        "SHA256SUMS",
        "notes",
        "a.txt",
        ".Trash/a.mp4",
        "lost+found/a.mp4",
        "a.mp4~",
    ):
        assert not is_footage(tmp_path / name, tmp_path), name


def test_a_look_sees_what_an_edit_changes(tmp_path: Path) -> None:
    path = tmp_path / "loop.yaml"
    assert look(path) is None
    path.write_text("a")
    looks = [look(path)]
    path.write_text("ab")
    looks.append(look(path))
    path.chmod(0o600)
    looks.append(look(path))
    (tmp_path / "new").write_text("ab")
    (tmp_path / "new").rename(path)
    looks.append(look(path))
    assert len(set(looks)) == 4
