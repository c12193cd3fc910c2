from fractions import Fraction
from pathlib import Path

import pytest

from installation.errors import FootageError
from installation.show.plan import Plan
from installation.show.strips import BLACK, FRAMES, HOLD, STILL, Heard, Run
from tests.show.probes import SLOW, Shelf, flashes_of, probe_of, still_of

SOUND = probe_of(100, sound=(Fraction(0), Fraction(4)), name="heard")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Two silent clips of four seconds, one with sound, one that is broken."""
    one, other = probe_of(100, name="a"), probe_of(120, Fraction(30), name="b")
    return Shelf(tmp_path.resolve(), a=one, b=other, heard=SOUND, bad=FootageError("bad.mp4 is empty (0 bytes)."))


def told(made: Plan) -> list[str]:
    return [str(problem) for problem in made.problems]


def names(made: Plan) -> list[str]:
    return [cue.name for cue in made.cues]


def test_a_cue_has_its_name_its_kind_its_place_and_its_words(shelf: Shelf) -> None:
    shelf.put_still("s.jpg", still_of(100, 100))
    clip, still, title, black = shelf.cues(
        "- clip: a.mp4\n  caption: {en: A crossing, zh-Hant: 路口}\n"
        "- still: s.jpg\n  for: 3\n"
        "- title: {zh-Hant: 平安城市計劃, en: Safe City Project}\n  for: 3\n"
        "- black: 3\n"
    )
    assert [(cue.name, cue.kind) for cue in (clip, still, title, black)] == [
        ("a.mp4", "clip"),
        ("s.jpg", "still"),
        ("平安城市計劃", "title"),
        ("black", "black"),
    ]
    assert [str(cue.mark) for cue in (clip, still, title, black)] == [f"loop.yaml:{line}:3" for line in (2, 4, 6, 8)]
    assert clip.caption == (("en", "A crossing"), ("zh-Hant", "路口"))
    assert title.title == (("zh-Hant", "平安城市計劃"), ("en", "Safe City Project"))
    assert clip.title == still.caption == black.caption == ()


def test_times_repeat_picture_and_sound_and_the_hold_comes_once_at_the_end(shelf: Shelf) -> None:
    (cue,) = shelf.cues("- clip: heard.mp4\n  times: 3\n  hold: 1.5\n  out: 2\n")
    assert [(run.kind, run.first, run.count) for run in cue.strip.runs] == [(FRAMES, 0, 50)] * 3 + [(HOLD, 49, 1)]
    assert cue.strip.length_s == Fraction(15, 2)
    assert [bool(part.master) for part in cue.sound] == [True, True, True, False]
    assert cue.sound[-1] == Heard(Fraction(3, 2))


def test_a_turned_clip_has_the_size_of_the_upright_picture(shelf: Shelf) -> None:
    shelf.put("turned.mp4", probe_of(size=(640, 360), rotation=90))
    (cue,) = shelf.cues("- clip: turned.mp4\n")
    assert (cue.strip.width, cue.strip.height) == (360, 640)


def test_a_black_has_the_rate_and_size_of_most_clips(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path.resolve(), a=probe_of(rate=SLOW, size=(319, 181), name="a"), b=probe_of(name="b"))
    *_, black, title = shelf.cues(
        "- clip: a.mp4\n- clip: b.mp4\n- clip: a.mp4\n- black: 3\n- title: Safe City\n  for: 3\n"
    )
    for cue in (black, title):
        assert (cue.strip.rate, cue.strip.width, cue.strip.height) == (SLOW, 320, 182)
        assert cue.strip.runs == (Run(BLACK, Fraction(3)),)


@pytest.mark.parametrize("cue", ["black: 0.001", "clip: a.mp4\n  hold: 0.001", "title: x\n  for: 0.001"])
def test_what_stands_still_is_one_frame_long_at_least(shelf: Shelf, cue: str) -> None:
    (planned,) = shelf.cues(f"- {cue}\n")
    assert planned.strip.runs[-1].length_s == Fraction(1, 25)
    assert sum(part.length_s for part in planned.sound) == planned.strip.length_s


def test_a_gap_of_a_moment_is_one_frame_long(shelf: Shelf) -> None:
    assert shelf.plan("gap: 0.001\ncues:\n- clip: a.mp4\n").gap_s == Fraction(1, 25)


def test_sound_runs_beside_the_picture(shelf: Shelf) -> None:
    (cue,) = shelf.cues("- clip: heard.mp4\n  in: 1\n  out: 3\n")
    (heard,) = cue.sound
    assert heard == Heard(Fraction(2), str(shelf.archive.folder / "heard.mp4"), SOUND.sha256, Fraction(1), 48_000)
    assert cue.sounds


@pytest.mark.parametrize(
    ("cue", "sound"), [("a.mp4", True), ("heard.mp4", False)], ids=["the clip is silent", "the machine is"]
)
def test_a_cue_without_sound_is_silence(shelf: Shelf, cue: str, sound: bool) -> None:
    (planned,) = shelf.plan(f"cues:\n- clip: {cue}\n", sound=sound).cues
    assert planned.sound == (Heard(Fraction(4)),)
    assert not planned.sounds


def test_a_cue_whose_sound_is_off_is_silence(shelf: Shelf) -> None:
    (cue,) = shelf.cues("- clip: heard.mp4\n  sound: off\n")
    assert cue.sound == (Heard(Fraction(4)),)


def clip_with(shelf: Shelf, start_s: Fraction, length_s: Fraction, points: str = "") -> tuple[Heard, ...]:
    """What is heard of a clip of four seconds whose sound starts and lasts so."""
    shelf.put("some.mp4", probe_of(100, sound=(start_s, length_s)))
    (cue,) = shelf.cues(f"- clip: some.mp4\n{points}")
    assert sum(part.length_s for part in cue.sound) == cue.strip.length_s
    return cue.sound


def test_a_sound_shorter_than_its_picture_has_silence_before_and_after(shelf: Shelf) -> None:
    before, heard, after = clip_with(shelf, Fraction(1), Fraction(2))
    assert before == after == Heard(Fraction(1))
    assert (heard.enters_s, heard.length_s) == (Fraction(1), Fraction(2))


def test_a_cue_that_lies_after_the_end_of_the_sound_is_silence(shelf: Shelf) -> None:
    assert clip_with(shelf, Fraction(0), Fraction(1), "  in: 2\n") == (Heard(Fraction(2)),)


def test_a_sound_a_little_too_short_is_not_filled_up(shelf: Shelf) -> None:
    (heard,) = clip_with(shelf, Fraction(1, 100), Fraction(398, 100))
    assert heard.length_s == 4


@pytest.mark.parametrize(
    ("loop_wide", "keys", "fades"),
    [
        ("", "", (0, 0)),
        ("", "  fade_in: 1\n  fade_out: 0.5\n", (1, Fraction(1, 2))),
        ("fade_in: 1\nfade_out: 2\n", "", (1, 2)),
        ("fade_in: 1\nfade_out: 2\n", "  fade_in: 0\n", (0, 2)),
        ("fade_in: 1\nfade_out: 2\n", "  fade_out: 0.25\n", (1, Fraction(1, 4))),
    ],
)
def test_fades_are_the_cues_own_or_those_of_the_loop(
    shelf: Shelf, loop_wide: str, keys: str, fades: tuple[Fraction, Fraction]
) -> None:
    made = shelf.plan(f"{loop_wide}cues:\n- clip: a.mp4\n{keys}- title: x\n  for: 3\n{keys}- black: 1\n")
    assert [cue.fade_in_s for cue in made.cues] == [fades[0], fades[0], 0]
    assert [cue.fade_out_s for cue in made.cues] == [fades[1], fades[1], 0]
    assert not made.problems


@pytest.mark.parametrize(
    ("loop_wide", "keys", "blends"),
    [
        ("crossfade: 1\n", "", (1, 1, 1)),
        ("crossfade: 1\n", "  crossfade: 0\n", (0, 1, 1)),
        ("", "  crossfade: 0.5\n", (Fraction(13, 25), 0, 0)),
    ],
)
def test_crossfades_are_the_cues_own_or_those_of_the_loop_in_whole_frames(
    shelf: Shelf, loop_wide: str, keys: str, blends: tuple[Fraction, ...]
) -> None:
    made = shelf.plan(f"{loop_wide}cues:\n- clip: a.mp4\n{keys}- clip: b.mp4\n- black: 3\n")
    assert tuple(cue.blend_s for cue in made.cues) == blends
    assert not made.problems


MISTAKES = [
    ("clip: a.mp4\n  out: 0:16.5", "3:8: out point 0:16.5 lies after the end of a.mp4 (0:04)."),
    ("clip: a.mp4\n  in: 00:00:01:25", "3:7: frame 25 does not exist at 25 fps (0 to 24)."),
    ("clip: a.mp4\n  in: flash 2 - 1s", "3:7: a.mp4 has no flashes; there is no flash 2."),
    ("clip: a.mp4\n  hold: on 0:05", "3:9: held frame 0:05 lies after the end of a.mp4 (0:04)."),
    ("clip: A.mp4", "2:9: A.mp4 is not in the footage folder. Did you mean 'a.mp4'?"),
    ("clip: 雨.mkv", "2:9: 雨.mkv is not in the footage folder."),
    ("clip: bad.mp4", "2:9: bad.mp4 is empty (0 bytes)."),
    ("still: no.jpg\n  for: 3", "2:10: no.jpg is not in the footage folder. Did you mean 's.jpg'?"),
    ("still: bad.jpg\n  for: 3", "2:10: bad.jpg is no picture."),
    ("clip: a.mp4\n  fade_in: 5", "3:12: a fade in of 5 s is longer than the cue (4 s); shorten it."),
    ("clip: a.mp4\n  fade_out: 5", "3:13: a fade out of 5 s is more than the cue has left for it (4 s); shorten it."),
    (
        "clip: a.mp4\n  fade_in: 3\n  fade_out: 1.5",
        "4:13: a fade out of 1.5 s is more than the cue has left for it (1 s); shorten it.",
    ),
    (
        "clip: a.mp4\n  crossfade: 3\n  fade_out: 1.5",
        "4:13: a fade out of 1.5 s is more than the cue has left for it (1 s); shorten it.",
    ),
    ("title: x\n  for: 2\n  fade_in: 2.5", "4:12: a fade in of 2.5 s is longer than the cue (2 s); shorten it."),
    ("clip: a.mp4\n  crossfade: 5", "3:14: a crossfade of 5 s leaves nothing of the cue (4 s); shorten it."),
    ("clip: a.mp4\n  crossfade: 4", "3:14: a crossfade of 4 s leaves nothing of the cue (4 s); shorten it."),
]


@pytest.mark.parametrize(("cue", "problem"), MISTAKES)
def test_a_cue_with_a_mistake_is_left_out_with_one_sentence_at_its_place(shelf: Shelf, cue: str, problem: str) -> None:
    shelf.put_still("s.jpg", still_of(100, 100))
    shelf.put_still("bad.jpg", FootageError("bad.jpg is no picture."))
    made = shelf.plan(f"cues:\n- {cue}\n- black: 9\n")
    assert told(made) == [f"loop.yaml:{problem}"]
    assert names(made) == ["black"]


def test_a_fade_of_the_loop_that_is_too_long_for_a_cue_is_told_at_that_cue(shelf: Shelf) -> None:
    made = shelf.plan("fade_in: 3\nfade_out: 3\ncues:\n- clip: a.mp4\n- clip: a.mp4\n  times: 2\n")
    assert told(made) == ["loop.yaml:4:3: a fade out of 3 s is more than the cue has left for it (1 s); shorten it."]
    assert len(made.cues) == 1


def test_a_fade_that_a_crossfade_takes_the_place_of_is_never_too_long(shelf: Shelf) -> None:
    made = shelf.plan("crossfade: 2\nfade_in: 3\nfade_out: 3\ncues:\n- clip: a.mp4\n- clip: b.mp4\n")
    assert not made.problems


LOOP = """\
order: {order}
cues:
- black: 9
- clip: a.mp4
  in: 2
  crossfade: {own}
- clip: b.mp4
  crossfade: {after}
"""


@pytest.mark.parametrize(
    ("order", "own", "after", "left_out", "problem"),
    [
        ("listed", 1, 1, [], ""),
        ("listed", 0, 3, ["b.mp4"], "8:14: a crossfade of 3 s is more than a.mp4 can give (2 s)"),
        ("listed", 1, "1.5", ["b.mp4"], "8:14: a crossfade of 1.5 s is more than a.mp4 can give (1 s)"),
        ("reversed", 3, 1, ["a.mp4"], "6:14: a crossfade of 3 s leaves nothing of the cue (2 s)"),
        ("reversed", 1, 3, [], ""),
        ("shuffled", 1, 3, ["b.mp4"], "8:14: a crossfade of 3 s is more than a.mp4 can give (1 s)"),
        ("shuffled", 0, "1.5", [], ""),
    ],
)
def test_a_crossfade_longer_than_any_cue_that_may_come_before_it_is_told(
    shelf: Shelf, order: str, own: str, after: str, left_out: list[str], problem: str
) -> None:
    made = shelf.plan(LOOP.format(order=order, own=own, after=after))
    assert told(made) == ([f"loop.yaml:{problem}; shorten it."] if problem else [])
    assert set(names(made)) == {"black", "a.mp4", "b.mp4"} - set(left_out)


def test_a_crossfade_at_the_wrap_is_as_long_as_the_last_cue_allows(shelf: Shelf) -> None:
    text = "cues:\n- clip: a.mp4\n  crossfade: {}\n- clip: b.mp4\n  out: 1\n"
    assert not shelf.plan(text.format("1")).problems
    made = shelf.plan(text.format("1.5"))
    assert told(made) == ["loop.yaml:3:14: a crossfade of 1.52 s is more than b.mp4 can give (1 s); shorten it."]
    assert names(made) == ["b.mp4"]


@pytest.mark.parametrize("order", ["listed", "reversed", "shuffled"])
def test_a_loop_of_one_cue_blends_with_itself(shelf: Shelf, order: str) -> None:
    text = f"order: {order}\ncues:\n- clip: a.mp4\n  crossfade: "
    assert not shelf.plan(f"{text}2\n").problems
    made = shelf.plan(f"{text}2.2\n")
    assert told(made) == ["loop.yaml:4:14: a crossfade of 2.2 s is more than a.mp4 can give (1.8 s); shorten it."]
    assert made.cues == []


def test_when_a_cue_is_left_out_the_others_have_to_meet_without_it(shelf: Shelf) -> None:
    text = (
        "cues:\n- clip: a.mp4\n  out: 1\n"  # can give one second
        "- clip: b.mp4\n  crossfade: 2\n"  # wants two: left out
        "- black: 9\n  crossfade: 3\n"  # had b.mp4 before it, has a.mp4 now
        "- clip: b.mp4\n  crossfade: 1\n"
    )
    made = shelf.plan(text)
    assert told(made) == [
        "loop.yaml:5:14: a crossfade of 2 s is more than a.mp4 can give (1 s); shorten it.",
        "loop.yaml:7:14: a crossfade of 3 s is more than a.mp4 can give (1 s); shorten it.",
    ]
    assert names(made) == ["a.mp4", "b.mp4"]


def test_a_crossfade_over_a_gap_is_told_once_where_it_is_asked_for(shelf: Shelf) -> None:
    apart = "a crossfade needs cues that meet, but there is a 'gap' between them: leave out one of the two."
    made = shelf.plan("gap: 1\ncues:\n- clip: a.mp4\n  crossfade: 1\n- clip: b.mp4\n  crossfade: 0\n")
    assert told(made) == [f"loop.yaml:4:14: {apart}"]
    assert names(made) == ["b.mp4"]
    made = shelf.plan("gap: 1\ncrossfade: 1\ncues:\n- clip: a.mp4\n- clip: b.mp4\n")
    assert told(made) == [f"loop.yaml:2:12: {apart}"]
    assert [cue.blend_s for cue in made.cues] == [0, 0]


@pytest.mark.parametrize(
    ("found", "canvas", "size"),
    [
        ((1920, 1080), None, (1920, 1080)),
        ((6000, 4000), None, (1620, 1080)),
        ((4000, 6000), None, (720, 1080)),
        ((11_648, 8736), None, (1440, 1080)),
        ((30_000, 200), None, (1920, 12)),
        ((640, 480), None, (640, 480)),
        ((641, 479), None, (640, 478)),
        ((3, 3), None, (2, 2)),
        ((1, 1), None, (2, 2)),
        ((6000, 4000), (3840, 2160), (3240, 2160)),
        ((6000, 4000), (640, 360), (1620, 1080)),
        ((6000, 4000), (1440, 1440), (1920, 1280)),
    ],
)
def test_a_still_is_as_large_as_the_screen_shows_it_and_never_enlarged(
    shelf: Shelf, found: tuple[int, int], canvas: tuple[int, int] | None, size: tuple[int, int]
) -> None:
    shelf.put_still("s.jpg", still_of(*found))
    text = "- still: s.jpg\n  for: 12\n"
    if canvas:
        shelf.put("wide.mp4", probe_of(rate=SLOW, size=canvas))
        text += "- clip: wide.mp4\n"
    still, *_ = shelf.cues(text)
    assert (still.strip.width, still.strip.height) == size
    assert still.strip.runs == (Run(STILL, Fraction(12), str(shelf.archive.folder / "s.jpg"), "abc"),)
    assert still.strip.rate == (SLOW if canvas else 25)
    assert still.sound == (Heard(Fraction(12)),)


LIT = (
    "cues:\n- clip: a.mp4\n- clip: b.mp4\n- title: x\n  for: 3\n- clip: heard.mp4\n- clip: b.mp4\n  out: flash 1 + 1s\n"
)


@pytest.fixture
def lit(shelf: Shelf) -> Shelf:
    """The shelf with flashes: three in four seconds of a.mp4, one in b.mp4."""
    shelf.put_flashes("a.mp4", flashes_of(probe_of(100), 20, 40, 60))
    shelf.put_flashes("b.mp4", flashes_of(probe_of(120, Fraction(30)), 15))
    return shelf


def test_flashes_are_asked_for_once_and_only_of_clips_whose_cues_speak_of_them(lit: Shelf) -> None:
    lit.plan("cues:\n- clip: a.mp4\n- clip: b.mp4\n  hold: on 0:01 for 2s\n")
    assert lit.asked == []
    lit.plan("cues:\n- clip: a.mp4\n- clip: b.mp4\n  in: flash 1\n- clip: b.mp4\n  hold: on last flash\n")
    assert lit.asked == ["b.mp4"]


@pytest.mark.parametrize(
    ("order", "played"),
    [
        ("calm to bright", ["x", "heard.mp4", "b.mp4", "b.mp4", "a.mp4"]),
        ("bright to calm", ["a.mp4", "b.mp4", "b.mp4", "x", "heard.mp4"]),
    ],
)
def test_an_order_by_light_asks_for_the_flashes_of_every_clip(lit: Shelf, order: str, played: list[str]) -> None:
    made = lit.plan(f"order: {order}\n{LIT}")
    assert not made.problems
    assert sorted(lit.asked) == ["a.mp4", "b.mp4", "heard.mp4"]
    assert [made.cues[cue].name for cue in made.orders[0]] == played
    assert [cue.pace for cue in made.cues] == [Fraction(3, 4), Fraction(1, 4), 0, 0, Fraction(2, 3)]


def test_a_held_flash_makes_a_cue_calmer_and_each_time_counts(lit: Shelf) -> None:
    held, twice = lit.cues(
        "- clip: b.mp4\n  hold: on flash 1 for 4s\n- clip: a.mp4\n  out: flash 2 + 0.4s\n  times: 2\n"
    )
    assert held.flashes_s == (Fraction(1, 2),)
    assert held.pace == Fraction(1, 8)
    assert twice.flashes_s == (Fraction(4, 5), Fraction(8, 5), Fraction(14, 5), Fraction(18, 5))
    assert twice.pace == 1


def test_a_frame_held_within_a_clip_is_silent_and_the_sound_goes_on_after_it(shelf: Shelf) -> None:
    (cue,) = shelf.cues("- clip: heard.mp4\n  hold: on 0:01 for 2s\n")
    before, hold, after = cue.sound
    assert (before.enters_s, before.length_s) == (Fraction(0), Fraction(26, 25))
    assert hold == Heard(Fraction(2))
    assert (after.enters_s, after.length_s) == (Fraction(26, 25), Fraction(74, 25))


def test_a_clip_whose_flashes_cannot_be_found_is_told_at_each_of_its_cues(lit: Shelf) -> None:
    lit.put_flashes("b.mp4", FootageError("b.mp4 is damaged."))
    made = lit.plan("cues:\n- clip: b.mp4\n  in: flash 1\n- clip: b.mp4\n- clip: b.mp4\n  out: last flash\n")
    assert told(made) == ["loop.yaml:2:9: b.mp4 is damaged.", "loop.yaml:5:9: b.mp4 is damaged."]
    assert lit.asked == ["b.mp4"]


def test_in_an_order_by_light_a_crossfade_is_held_against_the_cue_that_comes_before(lit: Shelf) -> None:
    text = "cues:\n- clip: a.mp4\n  crossfade: 3\n- clip: heard.mp4\n- clip: b.mp4\n  out: 1\n"
    assert not lit.plan("order: calm to bright\n" + text).problems  # heard.mp4 comes before it
    made = lit.plan("order: bright to calm\n" + text)  # b.mp4 does
    assert told(made) == ["loop.yaml:4:14: a crossfade of 3 s is more than b.mp4 can give (1 s); shorten it."]


def test_all_mistakes_are_found_at_once(shelf: Shelf) -> None:
    cues = [cue for cue, _ in MISTAKES if "still" not in cue]
    made = shelf.plan("cues:\n" + "".join(f"- {cue}\n" for cue in cues) + "- black: 9\n")
    assert len(made.problems) == len(cues)
    assert names(made) == ["black"]


def test_a_loop_of_black_alone_needs_no_clip(tmp_path: Path) -> None:
    (cue,) = Shelf(tmp_path.resolve()).cues("- black: 70\n")
    assert (cue.strip.rate, cue.strip.width, cue.strip.height) == (Fraction(25), 1280, 720)
    assert cue.sound == (Heard(Fraction(70)),)
