import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from installation.config.__main__ import FILES
from installation.config.hours import OpeningHours
from installation.config.kiosk import read_kiosk_text
from installation.config.loop import CUES
from installation.config.schemas import schema_of, written_schema
from installation.errors import ConfigError
from tests.loops import read_loop

CONFIG = Path(__file__).parents[2] / "config"
EVERY_KEY = """
title: Safe City Project
order: shuffled
seed: 7
gap: 500ms
fade_in: 1
fade_out: 1.5s
crossfade: 0
text: {languages: zh-Hant, place: top right, size: 5%, margin: 2.5}
cues:
- clip: a.mp4
  in: flash 2 - 0.5s
  out: last flash+00:00:01:00
  hold: on first flash + 0.04 for 2s
- clip: a.mp4
  in: 0:04
  out: 00:00:16:12
  times: 2
  hold: 2min
  sound: on
  fade_in: 1
  fade_out: 1:02.5
  crossfade: 2
  caption: {en: Night, zh-Hant: 夜, fr: Nuit}
- still: a.jpg
  for: 12
  fade_in: 0
  fade_out: 0
  crossfade: 1
  caption: 2017
- title: {zh-Hant: 平安城市計劃}
  for: 6s
  fade_in: 1
  fade_out: 1
  crossfade: 0
  caption: 夜
- black: 0.04
  crossfade: 1
  caption: Night
"""
HOURS = """
hours:
  timezone: Asia/Hong_Kong
  open:
    tuesday-friday, Sunday: [10:00-13:00, 14-18]
    saturday: 10:00 - 13:00, 20:00–02:00
    monday: closed
  closed_on: [2026-12-25, 2027-01-01]
  outside: screen off
"""


class Yaml12(yaml.SafeLoader):
    """What most editors see: in YAML 1.2, `off` and `1:02` are texts."""


Yaml12.yaml_implicit_resolvers = {}
for tag, pattern in {"bool": "true|false", "int": "[0-9]+", "float": r"[0-9]+\.[0-9]*"}.items():
    Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), None)

LOADERS = pytest.mark.parametrize("loader", [Yaml12, yaml.SafeLoader], ids=["YAML 1.2", "YAML 1.1"])


def complaints(name: str, text: str, loader: type = Yaml12) -> list[jsonschema.ValidationError]:
    schema = jsonschema.Draft7Validator(schema_of(FILES[name]))
    return list(schema.iter_errors(yaml.load(text, loader)))  # noqa: S506 -- both are safe loaders


@pytest.mark.parametrize("name", FILES)
def test_the_schema_beside_a_file_is_what_the_models_say(name: str) -> None:
    written = (CONFIG / f"{name}.schema.json").read_text(encoding="utf-8")
    assert written == written_schema(FILES[name]), "write it anew with: python -m installation.config"
    jsonschema.Draft7Validator.check_schema(json.loads(written))


@LOADERS
@pytest.mark.parametrize("name", FILES)
def test_a_shipped_file_names_its_schema_and_an_editor_finds_nothing_wrong(name: str, loader: type) -> None:
    text = (CONFIG / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.splitlines()[0] == f"# yaml-language-server: $schema={name}.schema.json"
    assert complaints(name, text, loader) == []


@LOADERS
def test_an_editor_accepts_every_key_that_is_read(loader: type) -> None:
    assert complaints("loop", EVERY_KEY, loader) == []
    loop = read_loop(EVERY_KEY)
    for part in (loop, loop.text, *loop.cues):
        assert all(f"{key}:" in EVERY_KEY for key in part.known_keys())
    assert complaints("kiosk", "sound: off", loader) == []
    assert complaints("kiosk", HOURS, loader) == []
    assert set(OpeningHours.known_keys()) == set(yaml.safe_load(HOURS)["hours"])
    read_kiosk_text(HOURS.encode(), "kiosk.yaml")
    assert complaints("kiosk", "screen: {rotate: 90}\nwatchdog: {patience: 1.5s}\nlog: {keep: 7}", loader) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("loop", "gap: 3"),
        ("loop", "cues: []"),
        ("loop", "cues: [{clip: a.mp4}]\ntitel: x"),
        ("loop", "cues: [{clip: a.mp4, fadein: 2}]"),
        ("loop", "cues: [{clip: a.mp4, black: 2}]"),
        ("loop", "cues: [{clip: a.mp4, for: 2}]"),
        ("loop", "cues: [{in: 2}]"),
        ("loop", "cues: [a.mp4]"),
        ("loop", "cues: [{still: a.jpg}]"),
        ("loop", "cues: [{title: a, for: 0}]"),
        ("loop", "cues: [{clip: a.mp4, in: soon}]"),
        ("loop", "cues: [{clip: a.mp4, in: -1}]"),
        ("loop", "cues: [{clip: a.mp4, in: flash two}]"),
        ("loop", "cues: [{clip: a.mp4, in: flash 2 - soon}]"),
        ("loop", "cues: [{clip: a.mp4, hold: flash 2}]"),
        ("loop", "cues: [{clip: a.mp4, hold: on flash 2 for}]"),
        ("loop", "cues: [{clip: a.mp4, hold: {on: flash 2}}]"),
        ("loop", "cues: [{clip: a.mp4, in: }]"),
        ("loop", "cues: [{clip: a.mp4, hold: '00:00:01:12'}]"),
        ("loop", "cues: [{clip: a.mp4, times: 1.5}]"),
        ("loop", "cues: [{clip: a.mp4, sound: loud}]"),
        ("loop", "cues: [{clip: a.mp4, caption: {zh_Hant: x}}]"),
        ("loop", "cues: [{clip: a.mp4, caption: {}}]"),
        ("loop", "cues: [{black: 90000}]"),
        ("loop", "cues: [{black: 1}]\norder: random"),
        ("loop", "cues: [{black: 1}]\ntext: {size: 30}"),
        ("loop", "cues: [{black: 1}]\ntext: {place: left}"),
        ("loop", "cues: [{black: 1}]\ntext: {languages: []}"),
        ("kiosk", "sound: on"),
        ("kiosk", "screen: {rotate: 45}"),
        ("kiosk", "screen: {kind: hdmi}"),
        ("kiosk", "watchdog: {memory: lots}"),
        ("kiosk", "watchdog: {patience: 0.5}"),
        ("kiosk", "log: {keep: 10 years}"),
        ("kiosk", "rotate: 90"),
        ("kiosk", "hours: {open: {}}"),
        ("kiosk", "hours: {open: {tusday: 10:00-18:00}}"),
        ("kiosk", "hours: {open: {monday: 10 to 18}}"),
        ("kiosk", "hours: {timezone: Hong Kong}"),
        ("kiosk", "hours: {closed_on: soon}"),
        ("kiosk", "hours: {outside: off}"),
    ],
)
def test_an_editor_marks_what_the_reader_would_refuse(name: str, text: str) -> None:
    assert complaints(name, text)
    with pytest.raises(ConfigError):
        read_loop(text) if name == "loop" else read_kiosk_text(text.encode(), "x")


@pytest.mark.parametrize("name", FILES)
def test_every_key_is_explained(name: str) -> None:
    schema = schema_of(FILES[name])
    for part in (schema, *schema["$defs"].values()):
        assert part["additionalProperties"] is False
        for key in part["properties"].values():
            assert re.fullmatch("[A-Z].*[.]", key["description"])
            assert "`" not in key["description"]


def test_a_key_tells_its_meaning_its_choices_and_what_holds_without_it() -> None:
    order = schema_of(FILES["loop"])["properties"]["order"]
    assert order == {
        "type": "string",
        "enum": ["listed", "reversed", "shuffled", "calm to bright", "bright to calm"],
        "default": "listed",
        "description": "The order of the cues: as listed, reversed, shuffled anew for every loop, or by how many "
        "flashes they show in a second, calm to bright or bright to calm. If left out: listed.",
        "markdownDescription": "The order of the cues: as `listed`, `reversed`, `shuffled` anew for every loop, or by "
        "how many flashes they show in a second, `calm to bright` or `bright to calm`. If left out: `listed`.",
    }
    assert schema_of(FILES["kiosk"])["$defs"]["Screen"]["properties"]["rotate"]["default"] == 0


def test_an_editor_can_tell_the_kinds_of_cue_apart() -> None:
    """Each kind is named, and needs its own key, which comes first."""
    kinds = {part["title"]: part for part in schema_of(FILES["loop"])["$defs"].values() if part["title"] in CUES}
    assert set(kinds) == set(CUES)
    for kind, part in kinds.items():
        assert kind in part["required"]
        assert next(iter(part["properties"])) == kind
