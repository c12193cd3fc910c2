import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation import fonts
from installation.checking import GOOD, WARNING, Finding, check
from installation.fonts import Fonts, FontsError
from installation.places import Places

LATIN = Fonts(frozenset({"A Sans"}), frozenset({(0x20, 0x7E), (0xC0, 0xFF)}))


def nothing(done: int, size: int) -> None:
    pass


def with_fonts(folder: Path, *names: str) -> Mapping[str, str]:
    """An environment in which fontconfig knows the fonts of these files, found among those of this machine."""
    (folder / "fonts").mkdir()
    for name in names:
        found = next(Path("/usr/share/fonts").rglob(name), None)
        if found is None:
            pytest.skip(f"needs the font {name}")
        (folder / "fonts" / name).symlink_to(found)
    config = folder / "fonts.conf"
    config.write_text(f"<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>")
    return os.environ | {"FONTCONFIG_FILE": str(config)}


def told(folder: Path, environ: Mapping[str, str], cues: str, head: str = "") -> list[Finding]:
    """What `check` says about fonts."""
    (folder / "config").mkdir()
    (folder / "footage").mkdir()
    (folder / "config" / "loop.yaml").write_text(f"{head}cues:\n{cues}", encoding="utf-8")
    (folder / "config" / "kiosk.yaml").write_text("footage: ../footage\nscreen: {kind: none}\n", encoding="utf-8")
    found = check(folder / "config", Places.under(folder / "state"), nothing, environ)
    return [finding for finding in found if finding.subject == "fonts"]


def test_every_character_without_a_font_is_named_once() -> None:
    assert LATIN.lacking("ñandú, 平安, 平") == ["平", "安"]


def test_spaces_joiners_and_variation_selectors_want_no_font() -> None:
    assert LATIN.lacking("a\u00a0b\u200d\u2060\ufe0f\u3000c") == []


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ("門，가あ", "fonts-noto-cjk"),
        ("กअԱअα", "fonts-noto-core"),
        ("👁🚗", "fonts-symbola"),
        ("𠀀", "fonts-hanazono"),
        ("\ue000", None),
    ],
)
def test_each_script_has_its_package(text: str, package: str | None) -> None:
    assert {fonts.package(character) for character in text} == {package}


@given(st.characters(exclude_categories=["Cs"]))
def test_any_character_is_lacking_or_not(character: str) -> None:
    assert LATIN.lacking(character) in ([], [character])
    assert (fonts.package(character) is None) == (unicodedata.category(character) in ("Cn", "Co"))


def test_the_installed_fonts_are_those_that_fontconfig_knows(tmp_path: Path) -> None:
    known = fonts.installed(with_fonts(tmp_path, "NotoSansCJK-Regular.ttc"))
    assert {"Noto Sans CJK TC", "Noto Sans CJK SC"} <= known.families
    assert known.lacking("平安城市計劃 Safe City Project, it’s") == []
    assert known.lacking("ก") == ["ก"]


def test_without_fontconfig_nothing_is_known(tmp_path: Path) -> None:
    with pytest.raises(FontsError, match="install the Debian package fontconfig"):
        fonts.installed({"PATH": str(tmp_path)})
    (finding,) = told(tmp_path, {"PATH": str(tmp_path)}, "  - black: 3\n")
    assert (finding.grade, "fontconfig" in finding.text) == (WARNING, True)


def test_a_loop_whose_letters_all_have_a_font_is_good(tmp_path: Path) -> None:
    environ = with_fonts(tmp_path, "NotoSansCJK-Regular.ttc")
    cues = (
        "  - title: {zh-Hant: 平安城市計劃, en: Safe City Project}\n    for: 6\n  - black: 3\n    caption: it’s 平安\n"
    )
    assert told(tmp_path, environ, cues) == [
        Finding(GOOD, "fonts", "every letter of 2 titles and captions can be set"),
    ]


def test_a_loop_without_words_wants_no_font(tmp_path: Path) -> None:
    found = told(tmp_path, with_fonts(tmp_path), "  - black: 3\n")
    assert found == [Finding(GOOD, "fonts", "the loop has no titles or captions")]


def test_a_letter_without_a_font_is_named_with_its_place_and_its_package(tmp_path: Path) -> None:
    environ = with_fonts(tmp_path, "NotoSansCJK-Regular.ttc")
    cues = "  - black: 3\n    caption: {en: Safe, th: เมือง}\n  - black: 3\n    caption: เมืองก\n"
    (finding,) = told(tmp_path, environ, cues)
    assert finding.grade == WARNING
    assert "loop.yaml:3:14: no font has เ (U+0E40), ม (U+0E21), \u0e37 (U+0E37) and 3 more; " in finding.text
    assert finding.text.endswith("install the Debian package fonts-noto-core")


def test_a_language_that_is_not_chosen_wants_no_font(tmp_path: Path) -> None:
    environ = with_fonts(tmp_path, "NotoSansCJK-Regular.ttc")
    cues = "  - black: 3\n    caption: {en: Safe, th: เมือง}\n"
    (finding,) = told(tmp_path, environ, cues, "text: {languages: en}\n")
    assert finding.grade == GOOD


def test_words_without_the_font_they_are_designed_with_are_a_warning(tmp_path: Path) -> None:
    (finding,) = told(tmp_path, with_fonts(tmp_path, "DejaVuSans.ttf"), "  - black: 3\n    caption: Safe City\n")
    assert (finding.grade, finding.text.endswith("fonts-noto-cjk")) == (WARNING, True)
