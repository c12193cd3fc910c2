"""Whatever an artist saves or a technician copies: a sentence for people, never a traceback, and the wall goes on."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from installation.places import Places
from tests.glass.marked import make_clip
from tests.glass.stage import Stage
from tests.show.dumping import prepare

GOOD = "cues:\n  - clip: good.mp4\n    out: 0.5\n"
SMALL = (320, 180)
NO_SCREEN = "screen: {kind: none}\n"

CASES: dict[str, tuple[str, list[str]]] = {
    "no YAML": ("cues:\n  - clip: good.mp4\n   out: 1\n", [r"3:4: this line is not indented like the lines"]),
    "an open bracket": ("cues: [\n", [r"2:1: a value is missing here, or a bracket before it is not closed"]),
    "an empty file": ("", [r"1:1: the file is empty"]),
    "nothing but a comment": ("# later\n", [r"1:1: the file is empty"]),
    "binary": ("cues:\n  - clip: \x00\x01\n", [r"2:11: an invisible character \(U\+0000\)"]),
    "aliases that explode": (
        "a: &a [x, x]\nb: &b [*a, *a]\ncues: [*b, *b]\n",
        [
            r"1:1: unknown key 'a'",
            r"1:4: '&a' gives this part a name",
            r"2:1: unknown key 'b'",
            r"2:4: '&b' gives this part a name",
            r"2:8: '\*a' repeats another part",
            r"2:12: '\*a' repeats another part",
            r"3:8: '\*b' repeats another part",
            r"3:12: '\*b' repeats another part",
        ],
    ),
    "deep nesting": ("cues: " + "[" * 5000 + "\n", [r"1:\d+: brackets or indentation go deeper than 20 levels"]),
    "a key twice": ("gap: 1\ngap: 2\n" + GOOD, [r"2:1: 'gap' stands here twice, first in line 1, again in line 2"]),
    "a tag": ("seed: !!int 5\n" + GOOD, [r"1:7: a value that begins with '!'"]),
    "a list for a text": ("cues:\n  - clip: [a, b]\n", [r"2:11: 'clip' must be a single value"]),
    "a text for a list": ("cues: good.mp4\n", [r"1:7: 'cues' must be a list"]),
    "a text for everything": ("good.mp4\n", [r"1:1: the file must consist of keys"]),
    "a word for a number": (GOOD + "    times: twice\n", [r"4:12: 'times' must be a whole number from 1 to 1000"]),
    "a number for a switch": (GOOD + "    sound: yes\n", [r"4:12: 'sound' must be on or off, not 'yes'"]),
    "an unknown order": (
        "order: random\n" + GOOD,
        [r"1:8: 'order' must be 'listed', 'reversed', 'shuffled', 'calm to bright'"],
    ),
    "an unknown key": (GOOD + "    fadein: 2\n", [r"4:5: unknown key 'fadein'. Did you mean 'fade_in'\?"]),
    "a wrong key and a missing clip in one cue": (
        "cues:\n  - clip: god.mp4\n    fadein: 2\n  - clip: good.mp4\n",
        [r"2:11: god.mp4 is not in the footage folder. Did you mean 'good.mp4'\?", r"3:5: unknown key 'fadein'"],
    ),
    "a wrong time and another beyond the end": (
        "cues:\n  - clip: good.mp4\n    in: soon\n    out: 0:16.5\n",
        [r"3:9: 'in' is not right: 'soon'", r"4:10: out point 0:16.5 lies after the end of good.mp4"],
    ),
    "a key of another kind": ("cues:\n  - black: 3\n    hold: 2\n", [r"3:5: 'hold' does not go with 'black'"]),
    "a still without its length": ("cues:\n  - still: day.jpg\n", [r"2:5: 'for' is missing: write how long it is"]),
    "a picture for a clip": ("cues:\n  - clip: day.jpg\n", [r"2:11: 'clip' is a picture \('day.jpg'\): write 'still'"]),
    "a clip for a picture": (
        "cues:\n  - still: good.mp4\n    for: 3\n",
        [r"2:12: 'still' is a video \('good.mp4'\): write 'clip'"],
    ),
    "a language with an underscore": (
        GOOD + "    caption: {zh_Hant: 夜}\n",
        [r"4:15: 'zh_Hant' must be a language such as en or zh-Hant, not 'zh_Hant'. Did you mean 'zh-Hant'\?"],
    ),
    "a full-width space": (GOOD + "\u3000   times: 2\n", [r"4:1: this is not an ordinary space"]),
    "a full-width colon": (GOOD + "    times：2\n", [r"4:10: this colon is a full-width one"]),
    "no space after a colon": (
        "cues:\n  - clip:good.mp4\n    out: 0.5\n",
        [r"2:9: a space is missing after this colon"],
    ),
    "a tab": (GOOD + "\ttimes: 2\n", [r"4:1: a tab stands here: use spaces instead"]),
    "typographic quotes": ("cues:\n  - clip: “good.mp4”\n", [r"2:11: this quote is a typographic one"]),
    "a key written wrongly": (GOOD.replace("out", "otu"), [r"3:5: unknown key 'otu'. Did you mean 'out'\?"]),
    "a negative time": (GOOD + "    in: -1\n", [r"4:9: 'in' is not right: '-1' is negative"]),
    "a time that is none": (GOOD + "    in: soon\n", [r"4:9: 'in' is not right: 'soon' is not a time; write 90"]),
    "times the wrong way round": (
        "cues:\n  - clip: good.mp4\n    in: 0.8\n    out: 0.2\n",
        [r"4:10: out point 0:00.2 does not lie after the in point 0:00.8; swap them."],
    ),
    "out beyond the end": (
        "cues:\n  - clip: good.mp4\n    out: 0:16.5\n",
        [r"3:10: out point 0:16.5 lies after the end of good.mp4 \(0:01\)."],
    ),
    "in beyond the end": ("cues:\n  - clip: good.mp4\n    in: 5\n", [r"3:9: in point 0:05 lies after the end"]),
    "a missing clip": (
        "cues:\n  - clip: god.mp4\n",
        [r"2:11: god.mp4 is not in the footage folder. Did you mean 'good.mp4'\?"],
    ),
    "a path with dots": ("cues:\n  - clip: ../secret.mp4\n", [r"2:11: 'clip' must name a file inside the footage"]),
    "an absolute path": ("cues:\n  - clip: /etc/passwd\n", [r"2:11: 'clip' must name a file inside the footage"]),
    "a link to the outside": (
        "cues:\n  - clip: outside.mp4\n",
        [r"2:11: outside.mp4 is a link that leads outside the footage folder"],
    ),
    "a link to itself": ("cues:\n  - clip: circle.mp4\n", [r"2:11: circle.mp4 "]),
    "a folder": ("cues:\n  - clip: folder.mp4\n", [r"2:11: folder.mp4 is a folder, not a file."]),
    "a named pipe": ("cues:\n  - clip: pipe.mp4\n", [r"2:11: pipe.mp4 is a named pipe, not a file."]),
    "an EDL called .mp4": ("cues:\n  - clip: edl.mp4\n", [r"2:11: edl.mp4 is not a video: it holds plain text."]),
    "a playlist called .mp4": ("cues:\n  - clip: m3u.mp4\n", [r"2:11: m3u.mp4 is not a video: it holds plain text."]),
    "a text called .mp4": ("cues:\n  - clip: text.mp4\n", [r"2:11: text.mp4 is not a video: it holds plain text."]),
    "a picture called .mp4": ("cues:\n  - clip: png.mp4\n", [r"2:11: png.mp4 is not a video: it is a still picture"]),
    "a lavfi address": ("cues:\n  - clip: av://lavfi:testsrc\n", [r"2:11: av://lavfi:testsrc is not in the footage"]),
    "half an MP4": ("cues:\n  - clip: half.mp4\n", [r"2:11: half.mp4 is cut short: its index is missing"]),
    "half a fast-start MP4": ("cues:\n  - clip: half-fast.mp4\n", [r"2:11: half-fast.mp4 is cut short: it promises"]),
    "a file of 0 bytes": ("cues:\n  - clip: zero.mp4\n", [r"2:11: zero.mp4 is empty \(0 bytes\). Copy it again"]),
    "everything at once": (
        "gap: soon\ncues:\n  - clip: zero.mp4\n  - clip: good.mp4\n    in: 9\n  - blak: 3\n  - clip: 99.mp4\n",
        [
            r"1:6: 'gap' is not right",
            r"3:11: zero.mp4 is empty",
            r"5:9: in point 0:09 lies after the end",
            r"6:5: cue 3 has no kind.*'black'",
            r"7:11: 99.mp4 is not in the footage folder",
        ],
    ),
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Footage good and bad, and a good show."""
    stage = Stage(tmp_path_factory.mktemp("bad input") / "kiosk")
    footage = stage.footage
    make_clip(footage / "good.mp4", 1, 30, size=SMALL)
    whole = make_clip(stage.footage / "long.mp4", 2, 150, size=SMALL).read_bytes()
    (footage / "half.mp4").write_bytes(whole[: len(whole) // 2])
    fast = footage / "fast.mp4"
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        str(footage / "long.mp4"),
        "-c",
        "copy",
        "-movflags",
        "+faststart",
        str(fast),
    ]
    subprocess.run(command, check=True)
    (footage / "half-fast.mp4").write_bytes(fast.read_bytes()[: len(whole) // 2])
    (footage.parent / "secret.mp4").write_bytes(whole)
    (footage / "outside.mp4").symlink_to("../secret.mp4")
    (footage / "circle.mp4").symlink_to("circle.mp4")
    (footage / "folder.mp4").mkdir()
    os.mkfifo(footage / "pipe.mp4")
    (footage / "edl.mp4").write_text("# mpv EDL v0\n/etc/hostname,0,5\n")
    (footage / "m3u.mp4").write_text("#EXTM3U\n#EXTINF:5,\n../secret.mp4\n")
    (footage / "text.mp4").write_text("The clips are on the other disk.\n")
    (footage / "png.mp4").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (footage / "zero.mp4").touch()
    stage.loop(GOOD)
    stage.kiosk(NO_SCREEN)
    assert prepare(stage).outcome == "ready"
    return stage


def show_of(stage: Stage) -> tuple[str, dict[str, bytes]]:
    """The current show's name and all its files."""
    folder = Places.under(stage.state).current.resolve()
    return folder.name, {path.name: path.read_bytes() for path in folder.iterdir()}


def problems_of(stage: Stage, verb: str) -> list[str]:
    """The problems that a verb tells, a line each, without the word before them; it must end with exit code 2."""
    done = stage.run_here(verb)
    told = done.stdout + done.stderr
    assert "Traceback" not in told, told
    assert done.returncode == 2, told
    if verb == "timeline":
        return done.stderr.splitlines()
    found = [line for line in done.stdout.splitlines() if line.startswith("problem  config")]
    assert "Not ready" in done.stdout.splitlines()[-1]
    return [line.removeprefix("problem  config   ") for line in found]


def is_told(stage: Stage, text: str | bytes, wanted: list[str], file: str = "loop.yaml") -> None:
    """Each mistake is told once, at its place, by check, by timeline and by prepare, which keeps the show."""
    before = show_of(stage)
    (stage.config / file).write_bytes(text.encode() if isinstance(text, str) else text)
    try:
        told = problems_of(stage, "check")
        assert problems_of(stage, "timeline") == told
        prepared = prepare(stage)
    finally:
        stage.kiosk(NO_SCREEN)
        stage.loop(GOOD)
    assert (prepared.outcome, prepared.problems) == ("kept", told)
    assert show_of(stage) == before
    place = re.escape(str(stage.config / file))
    assert len(told) == len(wanted), told
    for line, pattern in zip(told, wanted, strict=True):
        assert re.match(f"{place}:{pattern}", line), line
        assert line.endswith((".", "?")), line


@pytest.mark.parametrize(("text", "wanted"), CASES.values(), ids=CASES.keys())
def test_each_mistake_is_told_in_a_sentence_at_its_place_and_the_show_is_kept(
    stage: Stage, text: str, wanted: list[str]
) -> None:
    is_told(stage, text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("screen: {rotate: 45}\n", [r"1:18: 'rotate' must be 0, 90, 180 or 270, not '45'"]),
        ("watchdog: {memory: lots}\n", [r"1:20: 'memory' must be an amount of memory, such as 512MiB"]),
        ("footgae: ../footage\n", [r"1:1: unknown key 'footgae'. Did you mean 'footage'\?"]),
    ],
)
def test_a_mistake_in_kiosk_yaml_is_told_alike(stage: Stage, text: str, wanted: list[str]) -> None:
    is_told(stage, text, wanted, "kiosk.yaml")


def test_a_footage_folder_that_is_not_there_is_told(stage: Stage) -> None:
    stage.kiosk(NO_SCREEN + "footage: /nowhere\n")
    try:
        assert "The footage folder /nowhere is not there. Is its disk plugged in?" in problems_of(stage, "check")[0]
        listed = stage.run("footage", "list")
    finally:
        stage.kiosk(NO_SCREEN)
    assert listed.returncode == 2
    assert listed.stderr == "The footage folder /nowhere is not there. Is its disk plugged in?\n"


def huge(path: Path) -> None:
    path.write_bytes(b"# a long story\n" * 700_000)


def directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def latin(path: Path) -> None:
    path.write_bytes("title: Café\n".encode("latin-1") + GOOD.encode())


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (huge, r"loop.yaml has 10254 KB; at most 256 KB are read. Is it the right file\?"),
        (directory, r"loop.yaml is not a regular file: put a text file in its place."),
        (pipe, r"loop.yaml is not a regular file: put a text file in its place."),
        (latin, r"loop.yaml:1:11: this is not UTF-8 text: in your editor, save the file with the encoding UTF-8."),
        (gone, r"loop.yaml is not there: write one that lists the cues of the loop."),
    ],
)
def test_a_file_that_is_no_small_text_is_told_and_the_show_is_kept(
    stage: Stage, spoil: Callable[[Path], None], told: str
) -> None:
    before = show_of(stage)
    path = stage.config / "loop.yaml"
    spoil(path)
    try:
        (line,) = problems_of(stage, "check")
        assert problems_of(stage, "timeline") == [line]
        prepared = prepare(stage)
    finally:
        if path.is_dir():
            path.rmdir()
        path.unlink(missing_ok=True)
        stage.loop(GOOD)
    assert (prepared.outcome, prepared.problems) == ("kept", [line])
    assert re.fullmatch(".*/" + told, line), line
    assert show_of(stage) == before
