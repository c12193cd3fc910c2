from pathlib import Path

import pytest

from installation.screens.drm import DrmScreen
from installation.screens.screen import Sight


def plug(sysfs: Path, connector: str, status: str, modes: str = "") -> None:
    folder = sysfs / connector
    folder.mkdir(exist_ok=True)
    (folder / "status").write_text(f"{status}\n")
    (folder / "modes").write_text(modes)


def screen(sysfs: Path, output: str = "auto") -> DrmScreen:
    return DrmScreen(output, sysfs, television=lambda on: on)


def test_a_screen_that_is_plugged_in_is_seen_with_its_size(tmp_path: Path) -> None:
    plug(tmp_path, "card0-HDMI-A-1", "connected", "1920x1080\n1280x720\n")
    plug(tmp_path, "card0-HDMI-A-2", "disconnected")
    found = screen(tmp_path)
    assert found.look() is Sight.HAS_SCREEN
    assert found.size == (1920, 1080)


def test_a_cable_that_is_pulled_out_is_missed_and_found_again(tmp_path: Path) -> None:
    found = screen(tmp_path)
    seen = []
    for status in ("connected", "disconnected", "connected"):
        plug(tmp_path, "card1-DP-1", status, "1920x1080i\n")
        seen.append(found.look())
    assert seen == [Sight.HAS_SCREEN, Sight.NO_SCREEN, Sight.HAS_SCREEN]
    assert found.size == (1920, 1080)


@pytest.mark.parametrize(
    ("name", "sight"),
    [
        ("HDMI-A-1", Sight.HAS_SCREEN),
        ("HDMI-1", Sight.HAS_SCREEN),
        ("HDMI-A-2", Sight.NO_SCREEN),
        ("DVI-1", Sight.NO_SCREEN),
        ("HDMI-A-9", Sight.HAS_SCREEN),  # misspelt: any will do
    ],
)
def test_the_connector_that_is_named_counts(tmp_path: Path, name: str, sight: Sight) -> None:
    plug(tmp_path, "card0-HDMI-A-1", "connected")
    plug(tmp_path, "card0-HDMI-A-2", "disconnected")
    plug(tmp_path, "card0-DVI-D-1", "disconnected")
    assert screen(tmp_path, name).look() is sight


def test_where_the_kernel_says_nothing_nothing_is_known(tmp_path: Path) -> None:
    assert screen(tmp_path / "absent").look() is Sight.UNKNOWN
    (tmp_path / "version").write_text("drm 1.1.0 20060810")
    (tmp_path / "card0").mkdir()
    plug(tmp_path, "card0-Writeback-1", "unknown")
    (tmp_path / "card0-eDP-1").mkdir()
    assert screen(tmp_path).look() is Sight.UNKNOWN


def test_only_the_television_can_be_switched(tmp_path: Path) -> None:
    found = screen(tmp_path)
    assert (found.power(on=True), found.power(on=False)) == (True, False)
    assert (found.wake(), found.grab()) == ((), None)
