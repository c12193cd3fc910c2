"""The verbs of the archive, run as people run them."""

import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.running import run
from tests.flash.nights import flat
from tests.footage.pictures import DISPLAY_P3, rgb_profile
from tests.glass.stage import Stage


def test_the_footage_is_listed_with_what_it_really_holds(stage: Stage) -> None:
    done = stage.run("footage", "list")
    assert done.returncode == 0
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[1] == ["one.mp4", "0:01", "30", "30", "320×180", "h264", "silent"]
    assert rows[2] == ["two.mp4", "0:01.5", "45", "30", "320×180", "h264", "aac", "48", "kHz"]
    assert rows[3] == ["2", "clips", "in", f"{stage.footage}."]


def test_a_clip_that_cannot_be_used_is_listed_with_its_reason(stage: Stage) -> None:
    (stage.footage / "three.mp4").touch()
    done = stage.run_here("footage", "list")
    assert done.returncode == 1
    assert "one.mp4" in done.stdout
    assert done.stderr == "three.mp4 is empty (0 bytes). Copy it again from the master.\n"


def test_flashes_are_told_to_people_and_to_programs_and_drawn(tmp_path: Path) -> None:
    clip = flat(tmp_path / "夜.mp4", [40] * 25 + [160] + [40] * 49)
    done = run("footage", "flashes", clip, "--state", tmp_path / "state")
    assert (done.returncode, done.stderr) == (0, "")
    assert "0:01" in done.stdout
    assert done.stdout.splitlines()[-1] == "1 flash in 0:03, 20 a minute."
    drawn = tmp_path / "light.png", tmp_path / "flashes.pdf"
    asked = "--state", tmp_path / "state", "--json", "--plot", drawn[0], "--sheet", drawn[1]
    again = run("footage", "flashes", clip, tmp_path / "missing.mp4", *asked)
    assert again.returncode == 1
    assert again.stderr.splitlines()[-1] == "missing.mp4 cannot be read: No such file or directory."
    ((name, frame),) = [(one["file"], flash["frame"]) for one in json.loads(again.stdout) for flash in one["flashes"]]
    assert (name, frame) == (str(clip), 25)
    assert [path.read_bytes()[:4] for path in drawn] == [b"\x89PNG", b"%PDF"]


def test_flashes_found_afresh_are_not_kept_and_without_any_no_sheet_is_drawn(tmp_path: Path) -> None:
    clip = flat(tmp_path / "night.mp4", [40] * 50)
    sheet = tmp_path / "sheet.png"
    done = run("footage", "flashes", clip, "--no-cache", "--state", tmp_path / "state", "--sheet", sheet)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "0 flashes in 0:02.")
    assert done.stderr == "No flash was found, and no sheet was drawn.\n"
    assert not (tmp_path / "state" / "probes.json").exists()
    assert not sheet.exists()


def test_stills_are_listed_with_what_they_really_hold(stage: Stage) -> None:
    photograph = Image.new("RGB", (120, 80), "brown")
    exif = Image.Exif()
    exif[274] = 6  # turned by a quarter
    photograph.save(stage.footage / "surv-021.jpg", exif=exif, icc_profile=rgb_profile("Display P3", DISPLAY_P3, None))
    photograph.save(stage.footage / "surv-022.tif", icc_profile=b"broken")
    photograph.save(stage.footage / "surv-023.png", "JPEG")
    (stage.footage / "surv-024.jpg").write_bytes((stage.footage / "surv-021.jpg").read_bytes()[:-99])
    done = stage.run_here("footage", "list")
    assert done.returncode == 1
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[4] == ["file", "size", "format", "colour", "profile"]
    assert rows[5] == ["surv-021.jpg", "80×120", "JPEG", "Display", "P3"]
    assert rows[6] == ["surv-022.tif", "120×80", "TIFF", "unusable:", "sRGB"]
    assert rows[7] == ["surv-023.png", "120×80", "JPEG", "none:", "sRGB"]
    assert rows[8] == ["2", "clips", "and", "3", "stills", "in", f"{stage.footage}."]
    assert done.stderr == "surv-024.jpg is damaged or cut short and cannot be shown. Copy it again from the master.\n"


def test_an_archive_without_a_clip_is_an_empty_list(stage: Stage) -> None:
    for clip in stage.footage.iterdir():
        clip.unlink()
    done = stage.run_here("footage", "list")
    assert done.returncode == 0
    assert done.stdout.splitlines()[1] == f"0 clips in {stage.footage}."


def test_an_archive_is_sealed_and_then_intact(stage: Stage) -> None:
    done = stage.run("footage", "seal")
    assert (done.returncode, done.stdout) == (0, f"Sealed: 2 files, in {stage.footage / 'SHA256SUMS'}.\n")
    done = stage.run("footage", "verify")
    assert (done.returncode, done.stdout) == (0, "2 files as sealed.\n")
    proof = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=stage.footage, capture_output=True, text=True)
    assert proof.returncode == 0


def test_what_changed_went_and_came_is_told(stage: Stage) -> None:
    stage.run_here("footage", "seal")
    (stage.footage / "three.mp4").write_bytes((stage.footage / "one.mp4").read_bytes())
    done = stage.run_here("footage", "verify")
    assert (done.returncode, done.stdout) == (0, "new: three.mp4\n2 files as sealed.\n")
    with (stage.footage / "one.mp4").open("ab") as clip:
        clip.write(b"\0")
    (stage.footage / "two.mp4").unlink()
    done = stage.run_here("footage", "verify")
    assert done.returncode == 1
    assert done.stdout == "changed: one.mp4\nmissing: two.mp4\nnew: three.mp4\n0 files as sealed.\n"
    done = stage.run_here("footage", "seal")
    assert done.returncode == 0
    assert done.stdout.startswith(
        "changed since the last seal: one.mp4\ngone since the last seal: two.mp4\nSealed: 2 files"
    )


def test_an_archive_that_was_never_sealed_cannot_be_verified(stage: Stage) -> None:
    done = stage.run_here("footage", "verify")
    assert done.returncode == 2
    assert done.stderr == "The footage folder was never sealed: it has no SHA256SUMS. Seal it first.\n"


def test_a_mistake_in_kiosk_yaml_leaves_no_archive_to_work_on(stage: Stage) -> None:
    stage.kiosk("footage: [a]\n")
    for verb in ("list", "seal", "verify"):
        done = stage.run_here("footage", verb)
        assert done.returncode == 2
        assert "kiosk.yaml:1:10: 'footage' must be a single value" in done.stderr
        assert "Traceback" not in done.stderr


def test_the_risk_of_a_clip_and_of_the_loop_is_told(stage: Stage) -> None:
    done = stage.run("footage", "risk", "--show", "--json")
    assert done.returncode == 0, done
    assert [one["file"] for one in json.loads(done.stdout)] == ["show"]
    done = stage.run("footage", "risk", "one.mp4", "--plot", str(stage.state / "one.png"))
    assert "WCAG 2.3.1  pass" in done.stdout
    with Image.open(stage.state / "one.png") as drawn:
        assert drawn.size == (3508, 2480)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "Name clips, or say --show"),
        (["one.mp4", "--sign", "sign.pdf"], "say --show too"),
        (["one.mp4", "two.mp4", "--plot", "light.png"], "--plot draws one clip"),
        (["--show", "--sign", "sign.gif"], "sign.gif is no name for the picture"),
        (["--show", "--distance", "3"], "belong together"),
    ],
)
def test_what_cannot_be_asked_of_the_risk_is_told(stage: Stage, options: list[str], told: str) -> None:
    done = stage.run("footage", "risk", *options)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_clip_that_cannot_be_judged_is_told_after_the_others(stage: Stage) -> None:
    cut = stage.footage / "cut.mp4"
    cut.write_bytes((stage.footage / "one.mp4").read_bytes()[:-300])
    done = stage.run_here("footage", "risk", "cut.mp4", "one.mp4", "thee.mp4", "two.mp4")
    assert done.returncode == 2
    assert [line.split()[0] for line in done.stdout.splitlines() if line[0] != " "] == ["one.mp4", "two.mp4"]
    told = done.stderr.splitlines()
    assert len(told) == 2
    assert told[0].startswith("cut.mp4 ")
    assert told[1].startswith("thee.mp4 is not in the footage folder.")


def test_a_clip_that_flashes_too_fast_is_due_a_sign(stage: Stage) -> None:
    flat(stage.footage / "fast.mp4", [40] * 25 + [200, 40, 40] * 8 + [40] * 25)
    assert stage.run_here("footage", "risk", "fast.mp4", "one.mp4").returncode == 1
    again = stage.run_here("footage", "risk", "fast.mp4", "--json")
    ((name, verdict),) = [(one["file"], one["standards"]["bt.1702"]["verdict"]) for one in json.loads(again.stdout)]
    assert (again.returncode, name, verdict) == (1, "fast.mp4", "fail")


def test_who_looks_sees_how_long_it_will_take(tmp_path: Path) -> None:
    clip = flat(tmp_path / "night.mp4", [40] * 400)
    verb = ["footage", "flashes", str(clip), "--state", str(tmp_path / "state")]
    ours, theirs = pty.openpty()
    command, environ = [sys.executable, "-m", "installation", *verb], {**os.environ, "TERM": "xterm"}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=theirs):
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # how a terminal ends
            while part := os.read(ours, 65536):
                shown += part
    os.close(ours)
    plain = re.sub(rb"\x1b\[[\d;?]*[A-Za-z]", b"", shown).decode()
    assert "finding flashes " in plain
    assert " 100% 0:00:00" in plain
