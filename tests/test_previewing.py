"""What a preview prepares, tells and keeps from others."""

import threading
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from installation.errors import InstallationError
from installation.places import Places
from installation.previewing import NOTICES, prepared
from installation.show import model
from tests.glass.marked import make_clip

LOOP = "cues:\n  - clip: one.mp4\n  - clip: two.mp4\n"
ENOUGH_S = 30.0


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("footage")
    make_clip(folder / "one.mp4", 1, 30, size=(64, 48))
    make_clip(folder / "two.mp4", 2, 30, size=(64, 48))
    return folder


class Desk:
    """One configuration and its preview's places in a state folder."""

    def __init__(self, folder: Path, footage: Path, name: str = "config") -> None:
        self.config = folder / name
        self.config.mkdir()
        (self.config / "kiosk.yaml").write_text(f"footage: {footage}\n")
        self.write(LOOP)
        self.state = folder / "state"
        self.told: list[str] = []

    def write(self, loop: str) -> None:
        (self.config / "loop.yaml").write_text(loop)

    def prepared(self) -> AbstractContextManager[tuple[Path, str]]:
        places = Places.under(self.state).preview(self.config)
        return prepared(self.config, places, self.told.append, lambda _what, _done: None)

    def names(self) -> list[str]:
        with self.prepared() as (folder, _):
            return [cue.name for cue in model.read(folder).cues]


@pytest.fixture
def desk(tmp_path: Path, footage: Path) -> Desk:
    return Desk(tmp_path, footage)


def test_a_loop_without_a_mistake_is_lent_without_a_word(desk: Desk) -> None:
    with desk.prepared() as (folder, notice):
        assert len(model.read(folder).cues) == 2
        assert (notice, desk.told) == ("", [])


def test_nothing_of_the_kiosk_is_touched(desk: Desk) -> None:
    desk.names()
    assert [path.name for path in desk.state.iterdir()] == ["preview"]


def test_what_can_play_of_a_loop_with_a_mistake_is_lent(desk: Desk) -> None:
    desk.write(LOOP + "  - clip: three.mp4\n")
    with desk.prepared() as (folder, notice):
        assert [cue.name for cue in model.read(folder).cues] == ["one.mp4", "two.mp4"]
        assert notice == NOTICES["partial"]
    (told,) = desk.told
    assert "loop.yaml:4:11: three.mp4 is not in the footage folder" in told


def test_a_mistake_in_a_loop_that_was_good_leads_back_to_it(desk: Desk) -> None:
    desk.names()
    desk.write("cues:\n  - clip: one.mp4\n    fadein: 2\n")
    with desk.prepared() as (folder, notice):
        assert len(model.read(folder).cues) == 2
        assert notice == NOTICES["kept"]
    assert "unknown key 'fadein'" in desk.told[0]


@pytest.mark.parametrize("loop", ["cues: [\n", "cues:\n  - clip: three.mp4\n"])
def test_where_nothing_can_play_every_mistake_is_told(desk: Desk, loop: str) -> None:
    desk.write(loop)
    with pytest.raises(InstallationError, match=r"^Nothing of the loop can play\.$"), desk.prepared():
        pass
    assert len(desk.told) == 1


def test_the_loop_of_another_folder_is_never_taken_for_this_one(desk: Desk, tmp_path: Path, footage: Path) -> None:
    desk.names()
    draft = Desk(tmp_path, footage, "draft")
    draft.write("cues: [\n")
    with pytest.raises(InstallationError), draft.prepared():
        pass


def test_another_preview_of_the_same_loop_waits_until_the_show_is_opened(desk: Desk) -> None:
    names: list[str] = []
    other = threading.Thread(target=lambda: names.extend(desk.names()))
    with desk.prepared() as (folder, _):
        desk.write("cues:\n  - clip: two.mp4\n")
        other.start()
        other.join(0.3)
        assert other.is_alive()
        assert (folder / "loop.edl").exists()
    other.join(ENOUGH_S)
    assert names == ["two.mp4"]
