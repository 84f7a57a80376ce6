# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.statements.tokens import LONGEST, is_spaceless, spans, tokenise


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("It's a 3.5% rise.", ["it", "s", "a", "3", "5", "rise"]),
        ("L’été à Zürich, Straße", ["l", "ete", "a", "zurich", "strasse"]),
        ("İSTANBUL ﬁne", ["istanbul", "fine"]),
        ("co\u00adoperate water\u200bfall", ["cooperate", "waterfall"]),
        ("Ёлка", ["елка"]),
        ("سيدة: أعلنَ المجلسُ", ["سيدة", "اعلن", "المجلس"]),
        ("שָׁלוֹם", ["שלום"]),
        ("मंत्री जी", ["मंत्री", "जी"]),
        ("气候变化，2026年", ["气", "候", "变", "化", "2026", "年"]),
        ("がぎ", ["が", "ぎ"]),
        ("한국어 정부", ["한국어", "정부"]),
    ],
)
def test_each_script_is_cut_the_way_its_readers_search(text: str, tokens: list[str]) -> None:
    assert tokenise(text) == tokens


def test_texts_that_look_the_same_give_the_same_tokens() -> None:
    text = "Ｖｉệｔ Nam, Αθήνα, Ångström, 한국, ガス"

    assert {
        tuple(tokenise(unicodedata.normalize(form, text))) for form in ("NFC", "NFD", "NFKC", "NFKD")
    } == {("viet", "nam", "αθηνα", "angstrom", "한국", "ガ", "ス")}


def test_a_token_knows_its_place_in_the_text() -> None:
    text = "(Été) und 水位 «ﬁn»"

    assert [text[span.start : span.end] for span in spans(text)] == ["Été", "und", "水", "位", "ﬁn"]


def test_an_endless_word_is_cut() -> None:
    assert [len(token) for token in tokenise("a" * 250)] == [LONGEST, LONGEST, 50]
    assert [span.token for span in spans("é" * 250)] == tokenise("é" * 250)


def test_scripts_without_spaces_are_known() -> None:
    assert [is_spaceless(token) for token in ("水", "น้", "ス", "water", "한국")] == [
        True,
        True,
        True,
        False,
        False,
    ]


@given(st.text(max_size=200))
def test_tokens_are_folded_once_and_for_all(text: str) -> None:
    tokens = tokenise(text)

    assert tokenise(" ".join(tokens)) == tokens
    assert not any(token.isspace() or not token or "'" in token or '"' in token for token in tokens)


@given(st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "Z")), max_size=100))
def test_places_are_those_of_the_tokens(text: str) -> None:
    assert [span.token for span in spans(text)] == tokenise(text)
