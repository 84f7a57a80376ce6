# SPDX-License-Identifier: Apache-2.0
"""What is done quickly with ASCII is what the thorough way makes of it."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from onrecord.conversation import folding, markup

ASCII = st.text(st.characters(max_codepoint=127), max_size=80)


@given(ASCII)
def test_marks_that_nobody_sees_are_taken_out_of_ascii_as_out_of_any_text(text: str) -> None:
    kept = "".join(letter for letter in text if markup._is_kept(letter))
    assert markup._seen(text) == kept
    assert markup._seen(f"{text}é") == f"{kept}é"


@given(ASCII)
def test_words_of_ascii_are_compared_as_those_of_any_text(text: str) -> None:
    folded = list(folding.words(text))
    assert list(folding.words(f"{text} дом")) == [*folded, "дом"], "the last word takes the thorough way"
    assert min(folding._TABLE) > 127
    for word in folded:
        assert word == unicodedata.normalize("NFC", unicodedata.normalize("NFD", word.casefold()))
        assert not folding.is_mixed(word)
