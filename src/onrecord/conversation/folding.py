# SPDX-License-Identifier: Apache-2.0
"""Texts as they are compared: one spelling for what looks the same. Never what is shown or kept as said.

NFKC, no marks that nobody sees, lower case, letters of other scripts that look like Latin ones as these. So a
word is found however it is dressed up; and only as a word of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

_LOOKALIKES = {
    **dict(zip("аеорсухіјѕһԁԛԝьɡ", "aeopcyxijshdqwbg", strict=True)),  # Cyrillic, and a few of IPA
    **dict(zip("αεορυνικτχ", "aeopuvikтx".replace("т", "t"), strict=True)),  # Greek
    **dict(zip("ıłøđħ", "ilodh", strict=True)),
    **dict(zip("օսհոցԱ", "oshng".ljust(6, "a"), strict=True)),  # Armenian
}
_LEET = str.maketrans("013457@$", "oieastas")
_TABLE = {ord(letter): plain for letter, plain in _LOOKALIKES.items()}
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""What is invisible of ASCII, but for tab and line ends."""
_INVISIBLE = {"Cf", "Cc", "Co", "Cn"}
_ORNAMENTS = dict.fromkeys(
    place
    for block in (
        (range(0x300, 0x370), range(0x1AB0, 0x1B00), range(0x1DC0, 0x1E00), range(0x20D0, 0x2100)),
        (range(0xFE20, 0xFE30), range(0x591, 0x5C8), range(0x64B, 0x660), (0x640, 0x670)),
    )
    for places in block
    for place in places
    if place == 0x640 or unicodedata.category(chr(place)) in {"Mn", "Me"}  # 0x640: Arabic lengthened letters
)
"""Marks that dress letters up or tell how they are read, in Latin, Greek, Cyrillic, Hebrew and Arabic: words
are the same without them. Not those of Indic and Thai letters, which are vowels."""
_WITHOUT_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff ]+"
)
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese: nothing there tells where a word ends."""


def folded(text: str) -> str:
    """Return a text as it is compared: words with single spaces between them."""
    return " ".join(words(text))


def words(text: str) -> Iterator[str]:
    """Yield the words of a text as they are compared. Languages without spaces come as whole runs."""
    return (_looks(found[0]) for found in _WORD.finditer(_visible(text)))


def spellings(text: str) -> set[str]:
    """Return a text folded, as it stands and with digits read as the letters they imitate."""
    plain = folded(text)
    return {plain, " ".join(word.translate(_LEET) if not word.isdigit() else word for word in plain.split())}


def holds(text: str, wanted: Iterable[str]) -> list[str]:
    """Return which of these folded phrases stand in a text as words of their own.

    In scripts without spaces between words, wherever they stand.
    """
    padded = [f" {spelling} " for spelling in spellings(text)]
    dense = "" if text.isascii() else padded[0].replace(" ", "")
    return [
        phrase
        for phrase in wanted
        if any(f" {phrase} " in one for one in padded)
        or (dense and _WITHOUT_SPACES.fullmatch(phrase) and phrase.replace(" ", "") in dense)
    ]


def invisible(text: str) -> int:
    """Count marks that nobody sees: overrides of direction, joiners out of place, tags."""
    joiners = {"\u200c", "\u200d"}  # Persian, Indic scripts and emoji need them
    return sum(
        unicodedata.category(letter) in _INVISIBLE and letter not in joiners and letter not in "\n\r\t"
        for letter in text
    )


def is_mixed(word: str) -> bool:
    """Tell whether a word mixes Latin with letters of another script that look like it."""
    if word.isascii():
        return False
    letters = [letter for letter in word if letter.isalpha()]
    latin = any("LATIN" in unicodedata.name(letter, "") for letter in letters)
    return latin and any(
        ord(letter) in _TABLE and not letter.isascii() for letter in letters if _foreign(letter)
    )


def _foreign(letter: str) -> bool:
    return not unicodedata.name(letter, "").startswith("LATIN")


def _visible(text: str) -> str:
    if text.isascii():
        return _CONTROLS.sub("", text)
    plain = unicodedata.normalize("NFKC", text).translate(_ORNAMENTS)
    return "".join(
        letter for letter in plain if unicodedata.category(letter) not in _INVISIBLE or letter in "\n\r\t"
    )


def _looks(word: str) -> str:
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFD", word.casefold())
    if any("LATIN" in unicodedata.name(letter, "") for letter in decomposed if letter.isalpha()):
        decomposed = decomposed.translate(_TABLE)  # a word in Cyrillic alone stays Cyrillic
        decomposed = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
    return unicodedata.normalize("NFC", decomposed)
