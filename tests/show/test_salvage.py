"""Compiling a show: what comes of mistakes and of lost footage."""

import json

import pytest

from tests.glass.marked import Reading
from tests.glass.stage import Stage
from tests.show.dumping import dump, prepare
from tests.show.shows import CROSSING, GOOD, current, damage, names, places, snapshot

MISTAKES = {
    "a typo in a key": "cues:\n  - clip: 11-plain.mp4\n    fadein: 2\n",
    "no YAML": "cues: [\n",
    "an empty file": "",
    "a clip that is not there": GOOD + "  - clip: 99.mp4\n",
    "an out point after the end": "cues:\n  - clip: 11-plain.mp4\n    out: 0:30\n",
    "nothing but mistakes": "cues:\n  - clip: 99.mp4\n",
}


@pytest.mark.parametrize("text", MISTAKES.values(), ids=MISTAKES.keys())
def test_no_mistake_touches_the_last_good_show(good: Stage, text: str) -> None:
    before = snapshot(places(good).shows) | snapshot(places(good).copies)
    good.loop(text)
    prepared = prepare(good)
    assert prepared.outcome == "kept"
    assert len(prepared.problems) == 1
    assert "loop.yaml" in prepared.problems[0]
    assert snapshot(places(good).shows) | snapshot(places(good).copies) == before


def test_no_mistake_in_kiosk_yaml_touches_the_last_good_show(good: Stage) -> None:
    before = snapshot(places(good).shows)
    good.kiosk("screen: {rotate: 45}\n")
    prepared = prepare(good)
    assert prepared.outcome == "kept"
    assert "kiosk.yaml:1:18: 'rotate' must be 0, 90, 180 or 270" in prepared.problems[0]
    assert snapshot(places(good).shows) == before


def test_files_that_are_gone_keep_the_last_good_show(good: Stage) -> None:
    before = snapshot(places(good).shows)
    (good.config / "loop.yaml").unlink()
    prepared = prepare(good)
    assert prepared.outcome == "kept"
    assert "loop.yaml is not there" in prepared.problems[0]
    assert snapshot(places(good).shows) == before


def test_without_a_last_show_what_can_play_plays(stage: Stage) -> None:
    stage.loop(GOOD + "  - clip: 99.mp4\n  - clip: 17-plain.mkv\n    otu: 3\n")
    prepared = prepare(stage)
    assert prepared.outcome == "partial"
    assert names(current(stage)) == ["11-plain.mp4", "15-b.mp4", "black"]
    assert list(current(stage).left_out) == prepared.problems
    assert [problem.partition("loop.yaml:")[2] for problem in prepared.problems] == [
        "9:11: 99.mp4 is not in the footage folder.",
        "11:5: unknown key 'otu'. Did you mean 'out'?",
    ]


def test_footage_that_went_missing_leaves_its_cue_out_and_comes_back(good: Stage) -> None:
    clip = good.footage / "15-b.mp4"
    raw = clip.read_bytes()
    clip.unlink()
    prepared = prepare(good)
    assert prepared.outcome == "partial"
    assert "15-b.mp4 is not in the footage folder" in prepared.problems[0]
    assert names(current(good)) == ["11-plain.mp4", "black"]
    assert not current(good).is_good
    assert dump(places(good).current, 3) == [Reading(11, 0), Reading(11, 1), Reading(11, 2)]
    clip.write_bytes(raw)
    assert not current(good).is_fresh
    assert prepare(good).outcome == "ready"
    assert names(current(good)) == ["11-plain.mp4", "15-b.mp4", "black"]


def test_footage_that_was_damaged_leaves_its_cue_out(good: Stage) -> None:
    clip = good.footage / "15-b.mp4"
    raw = clip.read_bytes()
    clip.unlink()
    clip.write_bytes(raw[: len(raw) // 2])
    prepared = prepare(good)
    assert prepared.outcome == "partial"
    assert "15-b.mp4 is cut short" in prepared.problems[0]
    assert names(current(good)) == ["11-plain.mp4", "black"]


@pytest.mark.parametrize("frames", [range(18, 24), range(139, 145)], ids=["as it comes", "as it goes"])
def test_a_clip_that_cannot_be_decoded_in_its_crossfade_leaves_no_other_cue_out(stage: Stage, frames: range) -> None:
    stage.loop(CROSSING)
    damage(stage.footage / "11-plain.mp4", frames)
    prepared = prepare(stage)
    assert prepared.outcome == "partial"
    (problem,) = prepared.problems
    assert "loop.yaml:3:11: 11-plain.mp4 cannot be decoded at" in problem
    assert names(current(stage)) == ["17-plain.mkv", "16-b-sound.mp4"]
    assert len(list(places(stage).copies.glob("*.mp4"))) == 2  # and the two cues that are left blend


def test_a_fade_that_cannot_be_decoded_leaves_its_cue_out(stage: Stage) -> None:
    stage.loop("fade_in: 1\ncues:\n  - clip: 11-plain.mp4\n  - clip: 15-b.mp4\n")
    damage(stage.footage / "11-plain.mp4", range(5, 10))
    assert "11-plain.mp4 cannot be decoded at" in prepare(stage).problems[0]
    assert names(current(stage)) == ["15-b.mp4"]


def test_a_partial_show_is_kept_rather_than_replaced_by_nothing(good: Stage) -> None:
    (good.footage / "15-b.mp4").unlink()
    assert prepare(good).outcome == "partial"
    before = snapshot(places(good).shows)
    good.loop("cues: [\n")
    assert prepare(good).outcome == "kept"
    assert snapshot(places(good).shows) == before


def test_broken_yaml_beside_lost_footage_plays_the_rest_of_the_last_loop(good: Stage) -> None:
    good.loop("cues: [\n")
    (good.footage / "15-b.mp4").unlink()
    prepared = prepare(good)
    assert prepared.outcome == "partial"
    assert names(current(good)) == ["11-plain.mp4", "black"]
    assert any("is not closed" in problem for problem in prepared.problems)
    assert any("15-b.mp4 is not in the footage folder" in problem for problem in prepared.problems)
    assert (places(good).current / "loop.yaml").read_text() == GOOD


def test_a_loop_that_lost_all_its_footage_is_nothing_but_not_unusable(good: Stage) -> None:
    before = snapshot(places(good).shows)
    for clip in good.footage.iterdir():
        clip.unlink()
    prepared = prepare(good)
    assert (prepared.outcome, prepared.unusable) == ("nothing", False)
    assert len(prepared.problems) == 2
    assert snapshot(places(good).shows) == before


def test_a_footage_folder_that_is_gone_is_told_once_and_not_for_every_cue(good: Stage) -> None:
    good.footage.rename(good.footage.with_name("elsewhere"))
    good.loop(f"{GOOD}  - blak: 3\n")
    prepared = prepare(good)
    assert prepared.outcome == "nothing"
    folder, mistake = prepared.problems
    assert folder.endswith(f"The footage folder {good.footage} is not there. Is its disk plugged in?")
    assert "'blak'" in mistake
    good.kiosk("sound: off\nfootage: ../elsewher\n")
    folder, _ = prepare(good).problems
    assert "kiosk.yaml:2:10: The footage folder " in folder


def test_without_footage_in_the_loop_no_footage_folder_is_missed(stage: Stage) -> None:
    stage.footage.rename(stage.footage.with_name("elsewhere"))
    stage.loop("cues: [{black: 1}]\n")
    assert prepare(stage).problems == []


@pytest.mark.parametrize("text", ["cues: [\n", "", "cues: 5\n"])
def test_yaml_that_says_nothing_without_a_last_show_is_unusable(stage: Stage, text: str) -> None:
    stage.loop(text)
    prepared = prepare(stage)
    assert (prepared.outcome, prepared.unusable) == ("nothing", True)
    assert not places(stage).current.exists()


def test_a_config_folder_without_a_loop_is_unusable(stage: Stage) -> None:
    prepared = prepare(stage)
    assert (prepared.outcome, prepared.unusable) == ("nothing", True)
    assert "write one that lists the cues of the loop" in prepared.problems[0]


def test_a_damaged_last_show_is_made_anew(good: Stage) -> None:
    (places(good).current / "show.json").write_text("{")
    assert prepare(good).outcome == "ready"
    assert names(current(good)) == ["11-plain.mp4", "15-b.mp4", "black"]


def test_a_show_of_another_version_is_made_anew(good: Stage) -> None:
    told = json.loads((places(good).current / "show.json").read_text())
    (places(good).current / "show.json").write_text(json.dumps({**told, "format": 0}))
    assert prepare(good).outcome == "ready"
    assert current(good).is_good


def test_too_few_flashes_keep_the_last_good_show(good: Stage) -> None:
    stage = good
    stage.loop("cues:\n  - clip: 13-slow.mp4\n    out: flash 6 + 1s\n")
    prepared = prepare(stage)
    assert prepared.outcome == "kept"
    assert [problem.rpartition("loop.yaml:")[2] for problem in prepared.problems] == [
        "3:10: 13-slow.mp4 has no flashes; there is no flash 6."
    ]
