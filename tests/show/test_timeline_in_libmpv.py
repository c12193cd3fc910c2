"""The proof: libmpv takes from a prepared show's timeline exactly the frames that the YAML asks for."""

import json
import random
import shutil
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from math import ceil, floor
from pathlib import Path

import pytest

from installation.footage.probe import Probe, probe
from installation.places import Places
from installation.show import model
from tests.glass.marked import BLACK, Reading, Seen, make_clip
from tests.glass.stage import Stage
from tests.show.dumping import dump, prepare

pytestmark = pytest.mark.skipif(not shutil.which("mpv"), reason="needs mpv on the path")


@dataclass(frozen=True)
class Turn:
    """One cue: its YAML and the frames that must come of it."""

    yaml: str
    frames: tuple[Seen, ...]


def clip(path: Path, first: int, last: int, *, times: int = 1, hold: int = 0) -> Turn:
    """Frames [first, last) of a marked clip, and `hold` times the last one."""
    found = probe(path)
    yaml = f"  - clip: {path.name}\n    in: {_before(found, first)}\n    times: {times}\n"
    if last < found.frames:
        yaml += f"    out: {_before(found, last)}\n"
    if hold:
        yaml += f"    hold: {float(hold / found.rate):.9f}\n"
    number = int(path.name[:2])
    once = tuple(Reading(number, frame) for frame in range(first, last))
    return Turn(yaml, once * times + (once[-1],) * hold)


def black(seconds: Fraction, rate: Fraction) -> Turn:
    return Turn(f"  - black: {float(seconds):.9f}\n", (BLACK,) * ceil(seconds * rate))


def runs(seen: list[Seen]) -> list[tuple[Seen, int]]:
    """What is seen, and how many frames long: a still is compared by its length."""
    return [(what, len(list(same))) for what, same in groupby(seen)]


def _before(found: Probe, frame: int) -> str:
    """A time in six digits that means this frame: the last one not after it."""
    return f"{floor(found.time(frame) * 1_000_000) / 1_000_000:.6f}"


def played(stage: Stage, turns: list[Turn], head: str = "", iterations: int = 2) -> tuple[list[Seen], list[Seen]]:
    """Prepare the turns; return the frames of some iterations as wanted, and as libmpv gives them."""
    stage.loop(f"{head}cues:\n" + "".join(turn.yaml for turn in turns))
    outcome = prepare(stage)
    assert outcome.outcome == "ready", outcome.problems
    folder = Places.under(stage.state).current
    show = model.read(folder)
    wanted: list[Seen] = []
    for number in range(iterations):
        for index in show.orders[number % len(show.orders)]:
            wanted += turns[index].frames
    return wanted, dump(folder, len(wanted))


def random_turns(folder: Path, seed: int, many: int) -> list[Turn]:
    """Cues that enter at the first frame, on keyframes and between them, some to the very end."""
    chance = random.Random(seed)
    paths = sorted(path for path in folder.iterdir() if not path.name.startswith(("20", "21")))
    turns = []
    for _ in range(many):
        path = chance.choice(paths)
        frames = probe(path).frames
        first = chance.choice([0, 15 * chance.randrange(frames // 15), chance.randrange(frames)])
        last = chance.choice([frames, min(frames, first + chance.randrange(1, 20))])
        last = min(last, first + 40) if chance.random() < 0.8 else last
        turns.append(clip(path, first, last, times=chance.choice([1, 1, 1, 2, 3])))
    return turns


@pytest.mark.parametrize("seed", [1, 2])
def test_every_frame_of_random_cues_comes_once_and_in_its_order(stage: Stage, seed: int) -> None:
    wanted, got = played(stage, random_turns(stage.footage, seed, 25))
    assert got == wanted


def test_a_clip_plays_whole_again_and_again(stage: Stage) -> None:
    wanted, got = played(stage, [clip(stage.footage / "15-b.mp4", 0, 150)], iterations=3)
    assert got == wanted


@pytest.mark.parametrize("name", ["11-plain.mp4", "13-slow.mp4", "14-ntsc.mp4", "18-ntsc.mkv", "19-mpeg4.avi"])
def test_single_frames_are_cues_too(stage: Stage, name: str) -> None:
    path = stage.footage / name
    turns = [clip(path, frame, frame + 1) for frame in (0, 7, 15, 29, 30, 44, 89)]
    wanted, got = played(stage, turns)
    assert got == wanted


def test_a_codec_that_the_player_does_not_know_in_its_container_plays_from_copies(stage: Stage) -> None:
    lossless = make_clip(stage.footage / "22-lossless.mkv", 22, 60, size=(320, 180), codec="ffv1")
    turns = [clip(lossless, 20, 35), clip(stage.footage / "11-plain.mp4", 0, 20)]
    wanted, got = played(stage, turns)
    assert got == wanted


def test_an_in_point_far_from_its_keyframe_comes_from_a_copy_up_to_the_next_one(stage: Stage) -> None:
    far = stage.footage / "20-far.mp4"
    turns = [clip(far, 430, 470), clip(far, 420, 440), clip(far, 449, 452), clip(far, 450, 460), clip(far, 425, 500)]
    wanted, got = played(stage, turns)
    assert len(list(Places.under(stage.state).copies.iterdir())) == 4
    assert got == wanted


def test_a_container_that_cannot_be_entered_at_a_frame_plays_from_copies(stage: Stage) -> None:
    air = stage.footage / "21-air.ts"
    wanted, got = played(stage, [clip(air, 0, 20), clip(air, 7, 31, times=2), clip(air, 140, 150)])
    assert got == wanted


@pytest.mark.parametrize("seed", [1, 2])
def test_holds_and_blacks_and_gaps_last_as_many_frames_as_they_should(stage: Stage, seed: int) -> None:
    chance = random.Random(seed)
    rate = Fraction(30)  # of most clips here, so that of the blacks
    turns = []
    for _ in range(10):
        name = chance.choice(["11-plain.mp4", "15-b.mp4", "16-b-sound.mp4", "17-plain.mkv"])
        first = chance.choice([0, 15, 30, chance.randrange(100)])
        turns.append(clip(stage.footage / name, first, first + chance.randrange(1, 20), hold=chance.randrange(30)))
        if chance.random() < 0.4:
            turns.append(black(Fraction(chance.randrange(1, 40), 30), rate))
    turns.append(clip(stage.footage / "12-pal.mp4", 3, 20, hold=7))
    gap = Fraction(chance.randrange(1, 10), 10)
    turns = [Turn(turn.yaml, (*turn.frames, *(BLACK,) * ceil(gap * rate))) for turn in turns]
    wanted, got = played(stage, turns, f"gap: {float(gap)}\n", iterations=1)
    assert runs(got) == runs(wanted)


def test_stills_of_any_length_take_no_frame_from_what_follows(stage: Stage) -> None:
    chance = random.Random(7)
    turns = []
    for turn in random_turns(stage.footage, 7, 12):
        turns.append(Turn(f"{turn.yaml}    hold: {chance.randrange(1, 500)}ms\n", turn.frames))
        turns.append(Turn(f"  - black: {chance.randrange(1, 500)}ms\n", (BLACK,)))
    played(stage, turns, "gap: 7ms\n", iterations=1)
    wanted = [what for what, _ in runs([seen for turn in turns for seen in (*turn.frames, BLACK)])]
    got = dump(Places.under(stage.state).current, sum(len(turn.frames) for turn in turns) + 1000)
    # not the length of each still: the last of its frames may be cut to nothing
    assert [what for what, _ in runs(got)][: len(wanted)] == wanted


def test_a_still_longer_than_its_copy_repeats_it_without_a_seam(stage: Stage) -> None:
    turns = [clip(stage.footage / "11-plain.mp4", 4, 9, hold=700), clip(stage.footage / "15-b.mp4", 9, 12)]
    wanted, got = played(stage, turns, iterations=1)
    assert runs(got) == runs(wanted)


def test_each_iteration_of_a_shuffled_loop_has_its_own_order(stage: Stage) -> None:
    turns = random_turns(stage.footage, 5, 8)
    wanted, got = played(stage, turns, "order: shuffled\nseed: 3\n", iterations=3)
    assert got == wanted


def test_a_file_whose_name_is_full_of_signs_plays(stage: Stage) -> None:
    names = [
        "01 a, b; c.mp4",
        "02 100%25%.mp4",
        "03 'single' \"double\".mp4",
        "04 %3%abc,.mp4",
        "05 平安城市計劃 雨.mp4",
    ]
    names += ["06 #.mp4", "07 \\ back.mp4", "08!new_stream.mp4", "09 : ? * [a] {b}.mp4"]
    for name in names:
        make_clip(stage.footage / name, int(name[:2]), 12, size=(320, 180))
    turns = [
        Turn(f"  - clip: {json.dumps(name)}\n", tuple(Reading(int(name[:2]), at) for at in range(12))) for name in names
    ]
    wanted, got = played(stage, turns)
    assert got == wanted


def test_a_folder_whose_name_is_full_of_signs_plays(tmp_path: Path, marked: Path) -> None:
    stage = Stage(tmp_path / "a, b; %20 'c' \"d\"\n平安")
    (stage.footage / "11-plain.mp4").hardlink_to(marked / "11-plain.mp4")
    wanted, got = played(stage, [clip(stage.footage / "11-plain.mp4", 7, 30)])
    assert got == wanted


def agree(got: list[Seen], wanted: list[Seen | None]) -> bool:
    """Whether all is as wanted; None is a picture that cannot be told."""
    return len(got) == len(wanted) and all(want in (None, seen) for seen, want in zip(got, wanted, strict=True))


def fading(path: Path, keys: str) -> str:
    return f"  - clip: {path.name}\n{keys}"


@pytest.mark.parametrize(
    ("name", "rate", "frames"),
    [
        ("11-plain.mp4", Fraction(30), 150),
        ("13-slow.mp4", Fraction(25, 2), 90),
        ("18-ntsc.mkv", Fraction(30000, 1001), 150),
    ],
)
def test_fades_begin_and_end_black_and_leave_no_frame_out(stage: Stage, name: str, rate: Fraction, frames: int) -> None:
    stage.loop("cues:\n" + fading(stage.footage / name, "    fade_in: 2\n    fade_out: 2\n"))
    assert prepare(stage).outcome == "ready"
    number = int(name[:2])
    wanted: list[Seen | None] = [Reading(number, frame) for frame in range(frames)]
    for frame in range(frames):  # too dark to be told from black, or nearly
        if min(frame, frames - frame) < rate / 4:
            wanted[frame] = None
    wanted[0] = BLACK
    got = dump(Places.under(stage.state).current, 2 * frames)
    assert agree(got, wanted * 2), got


def test_fades_of_a_part_of_a_clip_again_and_again_and_of_its_hold(stage: Stage) -> None:
    keys = "    in: 1\n    out: 1.2\n    times: 3\n    hold: 1\n    fade_in: 0.4\n    fade_out: 0.5\n"
    stage.loop("cues:\n" + fading(stage.footage / "11-plain.mp4", keys))
    assert prepare(stage).outcome == "ready"
    wanted: list[Seen | None] = [Reading(11, 30 + number % 6) for number in range(18)]
    wanted += [Reading(11, 35)] * 30
    wanted[:3], wanted[-3:] = [BLACK, None, None], [None] * 3
    got = dump(Places.under(stage.state).current, 2 * len(wanted))
    assert agree(got, wanted * 2), got


def crossing(before: tuple[Path, int], after: tuple[Path, int], blend_s: Fraction) -> tuple[list[Seen | None], int]:
    """What is seen from the first frame of one cue, given as its path and first frame, to the end of its turn.

    Of two marks that lie over each other the one with the greater share of the light is read. Also returns the first
    frame of the next cue after the crossfade.
    """
    (path, start), (next_path, next_start) = before, after
    one, other = probe(path), probe(next_path)
    ends_s = one.duration - blend_s
    whole: list[Seen | None] = [
        Reading(int(path.name[:2]), frame) for frame in range(start, one.frames) if one.time(frame) < ends_s
    ]
    many = int(blend_s * other.rate)
    for number in range(many):
        under = floor((ends_s + number / other.rate) * one.rate)
        early = Reading(int(path.name[:2]), min(under, one.frames - 1))
        late = Reading(int(next_path.name[:2]), next_start + number)
        whole.append(None if 0.4 < number / many < 0.6 else early if number < many / 2 else late)
    return whole, next_start + many


@pytest.mark.parametrize(
    ("one", "other", "blend"),
    [
        ("11-plain.mp4", "15-b.mp4", "1"),
        ("11-plain.mp4", "17-plain.mkv", "1/2"),
        ("12-pal.mp4", "11-plain.mp4", "1/2"),
        ("13-slow.mp4", "11-plain.mp4", "7/15"),
        ("11-plain.mp4", "13-slow.mp4", "16/25"),
        ("19-mpeg4.avi", "16-b-sound.mp4", "7/10"),
        ("21-air.ts", "11-plain.mp4", "1/3"),
    ],
)
def test_a_crossfade_leaves_no_frame_of_either_cue_out(stage: Stage, one: str, other: str, blend: str) -> None:
    blend_s = Fraction(blend)
    first, second = stage.footage / one, stage.footage / other
    crossfade = f"    crossfade: {floor(blend_s * 1_000_000) / 1_000_000:.6f}\n"
    stage.loop("cues:\n" + fading(first, crossfade) + fading(second, crossfade))
    assert prepare(stage).outcome == "ready"
    back_s = ceil(blend_s * probe(first).rate) / probe(first).rate
    wanted, entered = crossing((first, int(back_s * probe(first).rate)), (second, 0), blend_s)
    more, entered = crossing((second, entered), (first, 0), back_s)
    wanted += more
    assert entered == int(back_s * probe(first).rate)
    got = dump(Places.under(stage.state).current, 2 * len(wanted))
    assert agree(got, wanted * 2), [
        pair for pair in zip(got, wanted * 2, strict=True) if pair[1] not in (None, pair[0])
    ]


def test_crossfades_of_a_shuffled_loop_leave_no_frame_out(stage: Stage) -> None:
    names = ["11-plain.mp4", "15-b.mp4", "16-b-sound.mp4"]
    stage.loop("order: shuffled\ncrossfade: 0.5\ncues:\n" + "".join(f"  - clip: {name}\n" for name in names))
    assert prepare(stage).outcome == "ready"
    folder = Places.under(stage.state).current
    show = model.read(folder)
    cues = [names[cue] for number in range(4) for cue in show.orders[number % len(show.orders)]]
    wanted: list[Seen | None] = []
    for one, other in pairwise(cues[:8]):
        part, _ = crossing((stage.footage / one, 15), (stage.footage / other, 0), Fraction(1, 2))
        wanted += part
    got = dump(folder, len(wanted))
    assert agree(got, wanted), [pair for pair in zip(got, wanted, strict=True) if pair[1] not in (None, pair[0])]
