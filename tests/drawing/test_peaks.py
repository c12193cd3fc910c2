from collections.abc import Callable

import numpy as np
import pytest

from installation.drawing import peaks
from installation.drawing.boxes import boxes
from installation.show.plan import Plan
from tests.drawing.conftest import untold

TONE = 0.05 / 2**0.5
"""How loud the tone of a marked clip is: one channel, played on two."""
RATE = 50

Planned = Callable[[str], Plan]


def levels(plan: Plan, number: int, *times_s: float) -> list[float]:
    """How loud the loop is, at times counted from the beginning of a box."""
    shown = boxes(plan)
    found = peaks.gather(shown, RATE, untold)
    box = shown[number]
    loud: list[float] = found.level(box, np.array(times_s) + float(box.start_s)).tolist()
    return loud


def test_a_tone_is_as_loud_as_it_is(planned: Planned) -> None:
    assert levels(planned("cues:\n- clip: tone.mp4\n"), 0, 0.1, 1.5, 2.9) == pytest.approx([TONE] * 3, rel=0.1)


def test_a_clip_without_sound_a_hold_and_sound_that_is_off_are_silent(planned: Planned) -> None:
    assert levels(planned("cues:\n- clip: red.mp4\n- clip: tone.mp4\n"), 0, 0.1, 3.9) == [0, 0]
    assert levels(planned("cues:\n- clip: tone.mp4\n  hold: 2\n"), 0, 3.1, 4.9) == [0, 0]
    assert levels(planned("cues:\n- clip: tone.mp4\n  sound: off\n"), 0, 1.5) == [0]


def test_an_excerpt_is_heard_each_time_it_is_shown(planned: Planned) -> None:
    made = planned("cues:\n- clip: tone.mp4\n  in: 1\n  out: 2\n  times: 3\n- black: 1\n")
    assert levels(made, 0, 0.5, 1.5, 2.5) == pytest.approx([TONE] * 3, rel=0.1)
    assert levels(made, 1, 0.5) == [0]


def test_sound_fades_with_its_picture(planned: Planned) -> None:
    made = planned("cues:\n- clip: tone.mp4\n  fade_in: 1\n  fade_out: 1\n")
    assert levels(made, 0, 0.5, 1.5, 2.75) == pytest.approx([TONE / 2, TONE, TONE / 4], rel=0.1)


def test_sound_crossfades_at_equal_power(planned: Planned) -> None:
    made = planned("cues:\n- clip: red.mp4\n- clip: tone.mp4\n  crossfade: 2\n")
    assert levels(made, 0, 1.9, 3, 3.99) == pytest.approx([0, TONE * 0.5**0.5, TONE], rel=0.1, abs=0.001)
    assert levels(made, 1, 0.5) == pytest.approx([TONE], rel=0.1)


def test_what_lies_near_each_other_in_a_clip_is_decoded_once_and_told_apart(planned: Planned) -> None:
    heard: list[tuple[int, int]] = []
    made = planned("cues:\n- clip: tone.mp4\n  in: 2\n- clip: tone.mp4\n  out: 1\n- clip: tone.mp4\n")
    found = peaks.gather(boxes(made), RATE, lambda done, whole: heard.append((done, whole)))
    assert heard == [(3, 3)]
    assert sorted(len(levels) for levels in found.found.values()) == [RATE, RATE, 3 * RATE]
