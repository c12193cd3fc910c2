"""Every verb, run as people run it: what it says and with which exit code it ends."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.running import LOOP, run
from tests.glass.stage import Stage
from tests.glass.xserver import XServer


def lines(done: subprocess.CompletedProcess[str], word: str) -> list[str]:
    """What `check` says of one grade: ok, warning or problem."""
    return [" ".join(line.split()[1:]) for line in done.stdout.splitlines() if line.startswith(word)]


VERBS = ["start", "stop", "check", "timeline", "preview", "status", "drill", "log", "footage"]


@pytest.mark.parametrize("verb", [[], *([verb] for verb in VERBS)])
def test_help_says_what_a_verb_does(verb: list[str]) -> None:
    done = run(*verb, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: ")
    if not verb:
        assert [line.split()[0] for line in done.stdout.partition("Commands:\n")[2].splitlines()] == sorted(
            VERBS, key=lambda known: done.stdout.index(f"\n  {known} ")
        )
        assert set(VERBS) <= set(done.stdout.split())
    assert "..." not in done.stdout.replace("[ARGS]...", "")


def test_a_verb_that_does_not_exist_is_told() -> None:
    done = run("paly")
    assert done.returncode == 2
    assert "paly" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "verb", [["check"], ["timeline"], ["preview"], ["footage", "list"], ["footage", "seal"], ["start"]]
)
def test_a_config_folder_that_does_not_exist_is_told(verb: list[str], tmp_path: Path) -> None:
    done = run(*verb, "--config", tmp_path / "nowhere")
    assert done.returncode == 2
    told = f"There is no folder {tmp_path / 'nowhere'}. Name the one that holds loop.yaml with --config DIR.\n"
    assert done.stderr == told


def test_an_archive_without_a_seal_is_ready_with_warnings(stage: Stage) -> None:
    done = stage.run("check")
    assert done.returncode == 1
    assert "fixity the archive is not sealed; `installation footage seal` does it" in lines(done, "warning")
    assert "config 3 cues, a loop of 7 s" in lines(done, "ok")
    assert f"footage 2 clips of {stage.footage}" in lines(done, "ok")
    assert "show 2 exhibition copies will be made at the start" in lines(done, "ok")
    assert done.stdout.splitlines()[-1] == "Ready, but look at the warnings above."
    assert not stage.state.exists()


def test_a_silent_stage_that_wants_no_screen_and_is_sealed_is_ready(stage: Stage) -> None:
    stage.loop("cues:\n  - clip: one.mp4\n")
    assert stage.run_here("footage", "seal").returncode == 0
    assert stage.run_here("footage", "risk", "--show").returncode == 0
    done = stage.run_here("check")
    assert "flashes no second with three flashes or more, by WCAG 2.3.1 and BT.1702" in lines(done, "ok")
    assert "fixity every clip of the loop is as it was sealed" in lines(done, "ok")
    assert "sound the loop is silent" in lines(done, "ok")
    warnings = [line for line in lines(done, "warning") if not line.startswith("fonts")]  # as this machine has them
    assert warnings == []
    if not lines(done, "warning"):
        assert done.returncode == 0
        assert done.stdout.splitlines()[-1] == "Ready."


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb on the path")
def test_a_screen_answers_or_is_a_problem(stage: Stage) -> None:
    stage.kiosk("")
    with XServer() as glass:
        stage.display = glass.display
        assert f"screen the X display {glass.display} answers" in lines(stage.run("check"), "ok")
    done = stage.run("check")
    assert done.returncode == 2
    told = f"screen the X display {glass.display} does not answer, or has no screen; start it, or look at the cable"
    assert lines(done, "problem") == [told]


def test_a_mistake_is_a_problem(stage: Stage) -> None:
    stage.loop(LOOP + "    fadein: 2\n")
    done = stage.run_here("check")
    assert done.returncode == 2
    (problem,) = lines(done, "problem")
    assert problem.endswith("loop.yaml:7:5: unknown key 'fadein'. Did you mean 'fade_in'?")
    assert done.stdout.splitlines()[-1] == "Not ready: please mend the problems above."


def test_a_loop_that_cannot_be_read_has_nothing_else_told_of_it(stage: Stage) -> None:
    stage.loop("cues: [\n")
    done = stage.run_here("check")
    assert done.returncode == 2
    assert len(lines(done, "problem")) == 1
    assert [line.split()[0] for line in lines(done, "ok") if not line.startswith("fonts")] == ["hours", "screen"]


def test_a_clip_that_is_not_what_was_sealed_is_a_problem(stage: Stage) -> None:
    stage.run_here("footage", "seal")
    (stage.footage / "one.mp4").write_bytes((stage.footage / "two.mp4").read_bytes())
    done = stage.run_here("check")
    assert done.returncode == 2
    assert lines(done, "problem") == ["fixity one.mp4 is not what was sealed; put the master back"]


def test_clips_that_came_after_the_seal_are_a_warning(stage: Stage) -> None:
    stage.run_here("footage", "seal")
    names = [f"new-{number}.mp4" for number in range(5)]
    for number, name in enumerate(names):
        (stage.footage / name).write_bytes((stage.footage / "one.mp4").read_bytes() + bytes(8 * number))
    stage.loop(LOOP + "".join(f"  - clip: {name}\n" for name in names))
    told = "fixity new-0.mp4, new-1.mp4, new-2.mp4 and 2 more are not sealed; `installation footage seal` does it"
    assert told in lines(stage.run_here("check"), "warning")


def test_a_still_that_is_cut_short_is_a_problem_before_it_is_copied(stage: Stage) -> None:
    whole = stage.footage / "whole.jpg"
    Image.effect_noise((320, 180), 80).save(whole)
    (stage.footage / "cut.jpg").write_bytes(whole.read_bytes()[:-3000])
    stage.loop(LOOP + "  - still: whole.jpg\n    for: 2\n  - still: cut.jpg\n    for: 2\n")
    (told,) = lines(stage.run_here("check"), "problem")
    assert told.startswith("footage cut.jpg is damaged or cut short")


def test_a_state_folder_that_cannot_be_written_is_a_problem(stage: Stage) -> None:
    stage.state.write_text("a file stands in its place")
    stage.state = stage.state / "state"
    done = stage.run_here("check")
    assert done.returncode == 2
    told = f"state {stage.state} cannot be written by this user; name another folder with --state DIR"
    assert lines(done, "problem") == [told]


def test_a_dry_run_needs_no_state_folder(stage: Stage) -> None:
    stage.state.write_text("a file stands in its place")
    stage.state = stage.state / "state"
    assert stage.run_here("timeline").returncode == 0
    assert stage.run_here("footage", "list").returncode == 0
    assert stage.run("status").returncode == 3
    assert stage.run("stop").returncode == 3


def test_a_check_of_known_footage_needs_no_media_library(stage: Stage) -> None:
    stage.state.mkdir()
    assert stage.run("check").returncode == 1
    script = (
        "import sys\nfrom installation import cli\n"
        "try:\n    cli.main()\nfinally:\n"
        "    print([name for name in ('av', 'cv2', 'mpv', 'numpy', 'rich') if name in sys.modules], file=sys.stderr)\n"
    )
    folders = ["--config", str(stage.config), "--state", str(stage.state)]
    command = [sys.executable, "-c", script, "check", *folders]
    done = subprocess.run(command, env=stage.environ(), capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "[]\n"


def test_the_timeline_is_a_table_of_the_cues(stage: Stage) -> None:
    done = stage.run("timeline")
    assert done.returncode == 0
    assert done.stderr == ""
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[:4] == [
        ["start", "length", "cue", "how", "plays", "from"],
        ["1", "0:00", "0:02.5", "one.mp4", "out", "0:00.5,", "hold", "2", "s", "master,", "copy", "(a", "hold)"],
        ["2", "0:02.5", "0:03", "black", "copy", "(a", "black)"],
        ["3", "0:05.5", "0:01.5", "two.mp4", "master"],
    ]
    assert done.stdout.splitlines()[4] == "The loop lasts 0:07, 0:03 of it black, 2 exhibition copies."
    assert not stage.state.exists()


def test_the_timeline_tells_how_a_cue_is_shown(stage: Stage) -> None:
    stage.loop(
        "fade_in: 0.5\ncues:\n"
        "  - clip: two.mp4\n    in: 0.5\n    times: 3\n    sound: off\n"
        "  - title: {zh-Hant: 平安城市計劃, en: Safe City Project}\n    for: 4\n    crossfade: 1\n"
        "  - black: 1\n    caption: {zh-Hant: 路口, en: A crossing}\n"
    )
    rows = [" ".join(line.split()) for line in stage.run_here("timeline").stdout.splitlines()]
    assert rows[1].startswith("1 0:00 0:03 two.mp4 in 0:00.5, 3 times, fade in 0.5 s, sound off copy (a fade)")
    assert rows[2].startswith("2 0:03 0:03 平安城市計劃 / Safe City Project crossfade 1 s copy")
    assert rows[3].startswith("3 0:06 0:01 black caption 路口 / A crossing copy")


def test_the_timeline_shows_the_order_of_the_first_iteration_and_the_numbers_of_the_file(stage: Stage) -> None:
    stage.loop("order: reversed\n" + LOOP)
    rows = [line.split() for line in stage.run_here("timeline").stdout.splitlines()]
    assert rows[0][:2] == ["no.", "start"]
    assert [(row[0], row[1], row[4]) for row in rows[1:4]] == [
        ("1", "3", "two.mp4"),
        ("2", "2", "black"),
        ("3", "1", "one.mp4"),
    ]


def test_the_timeline_shows_what_can_play_beside_the_mistakes(stage: Stage) -> None:
    stage.loop(LOOP + "  - clip: three.mp4\n")
    done = stage.run_here("timeline")
    assert done.returncode == 2
    assert "one.mp4" in done.stdout
    told = "Without what has mistakes, the loop lasts 0:07, 0:03 of it black, 2 exhibition copies."
    assert done.stdout.splitlines()[-1] == told
    assert done.stderr.endswith("loop.yaml:7:11: three.mp4 is not in the footage folder. Did you mean 'two.mp4'?\n")


@pytest.mark.parametrize(("name", "head"), [("loop.png", b"\x89PNG"), ("loop.pdf", b"%PDF")])
def test_the_timeline_is_drawn(stage: Stage, tmp_path: Path, name: str, head: bytes) -> None:
    done = stage.run("timeline", "--picture", str(tmp_path / name))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"Drawn: {tmp_path / name}."
    assert (tmp_path / name).read_bytes().startswith(head)
    assert not stage.state.exists()


def test_what_can_play_beside_the_mistakes_is_drawn_too(stage: Stage, tmp_path: Path) -> None:
    stage.loop(LOOP + "  - clip: three.mp4\n")
    assert stage.run_here("timeline", "--picture", str(tmp_path / "loop.png")).returncode == 2
    assert (tmp_path / "loop.png").exists()


@pytest.mark.parametrize("loop", ["cues: [\n", "cues:\n  - clip: three.mp4\n"])
def test_a_loop_without_a_cue_is_not_drawn(stage: Stage, tmp_path: Path, loop: str) -> None:
    stage.loop(loop)
    done = stage.run_here("timeline", "--picture", str(tmp_path / "loop.png"))
    assert (done.returncode, done.stdout) == (2, "")
    assert not (tmp_path / "loop.png").exists()


@pytest.mark.parametrize("name", ["loop.gif", "nowhere/loop.png", "."])
def test_a_picture_that_cannot_be_is_told_before_anything_is_read(stage: Stage, tmp_path: Path, name: str) -> None:
    done = stage.run_here("timeline", "--picture", str(tmp_path / name))
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_preview_needs_a_display(stage: Stage) -> None:
    done = stage.run("preview")
    assert done.returncode == 2
    assert done.stderr.endswith("No window can be opened here: there is no display that answers.\n")
    assert "Traceback" not in done.stderr


def test_a_preview_of_a_loop_with_mistakes_tells_them(stage: Stage) -> None:
    stage.loop("cues:\n  - clip: three.mp4\n  - clip: one.mp4\n    colour: 2\n")
    done = stage.run("preview")
    assert done.returncode == 2
    assert "loop.yaml:2:11: three.mp4 is not in the footage folder" in done.stderr
    assert "loop.yaml:4:5: unknown key 'colour'" in done.stderr
    assert done.stderr.endswith("\nNothing of the loop can play.\n")


@pytest.mark.parametrize("asked", ["--from", "--join"])
def test_a_preview_is_asked_for_a_cue_that_there_is(stage: Stage, asked: str) -> None:
    done = stage.run("preview", asked, "4")
    assert (done.returncode, done.stderr) == (2, "There is no cue 4: the loop has 3 cues.\n")
    done = stage.run("preview", asked, "mp4")
    assert (done.returncode, done.stderr) == (2, "'mp4' may be any of the cues 1, 3. Give one number.\n")
    assert [path.name for path in stage.state.iterdir()] == ["preview"]


def test_nothing_runs_here(stage: Stage) -> None:
    for verb in (["status"], ["stop"], ["drill"]):
        done = stage.run(*verb)
        assert (done.returncode, done.stdout) == (3, "The installation is not running.\n")
    done = stage.run("status", "--json")
    assert (done.returncode, done.stdout) == (3, "{}\n")


def test_a_lock_that_nobody_holds_is_no_installation(stage: Stage) -> None:
    (stage.state / "run").mkdir(parents=True)
    (stage.state / "run" / "lock").write_text(f"{os.getpid()}\n")
    assert stage.run("status").returncode == 3
    assert stage.run("stop").returncode == 3


@pytest.fixture
def held(stage: Stage) -> Iterator[None]:
    """A lock held by a process that is no watchdog and writes no status."""
    (stage.state / "run").mkdir(parents=True)
    with (stage.state / "run" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.mark.usefixtures("held")
def test_a_running_installation_whose_status_is_damaged_does_not_confuse_status(stage: Stage) -> None:
    (stage.state / "run" / "status.json").write_bytes(bytes(300))
    done = stage.run("status")
    assert done.returncode in (1, 3)
    assert "Traceback" not in done.stderr


NOW = datetime.now().astimezone()
LOG = [
    (timedelta(days=9), "OPEN     Good morning. The loop has 3 cues and lasts 7 s."),
    (timedelta(days=3), "ACTION   The screen has been gone for two minutes. Please check its cable and its power."),
    (timedelta(minutes=90), "OPEN     Good morning. The loop has 3 cues and lasts 7 s."),
    (timedelta(minutes=80), "FIXED    The player ended. The picture was back after 0.8 s. Nothing to do."),
    (timedelta(minutes=1), "CLOSED   Good night."),
]


@pytest.fixture
def logged(stage: Stage) -> Stage:
    """A stage with a log of five lines."""
    (stage.state / "log").mkdir(parents=True)
    now = datetime.now().astimezone()  # not NOW: a long run may come to these tests minutes after it began
    text = "".join(f"{now - ago:%Y-%m-%d %H:%M:%S}  {said}\n" for ago, said in LOG)
    (stage.state / "log" / "installation.log").write_text(text)
    return stage


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ([], [0, 1, 2, 3, 4]),
        (["--since", "4 days"], [1, 2, 3, 4]),
        (["--since", "4 days ago"], [1, 2, 3, 4]),
        (["--since", "85 min"], [3, 4]),
        (["--since", "1 hour"], [4]),
        (["--since", "1w"], [1, 2, 3, 4]),
        (["--since", f"{NOW - timedelta(days=3, minutes=1):%Y-%m-%d %H:%M}"], [1, 2, 3, 4]),
        (["--since", f"{NOW - timedelta(days=5):%Y-%m-%d}"], [1, 2, 3, 4]),
        (["--problems"], [1, 3]),
        (["--problems", "--since", "2 hours"], [3]),
    ],
)
def test_the_log_is_shown_from_a_time_on(logged: Stage, options: list[str], shown: list[int]) -> None:
    done = logged.run_here("log", *options)
    assert done.returncode == 0
    assert [line[21:] for line in done.stdout.splitlines()] == [LOG[number][1] for number in shown]


def test_a_log_with_nothing_to_show_says_so(logged: Stage) -> None:
    done = logged.run_here("log", "--problems", "--since", "5 min")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Nothing of that is in the log.\n")


def test_a_time_that_is_none_is_told_with_what_to_write(logged: Stage) -> None:
    done = logged.run_here("log", "--since", "yesterdayish")
    assert done.returncode == 2
    told = "'yesterdayish' is no time; write a day (2026-11-20), an hour of today (14:30) or '2 days'.\n"
    assert done.stderr == told


def test_debug_shows_where_an_error_comes_from(stage: Stage) -> None:
    done = stage.run("footage", "verify", "--debug")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


HOURS = """
screen: {kind: none}
hours: {timezone: Asia/Hong_Kong, open: {monday-sunday: 0:00-24:00}, closed_on: [2019-01-01]}
"""


def test_check_and_timeline_tell_of_the_hours_and_of_the_clock(stage: Stage) -> None:
    assert "hours The wall is always open." in lines(stage.run("check"), "ok")
    stage.kiosk(HOURS)
    (told,) = (line for line in lines(stage.run("check"), "ok") if line.startswith("hours"))
    assert re.fullmatch(r"hours The wall is always open\. Now it is [A-Z]\w+day [012]\d:\d\d \(HKT\)\.", told)
    stage.kiosk(HOURS.replace("0:00-24:00", "0:00-23:59"))
    said = stage.run("timeline").stdout.splitlines()[-1]
    assert said in ("The wall is open until 23:59.", "The wall is closed until tomorrow 00:00.")
