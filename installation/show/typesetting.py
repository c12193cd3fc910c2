"""How a line of text is set: in which font, where it may be broken, and with nothing in it that libass would obey.

Only the five faces of Noto Sans CJK are counted on; letters that they lack come from whatever font has them.
"""

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

LINE = Fraction(1448, 1000)
"""Height of a line of Noto Sans CJK in ems, from its tables. ASS gives a font's size as that height."""
JOINER = "\u2060"
"""A sign without width at which no line is broken."""

_FAMILY = "Noto Sans CJK"
_KOREAN = f"{_FAMILY} KR"
"""Also for Latin text, which wants narrow “ ” and ’: in the Chinese faces they are as wide as a character."""
_OTHER = "Noto Sans"
_KNOWN = re.compile(
    r"[\u0000-\u0103\u0110-\u0113\u011a\u011b\u0128-\u012b\u0143\u0144\u0147\u0148\u014c-\u014f\u0152\u0153"
    r"\u0168-\u016d\u01a0\u01a1\u01af\u01b0\u01cd-\u01dc\u01f8\u01f9\u1ea0-\u1ef9]*"
)
"""The Latin letters of Noto Sans CJK: those of western Europe, Vietnam and pinyin."""
_CHINESE = ("zh", "cmn", "yue", "nan", "hak", "wuu", "lzh")
_KANA = re.compile(r"[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]")
_NARROW = Fraction(55, 100)
"""Width of a Latin letter in ems, on average and rounded up."""

_BREAK = r"{\fscx0} {\fscx}"
"""A space without width: libass breaks lines at spaces alone, and Chinese has none."""
_LONGEST_WORD = 24
"""A word of more letters than this may be broken, for want of a better place."""
_NOT_FIRST = frozenset("ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々〻…‥—～〜")
_JOINING = frozenset(f"\u200d{JOINER}")


def typeset(tag: str, text: str, *, breaking: bool) -> str:
    """Return `text`, in the language `tag` (BCP 47), as ASS; `breaking`: with places to break it where it has none."""
    wide, narrow, joined = *_faces(tag, text), ""
    if narrow != wide:
        text = text.replace("…", "...")  # Noto Sans CJK has only the Chinese one, half a line high
    face = ""
    for number, piece in enumerate(_pieces(text)):
        joined += _BREAK if number and breaking else ""
        for character in piece:
            asked = wide if _is_wide(character) else narrow
            if asked != face and character != " ":
                face, joined = asked, rf"{joined}{{\fn{asked}}}"
            joined += _plain(character)
    return joined


def width(text: str) -> Fraction:
    """Return about how wide a text is, in ems."""
    return sum((_width(character) for character in text), Fraction(0))


def is_chinese(text: str) -> bool:
    """Whether a text is set in wide characters for the most part: Chinese, or Japanese."""
    return 2 * sum(map(_is_wide, text)) > len(text.replace(" ", ""))


def _faces(tag: str, text: str) -> tuple[str, str]:
    """Return the faces for wide characters and for all others: each region writes 門, 角, 直 and 骨 its own way.

    A text that is not in one of these languages but made of their characters is set as they are; characters of no
    known region are taken for traditional Chinese. Words with a letter that the Latin face lacks (Greek, Polish) are
    wholly set in another, so that no word is of two.
    """
    language, *rest = tag.lower().split("-")
    if language == "ko":
        return _KOREAN, _KOREAN
    face = f"{_FAMILY} TC"
    if language in _CHINESE and {"hk", "mo"} & set(rest):
        face = f"{_FAMILY} HK"
    elif language in _CHINESE and {"hans", "cn", "sg"} & set(rest):
        face = f"{_FAMILY} SC"
    elif language == "ja" or (language not in _CHINESE and _KANA.search(text)):
        face = f"{_FAMILY} JP"
    if language in (*_CHINESE, "ja") or is_chinese(text):
        return face, face
    narrow = "".join(filter(str.isalpha, (sign for sign in text if not _is_wide(sign) and not _HANGUL.match(sign))))
    return face, _KOREAN if _KNOWN.fullmatch(narrow) else _OTHER


def _pieces(text: str) -> Iterator[str]:
    """Cut a text where it may be broken, spaces apart."""
    start = word = 0
    for at, (before, after) in enumerate(pairwise(text), 1):
        word = 0 if before == " " else word + 1
        if _may_break(before, after, word):
            yield text[start:at]
            start, word = at, 0
    yield text[start:]


def _may_break(before: str, after: str, word: int) -> bool:
    if " " in (before, after) or before in _JOINING or after in _JOINING:
        return False
    category = unicodedata.category(after)
    if category[0] == "M" or category == "Sk" or unicodedata.category(before) in ("Ps", "Pi"):
        return False
    if category in ("Pe", "Pf", "Po") or after in _NOT_FIRST:
        return False
    return word >= _LONGEST_WORD or _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    """Whether it is a Chinese or Japanese character or sign; Hangul is written in words, emoji are no text."""
    is_wide = unicodedata.east_asian_width(character) in "WF" and unicodedata.category(character) not in ("So", "Sk")
    return is_wide and not _HANGUL.match(character)


def _width(character: str) -> Fraction:
    return Fraction(1) if unicodedata.east_asian_width(character) in "WF" else _NARROW


def _plain(character: str) -> str:
    r"""Write a character so that libass shows it: `\{` and `\}` are braces, a backslash before a joiner one itself."""
    if character in "{}":
        return f"\\{character}"
    if character == "\\":
        return f"\\{JOINER}"
    if unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs"):  # controls, line breaks, halves of characters
        return " "
    return character
