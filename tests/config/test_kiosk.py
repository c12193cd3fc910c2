from fractions import Fraction
from pathlib import Path

import pytest

from installation.config.kiosk import Kiosk, Sound, read_kiosk_text
from installation.errors import ConfigError

SHIPPED = Path(__file__).parents[2] / "config" / "kiosk.yaml"


def read(text: str) -> Kiosk:
    return read_kiosk_text(text.encode(), "kiosk.yaml")


def told(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_file_spells_out_the_defaults() -> None:
    assert read_kiosk_text(SHIPPED.read_bytes(), "kiosk.yaml") == Kiosk()
    text = SHIPPED.read_text()
    for part in (Kiosk(), Kiosk().screen, Sound(), Kiosk().watchdog, Kiosk().log):
        for key in part.known_keys():
            assert f"{key}:" in text


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "{}"])
def test_an_empty_file_means_the_defaults(text: str) -> None:
    kiosk = read(text)
    assert kiosk == Kiosk()
    assert (kiosk.screen.kind, kiosk.screen.rotate, kiosk.sound) == ("auto", 0, Sound())
    assert (kiosk.watchdog.patience, kiosk.watchdog.memory, kiosk.log.keep) == (Fraction(3), 2 * 1024**3, 90)


def test_every_key_is_read() -> None:
    kiosk = read(
        "screen: {kind: x11, output: HDMI-1, rotate: 90, fit: cover}\nsound: {device: alsa/hdmi, volume: 0}\n"
        "after_restart: start\nwatchdog: {patience: 1.5s, memory: 512MiB}\nlog: {language: zh-Hant, keep: 7 days}\n"
    )
    assert kiosk.screen.model_dump() == {"kind": "x11", "output": "HDMI-1", "rotate": 90, "fit": "cover"}
    assert kiosk.sound == Sound.model_validate({"device": "alsa/hdmi", "volume": "0"})
    assert kiosk.after_restart == "start"
    assert (kiosk.watchdog.patience, kiosk.watchdog.memory) == (Fraction(3, 2), 512 * 1024**2)
    assert (kiosk.log.language, kiosk.log.keep) == ("zh-Hant", 7)


@pytest.mark.parametrize("kind", ["auto", "x11", "wayland", "drm", "none"])
def test_every_way_to_the_screen_is_known(kind: str) -> None:
    assert read(f"screen: {{kind: {kind}}}").screen.kind == kind


def test_sound_as_a_whole_may_be_off() -> None:
    assert read("sound: off").sound is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- screen", "1:1: the file must consist of keys with a ': ' after each. Known here: footage, screen,"),
        (
            "screen:",
            "1:1: 'screen' has no value: write one, or delete the line. It means: where the picture goes and how",
        ),
        (
            "screen: hdmi",
            "1:9: 'screen' must have keys of its own, indented below it. It means: where the picture goes and how "
            "it lies there: 'kind', 'output', 'rotate' and 'fit'.",
        ),
        ("screen: {kind: hdmi}", "1:16: 'kind' must be 'auto', 'x11', 'wayland', 'drm' or 'none', not 'hdmi'."),
        ("screen:\n  rotate: 45", "2:11: 'rotate' must be 0, 90, 180 or 270, not '45'."),
        ("screen: {rotate: left}", "1:18: 'rotate' must be 0, 90, 180 or 270, not 'left'."),
        ("screen: {fit: fill}", "1:15: 'fit' must be 'contain', 'cover', 'stretch' or 'none', not 'fill'."),
        ("screen: {rotation: 90}", "1:10: unknown key 'rotation'. Did you mean 'rotate'?"),
        ("rotate: 90", "1:1: unknown key 'rotate'. Known here: footage, screen, sound, hours, after_restart, watchdog"),
        (
            "sound: on",
            "1:8: 'sound' must have keys of its own, indented below it. It means: where the sound goes and how loud it "
            "is: 'device' and 'volume'; or 'off', for none at all.",
        ),
        ("sound:\n  volume:40", "2:9: a space is missing after this colon."),
        ("sound: {volume: 101}", "1:17: 'volume' must be a whole number from 0 to 100, not '101'."),
        ("sound: {device: }", "1:9: 'device' has no value: write one, or delete the line."),
        ("sound: {device: ''}", "1:17: 'device' is empty: write a text."),
        ("footage: [a]", "1:10: 'footage' must be a single value, not a list or a group of keys."),
        ("after_restart: never", "1:16: 'after_restart' must be 'resume' or 'start', not 'never'."),
        ("watchdog: {patience: 0}", "1:22: 'patience' must be at least 1 s, not '0'."),
        ("watchdog: {patience: 2min}", "1:22: 'patience' must be at most 1:00, not '2min'."),
        ("watchdog: {memory: 128MiB}", "1:20: 'memory' must be at least 256MiB, not '128MiB'."),
        ("watchdog: {memory: lots}", "1:20: 'memory' must be an amount of memory, such as 512MiB or 2GiB, not 'lots'."),
        ("log: {language: zh-Hans}", "1:17: 'language' must be 'en' or 'zh-Hant', not 'zh-Hans'."),
        ("log: {keep: 10 years}", "1:13: 'keep' must be 1 to 3650 days, such as '90 days', not '10 years'."),
        ("log: {keep: 1}\nlog: {keep: 2}", "2:1: 'log' stands here twice, first in line 1, again in line 2"),
    ],
)
def test_each_mistake_is_one_problem_at_its_place(text: str, problem: str) -> None:
    (only,) = told(text)
    assert only.startswith(f"kiosk.yaml:{problem}")


def test_all_problems_come_at_once_in_the_order_of_the_file() -> None:
    problems = told("log: {keep: x}\nscreen: {kind: y, fti: z}\nsound: &a {volume: -1}\n")
    assert [problem.split(": ")[0] for problem in problems] == [
        "kiosk.yaml:1:13",
        "kiosk.yaml:2:16",
        "kiosk.yaml:2:19",
        "kiosk.yaml:3:8",
        "kiosk.yaml:3:20",
    ]
