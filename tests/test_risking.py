"""Clips and the loop judged as the verb does it, on films whose flashes are known."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from installation import checking, risking, tables
from installation.errors import FootageError, InstallationError
from installation.flash.limits import View
from installation.footage.analysis import analyse
from installation.footage.cache import ProbeCache
from installation.footage.fixity import Progress
from installation.footage.risks import Risks
from installation.footage.side_by_side import Kept, cores
from installation.places import Places
from installation.risking import Judged

RATE = 10
AT_BOTH_ENDS = (1, 3, 16, 18)
"""Frames of two seconds that are bright: two flashes in any second of the clip, four where it meets itself."""


def unheard(done: int, whole: int) -> None:
    """A progress that nobody hears."""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A loop of one clip that flashes at both of its ends."""
    config, footage = tmp_path / "config", tmp_path / "footage"
    config.mkdir()
    footage.mkdir()
    with av.open(str(footage / "ends.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for number in range(20):
            picture = np.full((90, 160, 3), 200 if number in AT_BOTH_ENDS else 40, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    (config / "loop.yaml").write_text("title: A street\ncues:\n  - clip: ends.mp4\n", encoding="utf-8")
    (config / "kiosk.yaml").write_text("screen: {kind: none}\n", encoding="utf-8")
    return config


def show(config: Path, view: View | None = None) -> Judged:
    places = Places.under(config.parent / "state")
    read, made = tables.draft(config, places, unheard)
    return risking.show(read, made, Risks(places.risks), view or View(), unheard)


def clip(config: Path, heard: Progress = unheard) -> Judged:
    kept = Kept(Places.under(config.parent / "state"))
    with cores() as pool:
        (judged,) = risking.clips(["ends.mp4"], config.parent / "footage", kept, pool, heard, View())
    assert isinstance(judged, Judged)
    return judged


def flashes_line(config: Path) -> checking.Finding:
    found = checking.check(config, Places.under(config.parent / "state"), unheard, {})
    return next(finding for finding in found if finding.subject == "flashes")


def test_the_wrap_is_judged_though_the_clip_itself_passes(config: Path) -> None:
    assert clip(config).verdict == "pass"
    judged = show(config)
    assert judged.verdict == "fail"
    (finding,) = judged.found.standards["wcag-2.3.1"].findings
    assert (finding.kind, finding.peak) == ("general", 4)
    assert (finding.start_s, finding.end_s) == pytest.approx((1.6, 2.4), abs=0.02)
    assert max(point.start_s for point in judged.found.curve) < 2


def test_a_loop_that_flashes_all_the_time_is_one_finding_as_long_as_it(config: Path) -> None:
    (config / "loop.yaml").write_text("cues:\n  - clip: ends.mp4\n    in: 1.5\n", encoding="utf-8")
    for name, kinds in (("wcag-2.3.1", ["general"]), ("bt.1702", ["general", "extended"])):
        found = show(config).found.standards[name].findings
        assert [finding.kind for finding in found] == kinds
        assert all(finding.end_s - finding.start_s == pytest.approx(0.5) for finding in found)


def test_black_before_the_wrap_parts_what_flashes(config: Path) -> None:
    (config / "loop.yaml").write_text("cues:\n  - clip: ends.mp4\n  - black: 2\n", encoding="utf-8")
    assert show(config).verdict == "pass"


def test_what_is_known_is_not_looked_at_again(config: Path) -> None:
    first, alone = show(config), clip(config)
    looked: list[int] = []

    def heard(done: int, whole: int) -> None:
        looked.append(done)

    places = Places.under(config.parent / "state")
    read, made = tables.draft(config, places, unheard)
    assert risking.show(read, made, Risks(places.risks), View(), heard).found.standards == first.found.standards
    assert not looked
    assert clip(config, heard).found.standards == alone.found.standards
    assert not any(looked)
    assert risking.show(read, made, Risks(places.risks), View.of(3, 2), heard).length_s == first.length_s
    assert any(looked)


def test_a_clip_that_is_judged_has_its_flashes_found_too(config: Path) -> None:
    clip(config)
    path = config.parent / "footage" / "ends.mp4"
    cache = ProbeCache(config.parent / "state" / "probes.json")
    assert cache.flashes(path, lambda *_: pytest.fail("decoded again")) == analyse(path, cache.probe(path)).flashes


def test_a_clip_that_cannot_be_judged_does_not_stop_the_others(config: Path) -> None:
    footage = config.parent / "footage"
    (footage / "cut.mp4").write_bytes((footage / "ends.mp4").read_bytes()[:-300])
    with cores() as pool:
        found = risking.clips(["cut.mp4", "ends.mp4", "end.mp4"], footage, Kept(), pool, unheard, View())
    assert [type(one) for one in found] == [FootageError, Judged, FootageError]
    assert "cut.mp4" in str(found[0])
    assert str(found[2]) == "end.mp4 is not in the footage folder. Did you mean 'ends.mp4'?"


def test_what_is_kept_may_be_broken(config: Path) -> None:
    alone = clip(config)
    (file,) = (config.parent / "state" / "risks").iterdir()
    for text in ("", "{}", "[1]", '{"standards": {"bt.1702": {}}, "curve": []}', "[" * 5000):
        file.write_text(text)
        assert clip(config).found.standards == alone.found.standards


def test_programs_get_the_agreed_shape(config: Path) -> None:
    (plain,) = risking.plain([show(config)])
    assert plain == {
        "file": "show",
        "standards": {
            name: {"verdict": "fail", "findings": [{"kind": "general", "start": 1.6, "end": 2.4, "peak": 4}]}
            for name in ("wcag-2.3.1", "bt.1702")
        },
    }


def test_people_are_told_where_and_what_to_do_and_nothing_is_promised(config: Path) -> None:
    told = risking.told([show(config), clip(config)])
    assert "0:01.6 to 0:02.4  flashes, up to 4 a second (from 0:01.6)" in told
    assert "put up a warning" in told
    assert "ends.mp4" in told
    assert "safe" not in told.lower()


def test_the_sign_has_the_loop_s_figures_and_none_is_due_where_nothing_is_near(config: Path) -> None:
    places = Places.under(config.parent / "state")
    _, made = tables.draft(config, places, unheard)
    warned = risking.warned(show(config), made)
    assert warned
    assert (warned.peak, warned.loop_s, warned.by_title) == (4, 2, False)
    assert warned.stretches == [pytest.approx((1.6, 2.4), abs=0.02)]
    assert risking.warned(clip(config), made) is None


def test_check_tells_what_is_known(config: Path) -> None:
    unknown = flashes_line(config)
    assert unknown.grade == checking.WARNING
    assert "not known yet" in unknown.text
    show(config)
    failing = flashes_line(config)
    assert failing.grade == checking.WARNING
    assert failing.text.startswith("fails WCAG 2.3.1 and BT.1702 (up to 4 flashes a second")
    (config / "loop.yaml").write_text("cues:\n  - clip: ends.mp4\n  - black: 2\n", encoding="utf-8")
    assert "not known yet" in flashes_line(config).text
    show(config)
    assert flashes_line(config).grade == checking.GOOD


@pytest.mark.parametrize(("distance", "width"), [(1, None), (None, 1), (0, 1), (1, -1), (float("nan"), 1), (1, 1e9)])
def test_a_view_that_cannot_be_is_told(distance: float | None, width: float | None) -> None:
    with pytest.raises(InstallationError):
        risking.view(distance, width)
