import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.player.heartbeat import IDLE, PLAYING, Heartbeat
from installation.player.order import Order
from installation.wall.resuming import SAVE_S, Point, Resuming
from tests.disks import AtOnce
from tests.player.fakes import make_show

FOLDER = Path("/state/show/1")
SHOW = make_show((2, 1, 3))


def beat(cue: int, position_s: float, iteration: int = 7) -> Heartbeat:
    return Heartbeat(PLAYING, iteration=iteration, cue=cue, position_s=position_s, show=str(FOLDER), ready=True)


def at(tmp_path: Path, cue: int, position_s: float) -> Resuming:
    resuming = Resuming(tmp_path / "resume.json", AtOnce())
    resuming.note(SHOW, beat(cue, position_s))
    return resuming


def test_a_first_start_begins_at_the_beginning(tmp_path: Path) -> None:
    assert Resuming(tmp_path / "resume.json").order(SHOW, FOLDER) == Order(str(FOLDER), cue=0)


def test_the_same_show_goes_on_where_it_was(tmp_path: Path) -> None:
    assert at(tmp_path, 2, 1.5).order(SHOW, FOLDER) == Order(str(FOLDER), 7, 2, 1.5)


def test_a_changed_show_goes_on_in_the_same_clip(tmp_path: Path) -> None:
    changed = make_show((5, 2, 1, 3), name="edited", names=["new.mp4", "clip-0.mp4", "clip-1.mp4", "clip-2.mp4"])
    assert at(tmp_path, 2, 1.5).order(changed, FOLDER) == Order(str(FOLDER), 7, 3, 1.5)


def test_of_several_turns_of_the_clip_the_nearest_is_taken(tmp_path: Path) -> None:
    changed = make_show((3, 3, 3, 3), name="edited", names=["clip-2.mp4", "b.mp4", "clip-2.mp4", "clip-2.mp4"])
    assert at(tmp_path, 2, 0.5).order(changed, FOLDER).cue == 2


def test_a_clip_that_is_gone_means_the_beginning_of_the_same_iteration(tmp_path: Path) -> None:
    assert at(tmp_path, 2, 1.5).order(make_show((1,), name="edited"), FOLDER) == Order(str(FOLDER), 7, 0)


@pytest.mark.parametrize(
    "said", [Heartbeat(IDLE, ready=True), Heartbeat(PLAYING, cue=1, ready=False), beat(3, 0), beat(-1, 0)]
)
def test_only_a_picture_that_was_seen_is_a_place(tmp_path: Path, said: Heartbeat) -> None:
    resuming = at(tmp_path, 1, 0.5)
    before = resuming.point
    resuming.note(SHOW, said)
    assert resuming.point == before


def test_the_next_start_of_the_machine_takes_the_place_up(tmp_path: Path) -> None:
    at(tmp_path, 1, 0.75).save(0.0)
    later = Resuming(tmp_path / "resume.json")
    later.begin(resume=True)
    assert later.point == Point("a-show", 7, 1, "clip-1.mp4", 0.75)


def test_the_place_is_written_every_few_seconds_and_at_the_end(tmp_path: Path) -> None:
    resuming, path = at(tmp_path, 1, 0.0), tmp_path / "resume.json"

    def written() -> float:
        return float(json.loads(path.read_text())["position_s"])

    resuming.save(100.0)
    resuming.note(SHOW, beat(1, 0.5))
    resuming.save(100 + SAVE_S - 0.1)
    assert written() == 0.0
    resuming.save(100 + SAVE_S)
    assert written() == 0.5
    resuming.note(SHOW, beat(1, 0.75))
    resuming.save(100 + SAVE_S, at_once=True)
    assert written() == 0.75


def test_a_disk_that_refuses_costs_only_the_place(tmp_path: Path) -> None:
    resuming = Resuming(tmp_path / "missing" / "resume.json", AtOnce())
    resuming.note(SHOW, beat(1, 0.0))
    resuming.save(0.0)
    assert resuming.point is not None
    later = Resuming(tmp_path / "missing" / "resume.json")
    later.begin(resume=True)
    assert later.point is None


def test_a_kiosk_that_starts_at_the_beginning_goes_on_in_the_loop_all_the_same(tmp_path: Path) -> None:
    at(tmp_path, 1, 0.75).save(0.0)
    later = Resuming(tmp_path / "resume.json")
    later.begin(resume=True)
    later.begin(resume=False)
    assert later.order(SHOW, FOLDER) == Order(str(FOLDER), cue=0)
    later.note(SHOW, beat(2, 1.5))
    later.begin(resume=False)
    assert later.order(SHOW, FOLDER).cue == 2


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b'{"show": "a-show"}',
        b'{"show": "a-show", "iteration": "7", "cue": 1, "name": "", "position_s": 0}',
        b'{"show": "a-show", "iteration": 0, "cue": 1, "name": "", "position_s": 0}',
        b'{"show": "a-show", "iteration": 1, "cue": null, "name": "", "position_s": 0}',
        b'{"show": "a-show", "iteration": 1, "cue": -2, "name": "", "position_s": 0}',
        b'{"show": "a-show", "iteration": 1, "cue": 1, "name": "", "position_s": Infinity}',
        b'{"show": "a-show", "iteration": 1, "cue": 1, "name": "", "position_s": -1}',
    ],
)
def test_a_damaged_file_means_the_beginning(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "resume.json").write_bytes(damaged)
    resuming = Resuming(tmp_path / "resume.json")
    resuming.begin(resume=True)
    assert resuming.order(SHOW, FOLDER) == Order(str(FOLDER), cue=0)


NUMBERS = st.one_of(st.integers(), st.floats(), st.none(), st.text(max_size=3), st.lists(st.integers(), max_size=1))


@given(st.sampled_from(["a-show", "b"]), NUMBERS, NUMBERS, st.sampled_from(["clip-1.mp4", ""]), NUMBERS)
def test_whatever_the_file_says_the_order_is_one_that_can_be_played(
    tmp_path_factory: pytest.TempPathFactory, show: str, iteration: object, cue: object, name: str, position: object
) -> None:
    path = tmp_path_factory.getbasetemp() / "resume.json"
    told = {"show": show, "iteration": iteration, "cue": cue, "name": name, "position_s": position}
    path.write_text(json.dumps(told))
    resuming = Resuming(path)
    resuming.begin(resume=True)
    order = Order.decode(resuming.order(SHOW, FOLDER).encode())
    assert order.iteration >= 1
    assert -1 <= order.cue < len(SHOW.cues)
    assert 0 <= order.position_s < float("inf")
