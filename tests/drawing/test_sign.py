import pytest

from installation.drawing.lettering import font
from installation.drawing.sign import Warned, broken, chinese, draw, english

TITLE = (("zh-Hant", "平安城市計劃"), ("en", "Safe City Project"))
WARNED = Warned(1330, [(130.5, 170.3), (404, 465.1)], 7, by_title=True)
RED = (222, 54, 34)


def test_the_sign_tells_how_fast_and_how_long_it_flashes_and_when_it_pauses() -> None:
    danger, figures, _ = english(WARNED)
    assert "up to 7 a second" in danger
    assert "photosensitive epilepsy" in danger
    assert figures == (
        "The loop lasts 22 min 10 s. There are 2 stretches of rapid flashing, 1 min 41 s in all, 1 min 02 s at the "
        "longest. The longest pause, 16 min 35 s, begins 7 min 45 s after the title; single flashes may occur in it."
    )
    danger, figures, _ = chinese(WARNED)
    assert "每秒 7 次" in danger
    assert figures == (
        "作品每 22 分 10 秒循環一次，密集閃光共 2 段，合計 1 分 41 秒，最長一段 1 分 2 秒。"
        "最長的間歇為 16 分 35 秒，自片名出現後 7 分 45 秒起；其間或有零星閃光。"
    )


def test_one_stretch_is_told_as_one_and_a_loop_without_a_pause_has_none() -> None:
    _, figures, _ = english(Warned(600, [(10, 49.2)], 4, by_title=False))
    assert "It flashes rapidly for 40 s. The longest pause, 9 min 20 s, begins 49 s after the beginning;" in figures
    for said in (english, chinese):
        _, figures, _ = said(Warned(20, [(0, 20)], 9, by_title=False))
        assert "pause" not in figures
        assert "間歇" not in figures


def test_a_stretch_over_the_wrap_ends_in_the_next_loop() -> None:
    warned = Warned(100, [(40, 50), (95, 103)], 5, by_title=False)
    assert warned.longest_s == 10
    assert warned.pause_s == pytest.approx((50, 45))
    assert Warned(100, [(95, 103)], 5, by_title=False).pause_s == pytest.approx((3, 92))


def test_the_sign_never_promises_anything() -> None:
    for said in (*english(WARNED), *chinese(WARNED)):
        assert "safe" not in said.lower()
        assert "安全" not in said


def test_lines_are_no_wider_than_the_paper_and_break_between_words_and_clauses() -> None:
    face = font(90)
    for said in (*english(WARNED), *chinese(WARNED)):
        lines = broken(said, face, 2900)
        assert max(map(face.getlength, lines)) <= 2900
        assert "".join("".join(lines).split()) == "".join(said.split())
    assert all(line[-1] in "，。；" for line in broken(chinese(WARNED)[1], face, 2900))


def test_the_sign_is_a_sheet_of_a3_with_the_loop_s_flashes_in_red() -> None:
    many = Warned(86_399, [(number * 1000.0, number * 1000 + 700.0) for number in range(80)], 25, by_title=True)
    for warned in (WARNED, many):
        sign = draw(TITLE, warned)
        assert sign.size == (3508, 4961)
        assert sign.crop((0, 4830, 3508, 4961)).getextrema() == ((255, 255),) * 3
    strip = draw(TITLE, WARNED).crop((300, 2210, 3208, 2211))
    red = [x for x in range(strip.width) if strip.getpixel((x, 0)) == RED]
    assert red[0] == round(130.5 / 1330 * 2908)
    assert len(red) / 2908 * 1330 == pytest.approx(39.8 + 61.1, abs=2)
