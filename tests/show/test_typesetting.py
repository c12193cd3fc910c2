import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.show.typesetting import is_chinese, typeset, width

TAGS = ("en", "und", "zh-Hant", "ja", "ar")
OURS = re.compile(r"\{\\fn(?:Noto Sans|Noto Sans CJK [A-Z]{2})\}")
"""The only tags that typesetting writes, but for the space without width."""
SPACE = r"{\fscx0} {\fscx}"
COMMANDS = r"{}[]()\Nnhpbfs1 0&H,;:" + "\n\r\t\u2028 平安，。「」it’s"
hostile = st.text(st.sampled_from(COMMANDS) | st.characters(), max_size=80)


def shown(track: str) -> str:
    """What libass shows of a line of ASS: it obeys `{…}`, `\\N`, `\\n`, `\\h`, and takes `\\{` and `\\}` for braces."""
    text = OURS.sub("", track.replace(SPACE, ""))
    parts = re.split(r"(\\[{}])", text)
    for part in parts[::2]:
        assert not re.search(r"[{}\n\r]|\\[Nnh]", part), part
    return "".join(part[1] if number % 2 else part for number, part in enumerate(parts)).replace("\u2060", "")


def faces(track: str) -> list[str]:
    return re.findall(r"\\fn([^}]*)", track)


@given(st.sampled_from(TAGS), hostile, st.booleans())
def test_any_text_is_shown_as_it_is_written(tag: str, text: str, breaking: bool) -> None:
    plain = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", " ", text)
    got = shown(typeset(tag, text, breaking=breaking))
    assert got.replace("…", "...") == plain.replace("\u2060", "").replace("…", "...")


@given(st.sampled_from(TAGS), hostile)
def test_any_text_is_one_line_that_can_be_written(tag: str, text: str) -> None:
    assert len(typeset(tag, text, breaking=True).encode().decode().splitlines()) <= 1


@pytest.mark.parametrize("text", [r"a\Nb", r"{\p1}m 0 0{\p0}", r"\{\}", "back\\", r"\\h", "{", "}{"])
def test_commands_are_only_words(text: str) -> None:
    assert shown(typeset("en", text, breaking=False)) == text


@pytest.mark.parametrize(
    ("tag", "text", "face"),
    [
        ("zh-Hant", "平安城市", "TC"),
        ("zh-TW", "平安城市", "TC"),
        ("zh", "平安城市", "TC"),
        ("zh-HK", "平安城市", "HK"),
        ("zh-Hant-MO", "平安城市", "HK"),
        ("yue", "平安城市", "TC"),
        ("zh-Hans", "平安城市", "SC"),
        ("ZH-cn", "平安城市", "SC"),
        ("ja", "安全都市", "JP"),
        ("ko", "안전한 도시 安全", "KR"),
        ("und", "平安城市", "TC"),
        ("und", "安全な都市", "JP"),
        ("zh-Hant", "“平安”", "TC"),
        ("zh-Hant", "Safe City", "TC"),
        ("en", "Safe City: it’s “safe”", "KR"),
        ("und", "Safe City", "KR"),
        ("vi", "Thành phố an toàn", "KR"),
    ],
)
def test_each_language_has_the_face_of_its_region(tag: str, text: str, face: str) -> None:
    assert faces(typeset(tag, text, breaking=False)) == [f"Noto Sans CJK {face}"]


def test_chinese_among_latin_words_is_set_as_chinese() -> None:
    got = typeset("en", "Xiamen 廈門, 2017", breaking=False)
    assert got == r"{\fnNoto Sans CJK KR}Xiamen {\fnNoto Sans CJK TC}廈門{\fnNoto Sans CJK KR}, 2017"


@pytest.mark.parametrize("text", ["Ασφαλής Πόλη", "Безопасный город", "Bezpieczne miasto, ł", "مدينة"])
def test_words_with_letters_that_the_latin_face_lacks_are_wholly_of_another(text: str) -> None:
    assert faces(typeset("und", text, breaking=False)) == ["Noto Sans"]


def test_three_dots_stand_on_the_line_in_latin_and_in_its_middle_in_chinese() -> None:
    assert shown(typeset("en", "And then…", breaking=False)) == "And then..."
    assert shown(typeset("zh-Hant", "然後……", breaking=False)) == "然後……"


def broken(text: str, tag: str = "zh-Hant") -> str:
    return OURS.sub("", typeset(tag, text, breaking=True)).replace(SPACE, "|")


def test_chinese_may_be_broken_between_characters_but_not_before_its_stops_or_after_an_opening_bracket() -> None:
    assert broken("廈門，「平安」（城市）。") == "廈|門，|「平|安」|（城|市）。"
    assert broken("路口……") == "路|口……"


def test_latin_is_broken_at_its_spaces_alone() -> None:
    assert broken("nine cameras, one flash", "en") == "nine cameras, one flash"
    assert broken("在Xiamen的 路口", "zh-Hant") == "在|Xiamen|的 路|口"


def test_korean_is_broken_at_its_spaces_alone() -> None:
    assert broken("안전한 도시", "ko") == "안전한 도시"


def test_a_word_too_long_for_any_line_is_broken_somewhere() -> None:
    assert broken("x" * 60, "en") == "|".join(["x" * 24, "x" * 24, "x" * 12])


def test_what_belongs_together_is_not_broken() -> None:
    assert "|" not in broken("👩\u200d🚀" * 3, "en")
    assert "|\u0301" not in broken("e\u0301" * 60, "en")


def test_no_break_is_given_where_none_is_wanted() -> None:
    assert SPACE not in typeset("zh-Hant", "平安城市計劃" * 20, breaking=False)


def test_a_character_is_one_em_wide_and_a_letter_about_half() -> None:
    assert width("平安") == 2
    assert 0.5 <= width("Safe") / 4 < 0.6


@pytest.mark.parametrize(
    ("text", "chinese"),
    [("平安城市", True), ("Safe City", False), ("Xiamen 廈門", False), ("廈門 X", True)],
)
def test_what_is_mostly_characters_is_chinese(text: str, chinese: bool) -> None:
    assert is_chinese(text) == chinese
