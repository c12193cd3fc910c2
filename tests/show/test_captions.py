import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.config.loop import Text
from installation.show.captions import Lettering, Lines, chosen, write
from installation.show.placing import Wall

WALL = Wall()
BOTH = {"zh-Hant": "平安城市計劃", "en": "Safe City Project"}
TITLE = tuple(BOTH.items())
TEXT = "廈門的每個路口都裝有攝影機與閃光燈，每輛駛過的車都會觸發一次，用以建立人臉資料庫。"


def setting(place: str = "bottom", size: int = 4, margin: int = 6) -> Text:
    return Text.model_construct(place=place, size=Fraction(size), margin=Fraction(margin))


@dataclass(frozen=True)
class Dialogue:
    layer: int
    start_s: float
    end_s: float
    margins: tuple[int, int, int]
    text: str

    @property
    def ems(self) -> list[float]:
        """The size of each language, in percent of the screen's height."""
        sizes = [float(size) / 1.448 / 10.8 for size in re.findall(r"\\fs([\d.]+)", self.text)]
        return sizes[::2]  # the others are the space between them

    @property
    def fade_ms(self) -> list[int]:
        found = re.search(r"\\fade\(255,0,255,([-\d,]+)\)", self.text)
        return [int(time) for time in found[1].split(",")] if found else []


def dialogues(letterings: list[Lettering], text: Text | None = None, wall: Wall = WALL) -> list[Dialogue]:
    _, _, events = write(letterings, text or setting(), wall).partition("\n[Events]\nFormat: ")
    found = []
    for line in events.splitlines()[1:]:
        layer, start, end, style, _, left, right, vertical, _, words = line.removeprefix("Dialogue: ").split(",", 9)
        assert style == "wall"
        margins = (int(left), int(right), int(vertical))
        found.append(Dialogue(int(layer), _seconds(start), _seconds(end), margins, words))
    return found


def _seconds(time: str) -> float:
    hours, minutes, seconds = time.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def one(kind: str, lines: Lines, text: Text | None = None, wall: Wall = WALL, **more: Any) -> Dialogue:
    (found,) = dialogues([Lettering(kind, lines, Fraction(1), Fraction(5), **more)], text, wall)
    return found


def test_without_a_choice_all_languages_are_written_in_the_order_of_the_file() -> None:
    assert chosen(BOTH, None) == TITLE


def test_chosen_languages_come_in_the_order_chosen() -> None:
    assert chosen(BOTH, ("en", "zh-Hant")) == TITLE[::-1]
    assert chosen(BOTH, ("en",)) == TITLE[1:]
    assert chosen(BOTH, ("ja", "en")) == TITLE[1:]


@pytest.mark.parametrize("language", ["zh", "ZH-hant", "zh-Hant-TW"])
def test_a_language_is_found_by_a_tag_less_exact_or_more(language: str) -> None:
    assert chosen(BOTH, (language,)) == TITLE[:1]
    assert chosen({"en": "Safe"} | BOTH, (language, "zh")) == TITLE[:1]


def test_a_region_or_a_script_that_was_not_asked_for_is_another_language() -> None:
    assert chosen({"zh-Hans": "平安城市计划", "en": "Safe"}, ("zh-Hant", "en")) == (("en", "Safe"),)
    assert chosen({"ena": "?", "en": "Safe"}, ("en",)) == (("en", "Safe"),)


def test_words_in_no_language_are_always_written_below_the_others() -> None:
    assert chosen({"und": "CAM 09", **BOTH}, ("en",)) == (("en", "Safe City Project"), ("und", "CAM 09"))
    assert chosen({"und": "CAM 09"}, ("en",)) == (("und", "CAM 09"),)
    assert chosen({"und": "CAM 09", **BOTH}, ("und", "en")) == (("und", "CAM 09"), ("en", "Safe City Project"))


def test_rather_another_language_than_an_empty_wall() -> None:
    assert chosen({"en": "Safe", "fr": "Sûre"}, ("zh-Hant",)) == (("en", "Safe"), ("fr", "Sûre"))


@given(
    st.dictionaries(st.sampled_from(["en", "und", "zh-Hant", "zh", "ja"]), st.just("x"), min_size=1),
    st.none() | st.lists(st.sampled_from(["en", "zh", "zh-Hant", "fr"]), min_size=1).map(tuple),
)
def test_something_is_always_written_and_never_twice(texts: dict[str, str], languages: tuple[str, ...] | None) -> None:
    lines = chosen(texts, languages)
    assert lines
    assert len(set(lines)) == len(lines)
    assert set(lines) <= set(texts.items())


@given(
    st.lists(st.lists(st.tuples(st.sampled_from(["en", "zh-Hant"]), st.text(min_size=1)), min_size=1), max_size=5),
    st.sampled_from(["title", "caption"]),
)
def test_whatever_the_words_each_lettering_is_one_dialogue(texts: list[list[tuple[str, str]]], kind: str) -> None:
    letterings = [Lettering(kind, tuple(lines), Fraction(at), Fraction(at + 1)) for at, lines in enumerate(texts)]
    track = write(letterings, setting(), WALL)
    head, events = track.encode().decode().split("\nFormat: Layer")
    assert "Dialogue" not in head
    assert [line.startswith("Dialogue: ") for line in events.splitlines()[1:]] == [True] * len(texts)


@given(st.fractions(0, 24 * 3600, max_denominator=30030))
def test_letters_come_after_the_frame_before_and_before_their_own(first_s: Fraction) -> None:
    (found,) = dialogues([Lettering("title", TITLE, first_s, first_s + 1)])
    off_s, rounded_s = 0.002, 0.0005  # of a frame's time in the timeline, and of libmpv's
    for tick, edge_s in ((found.start_s, float(first_s)), (found.end_s, float(first_s + 1))):
        if edge_s > 1 / 60:
            assert edge_s - 1 / 60 + off_s + rounded_s < tick + 1e-6
        assert tick <= max(0.0, edge_s - off_s - rounded_s) + 1e-6


def test_letters_without_a_fade_have_none() -> None:
    assert one("caption", TITLE).fade_ms == []


def test_a_fade_begins_and_ends_with_the_picture_to_the_millisecond() -> None:
    lettering = Lettering("caption", TITLE, Fraction(7, 3), Fraction(20, 3), Fraction(1, 2), Fraction(2))
    (found,) = dialogues([lettering])
    starts_ms = found.start_s * 1000
    assert [starts_ms + time for time in found.fade_ms] == pytest.approx([2333.3, 2833.3, 4666.7, 6666.7], abs=0.6)


def test_captions_that_blend_into_each_other_lie_in_two_layers() -> None:
    letterings = [Lettering("caption", TITLE, Fraction(at), Fraction(at + 2)) for at in range(4)]
    assert [found.layer for found in dialogues(letterings)] == [0, 1, 0, 1]


def test_a_title_is_twice_as_large_as_a_caption_and_its_other_languages_half_as_large_as_its_first() -> None:
    assert one("title", TITLE).ems[:2] == pytest.approx([8, 4], abs=0.01)
    assert one("caption", TITLE).ems == pytest.approx([4, 3.2], abs=0.01)
    assert one("caption", TITLE, setting(size=10)).ems == pytest.approx([10, 8], abs=0.01)


def test_languages_stand_from_the_top_down() -> None:
    words = one("caption", TITLE[::-1]).text
    assert words.index("Safe City Project") < words.index(r"\N") < words.index("平安城市計劃")


def test_a_title_that_is_a_long_text_is_set_as_small_as_a_caption_at_last() -> None:
    sizes = [one("title", (("zh-Hant", TEXT[:1] * many),)).ems[0] for many in (20, 60, 120, 300)]
    assert sizes[0] == pytest.approx(8, abs=0.01)
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == pytest.approx(4, abs=0.01)


def test_a_text_too_long_for_the_screen_is_set_smaller() -> None:
    (first, _) = one("caption", (("zh-Hant", TEXT * 12), ("en", "x " * 250)), setting(size=10)).ems
    assert 1 < first < 10


def test_only_a_text_that_may_need_more_than_one_line_has_places_to_break_it() -> None:
    assert r"\fscx0" not in one("caption", TITLE).text
    assert r"\fscx0" in one("caption", (("zh-Hant", TEXT),)).text


@pytest.mark.parametrize(
    ("place", "anchor"),
    [("bottom", 2), ("bottom left", 1), ("bottom right", 3), ("top", 8), ("top left", 7), ("top right", 9)],
)
def test_a_caption_stands_in_its_place_and_a_title_in_the_middle(place: str, anchor: int) -> None:
    assert one("caption", TITLE, setting(place)).text.startswith(rf"{{\an{anchor}")
    assert one("title", TITLE, setting(place)).text.startswith(r"{\an5")


def test_margins_are_percents_of_the_screens_height() -> None:
    left, _, below = one("caption", TITLE, setting("bottom left", margin=10)).margins
    assert (left, below) == (108, 108 - round(0.2 * 0.8 * 43.2))
    _, right, above = one("caption", TITLE, setting("top right", margin=10)).margins
    assert (right, above) == (108, 108 - round(0.28 * 43.2))
    assert min(one("caption", TITLE, setting("top right", margin=0)).margins[1:]) == 0
