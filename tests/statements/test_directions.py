# SPDX-License-Identifier: Apache-2.0
"""Words of two directions in one line."""

from __future__ import annotations

import unicodedata

import pytest
from django.utils import translation

from onrecord.statements.directions import apart, titled
from onrecord.statements.pages.templates import whole


def test_what_is_written_from_left_to_right_stays_as_it_is_among_its_like() -> None:
    with translation.override("en"):
        assert titled("kim: Thank you: it is safe.") == "kim: Thank you: it is safe."
        assert titled("Вода безопасна") == "Вода безопасна"
        assert apart("2026-000012") == "2026-000012"
        assert apart("") == ""


@pytest.mark.parametrize("words", ["شكرًا لكم.", "תודה רבה."])
def test_the_words_of_a_comment_keep_their_full_stop_where_they_end(words: str) -> None:
    with translation.override("en"):
        title = titled(f"kim: {words}")
    assert title == f"kim: \u2068{words}\u2069", "the full stop belongs to what is isolated"
    assert titled("كيم") == "كيم", "nothing follows"


def test_numbers_are_not_turned_where_everything_else_runs_from_right_to_left() -> None:
    with translation.override("ar"):
        assert apart("2026-000012") == "\u20682026-000012\u2069"
        assert titled("kim: Thank you.") == "kim: \u2068Thank you.\u2069"
    assert [unicodedata.bidirectional(mark) for mark in "\u2068\u2069"] == ["FSI", "PDI"]


def test_a_number_is_one_word_in_markup() -> None:
    assert whole("2026-000012") == '<bdi class="whole">2026-000012</bdi>'
    assert whole("<b>") == '<bdi class="whole">&lt;b&gt;</bdi>'
