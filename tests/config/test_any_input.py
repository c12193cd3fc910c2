"""Whatever stands in either file: what it says, or problems with their places in it; never another exception."""

import json
import re
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from installation.config.__main__ import FILES
from installation.config.hours import OpeningHours
from installation.config.kiosk import Kiosk, Log, Screen, Sound, Watchdog, read_kiosk_text
from installation.config.loop import CUES, Loop, Text, read_loop_leniently
from installation.config.reading import MOST_BYTES
from installation.config.schemas import schema_of
from installation.errors import ConfigError, Mark, Problem
from installation.timecode import format_time
from tests.loops import read_loop

CONFIG = Path(__file__).parents[2] / "config"
HOURS = """
hours:
  open:
    tuesday-friday: 10:00-18:00, 20:00-2:00
    saturday: [9-12, 13-24]
  closed_on: [2026-12-25]
"""
SHIPPED = {name: (CONFIG / f"{name}.yaml").read_text(encoding="utf-8") for name in FILES}
SHIPPED["kiosk"] += HOURS


def read(name: str, raw: bytes) -> tuple[Loop | Kiosk | None, list[Problem]]:
    if name == "loop":
        return read_loop_leniently(raw, "a.yaml")
    try:
        return read_kiosk_text(raw, "a.yaml"), []
    except ConfigError as error:
        return None, list(error.problems)


def check(name: str, raw: bytes) -> None:
    """A model or problems in the file's order, each in plain words on one line, once, and at a place in the file."""
    lines = re.split(r"\r\n|\n|\r", raw.decode(errors="replace").removeprefix("\ufeff"))
    part, problems = read(name, raw)
    assert part or problems
    assert problems == sorted(dict.fromkeys(problems), key=lambda problem: problem.mark or Mark("", 0, 0))
    for problem in problems:
        assert problem.mark is not None
        assert 1 <= problem.mark.line <= len(lines)
        assert 1 <= problem.mark.column <= len(lines[problem.mark.line - 1]) + 1
        assert len(str(problem).splitlines()) == 1
        assert problem.text.endswith((".", "?", "!"))
        assert "Input should" not in problem.text
        assert len(problem.text) < 700
    if isinstance(part, Loop):
        assert part.cues
        assert problems or not any(cue.spoiled for cue in part.cues)


@pytest.mark.parametrize("name", FILES)
@given(raw=st.binary() | st.text().map(str.encode))
def test_any_bytes_and_any_text(name: str, raw: bytes) -> None:
    check(name, raw)


@pytest.mark.parametrize("name", FILES)
@given(text=st.text("clipscreen:back-\n in4{}[]'\"#&*!~|>%@`?\t\r,，：－　“”\ufeff\x85\u2028", max_size=80))
def test_any_text_of_what_yaml_and_keyboards_trip_over(name: str, text: str) -> None:
    check(name, text.encode())


PARTS = (Loop, Text, Kiosk, Screen, Sound, OpeningHours, Watchdog, Log, *CUES.values())
KEYS = sorted(
    {key for part in PARTS for key in part.known_keys()} | {"en", "zh-Hant", "zh_Hant", "monday", "Tuesday-friday"}
)
LIKELY = [
    "flash 2 - 0.5s",
    "on flash 3 for 2s",
    "last flash",
    "a.mp4",
    "b.jpg",
    "0:04",
    "1:02.5",
    "00:00:01:12",
    "500ms",
    "2",
    3,
    1.5,
    "on",
    "off",
    "listed",
    "auto",
    "-1",
    "10:00-18:00",
    "2026-12-25",
]
SCALARS = st.one_of(st.sampled_from(LIKELY), st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12))
TREES: st.SearchStrategy[Any] = st.recursive(
    SCALARS | st.dates() | st.binary(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=20,
)
SOME_CUES = st.lists(
    st.tuples(st.sampled_from(list(CUES)), SCALARS, st.dictionaries(st.sampled_from(KEYS), TREES, max_size=3)).map(
        lambda cue: {cue[0]: cue[1], **cue[2]}
    ),
    max_size=4,
)


@pytest.mark.parametrize("name", FILES)
@given(tree=TREES, cues=SOME_CUES, flow=st.sampled_from([True, False, None]))
def test_any_tree_of_likely_keys_and_values(name: str, tree: Any, cues: list[Any], flow: bool | None) -> None:
    if isinstance(tree, dict) and name == "loop":
        tree = {**tree, "cues": cues}
    check(name, yaml.dump(tree, allow_unicode=True, default_flow_style=flow, sort_keys=False).encode())
    check(name, json.dumps(tree, default=str, ensure_ascii=False).encode())


LOOKALIKES = str.maketrans({":": "：", " ": "\u3000", "-": "－", '"': "“", "'": "’", ",": "，", "#": "＃", "4": "４"})
SLIPS = ["", "\n", " ", "\t", ":", "- ", "'", '"', "[", "{", "*", "&x ", "#", "\0", "\ufeff", "…", "é"]


@st.composite
def slipped(draw: st.DrawFn, text: str) -> str:
    """The text after one to three slips of a person's: in a few characters, or of whole lines."""
    for _ in range(draw(st.integers(1, 3))):
        slip = draw(st.sampled_from(["type", "lookalike", "delete", "double", "swap", "indent", "join"]))
        if slip in ("type", "lookalike"):
            start = draw(st.integers(0, len(text)))
            stop = draw(st.integers(start, min(start + 20, len(text))))
            middle = draw(st.sampled_from(SLIPS)) if slip == "type" else text[start:stop].translate(LOOKALIKES)
            text = text[:start] + middle + text[stop:]
            continue
        lines = text.split("\n")
        at = draw(st.integers(0, len(lines) - 1))
        to = draw(st.integers(0, len(lines) - 1))
        match slip:
            case "delete":
                del lines[at : at + draw(st.integers(1, 3))]
            case "double":
                lines.insert(to, lines[at])
            case "swap":
                lines[at], lines[to] = lines[to], lines[at]
            case "indent":
                lines[at] = draw(st.sampled_from(["", " ", "   ", "\t", "\u3000"])) + lines[at].lstrip()
            case "join":
                lines[at : at + 2] = [" ".join(lines[at : at + 2])]
        text = "\n".join(lines)
    return text


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
def test_any_slip_in_a_shipped_file(name: str, data: st.DataObject) -> None:
    check(name, data.draw(slipped(SHIPPED[name])).encode())


@given(st.data())
def test_bytes_cut_out_of_a_shipped_file(data: st.DataObject) -> None:
    raw = SHIPPED["loop"].encode()
    start = data.draw(st.integers(0, len(raw)))
    stop = data.draw(st.integers(start, len(raw)))
    check("loop", raw[:start] + raw[stop:])


TIMES = st.fractions(0, 3600, max_denominator=1000).map(format_time) | st.integers(0, 3600)
LONGER = st.fractions("1/1000", 3600, max_denominator=1000).filter(lambda time: time * 1000 >= 1).map(format_time)
WORDS = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=20).filter(str.strip)
LANGUAGES = WORDS | st.dictionaries(st.sampled_from(["en", "zh-Hant", "de-CH"]), WORDS, min_size=1)
OF_EVERY_CUE = {"crossfade": TIMES, "caption": LANGUAGES}
OF_MOST = {**OF_EVERY_CUE, "fade_in": TIMES, "fade_out": TIMES}
FLASHES = st.sampled_from(["first flash", "last flash", "flash 1", "flash 999999"])
POINTS = (
    TIMES
    | st.just("00:01:02:12")
    | st.tuples(FLASHES, st.just("") | st.builds("{}{}".format, st.sampled_from([" + ", " - ", "-"]), TIMES)).map(
        "".join
    )
)
OF_A_CLIP = {
    **OF_MOST,
    "in": POINTS,
    "out": POINTS,
    "times": st.integers(1, 1000),
    "hold": TIMES | POINTS.map("on {}".format) | st.builds("on {} for {}".format, POINTS, LONGER),
    "sound": st.sampled_from(["on", "off"]),
}
RIGHT_CUES = st.one_of(
    st.fixed_dictionaries({"clip": st.sampled_from(["a.mp4", "夜 景.mov"])}, optional=OF_A_CLIP),
    st.fixed_dictionaries({"still": st.just("a.jpg"), "for": LONGER}, optional=OF_MOST),
    st.fixed_dictionaries({"title": LANGUAGES, "for": LONGER}, optional=OF_MOST),
    st.fixed_dictionaries({"black": LONGER}, optional=OF_EVERY_CUE),
)
RIGHT_LOOPS = st.fixed_dictionaries(
    {"cues": st.lists(RIGHT_CUES, min_size=1, max_size=4)},
    optional={
        "title": LANGUAGES,
        "order": st.sampled_from(["listed", "reversed", "shuffled", "calm to bright", "bright to calm"]),
        "seed": st.integers(0, 10**15 - 1),
        "gap": TIMES,
        **dict.fromkeys(("fade_in", "fade_out", "crossfade"), TIMES),
        "text": st.fixed_dictionaries(
            {},
            optional={
                "languages": st.just("en") | st.just(["zh-Hant", "en"]),
                "place": st.sampled_from(["bottom", "top left"]),
                "size": st.integers(1, 20) | st.just("2.5%"),
                "margin": st.integers(0, 40),
            },
        ),
    },
)

FOR_EDITORS = jsonschema.Draft7Validator(schema_of(Loop))


@given(RIGHT_LOOPS, st.sampled_from([True, False, None]))
def test_any_right_loop_is_read_and_an_editor_agrees(tree: dict[str, Any], flow: bool | None) -> None:
    text = yaml.dump(tree, allow_unicode=True, default_flow_style=flow, sort_keys=False)
    loop = read_loop(text)
    assert all(cue.kind in written for cue, written in zip(loop.cues, tree["cues"], strict=True))
    FOR_EDITORS.validate(tree)


@pytest.mark.parametrize(
    "text",
    [
        "cues:\n" + "- {clip: a}\n" * 10_000,
        "cues:\n" + "- {clip: /a, in: x, k: 1}\n" * 9_000,
        "cues:\n" + ("- clip: a\n" + "".join(f"  k{number}: 1\n" for number in range(90))) * 300,
        "cues: [" + "{clip: a，b, x: 1}," * 9_000 + "]",
        "\n" * 100_000 + "cues: [" + "{“x: 1}," * 9_000 + "]",
        "cues: " + "[" * MOST_BYTES,
        "title: '" + "\n" * MOST_BYTES,
        "#" * (MOST_BYTES - 1) + "\n:",
    ],
    ids=["right", "wrong", "unknown keys", "one line", "far below", "brackets", "a quote", "a comment"],
)
def test_the_worst_file_is_judged_in_seconds(text: str) -> None:
    began = time.process_time()
    for name in FILES:
        read(name, text.encode()[:MOST_BYTES])
    assert time.process_time() - began < 20
