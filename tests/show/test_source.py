from pathlib import Path

import pytest

from installation.show import source
from installation.show.model import Settings

LOOP = "cues:\n  - clip: a.mp4\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "loop.yaml").write_text(LOOP)
    return folder


def archive_of(read: source.Source) -> Path:
    assert read.archive
    return read.archive.folder


def test_a_missing_kiosk_yaml_means_the_defaults(config: Path) -> None:
    read = source.read(config)
    assert not read.problems
    footage = config.parent / "footage"
    assert (read.settings, archive_of(read)) == (Settings(footage=str(footage)), footage)


@pytest.mark.parametrize(("written", "found"), [("clips", "config/clips"), ("../x", "x"), ("/srv", "/srv")])
def test_footage_is_found_from_the_folder_of_its_file(config: Path, written: str, found: str) -> None:
    (config / "kiosk.yaml").write_text(f"footage: {written}\n")
    assert archive_of(source.read(config)) == config.parent / found


def test_what_a_show_has_kept_is_read_with_paths_that_start_where_they_did(config: Path, tmp_path: Path) -> None:
    kept = tmp_path / "state" / "show"
    kept.mkdir(parents=True)
    (kept / "loop.yaml").write_text(LOOP)
    (kept / "kiosk.yaml").write_text("footage: clips\n")
    assert archive_of(source.read(kept, base=config)) == config / "clips"
    (kept / "loop.yaml").write_text(LOOP + "    fadein: 2\n")
    assert str(source.read(kept, base=config).problems[0]).startswith("the last good loop.yaml:")


def test_a_missing_loop_is_told(config: Path) -> None:
    (config / "loop.yaml").unlink()
    read = source.read(config)
    assert read.loop is None
    assert "loop.yaml is not there: write one" in str(read.problems[0])


@pytest.mark.parametrize("name", ["loop.yaml", "kiosk.yaml"])
def test_a_folder_in_the_place_of_a_file_is_told(config: Path, name: str) -> None:
    (config / name).unlink(missing_ok=True)
    (config / name).mkdir()
    assert [problem for problem in source.read(config).problems if "is not a regular file" in str(problem)]


def test_the_mistakes_of_both_files_are_told_and_what_is_right_is_kept(config: Path) -> None:
    (config / "loop.yaml").write_text(LOOP + "    fadein: 2\n  - black: 1\n")
    (config / "kiosk.yaml").write_text("screen: {kindd: x11}\n")
    read = source.read(config)
    assert len(read.problems) == 2
    assert read.loop
    assert len(read.loop.cues) >= 1


def test_every_key_of_kiosk_yaml_reaches_player_and_watchdog(config: Path) -> None:
    (config / "kiosk.yaml").write_text(
        "screen: {kind: x11, output: HDMI-1, rotate: 90, fit: cover}\nsound: {device: alsa/hdmi, volume: 5}\n"
        "after_restart: start\nwatchdog: {patience: 1.5s, memory: 512MiB}\nlog: {keep: 7 days}\n"
    )
    assert source.read(config).settings == Settings(
        screen="x11",
        output="HDMI-1",
        rotate=90,
        fit="cover",
        device="alsa/hdmi",
        volume=5,
        after_restart="start",
        patience_s=1.5,
        memory_bytes=512 * 1024**2,
        keep_days=7,
        footage=str(config.parent / "footage"),
    )


def test_sound_off_is_no_sound(config: Path) -> None:
    (config / "kiosk.yaml").write_text("sound: off\n")
    assert source.read(config).settings.sound is False
