# SPDX-License-Identifier: Apache-2.0
"""Texts side by side, dates in every language, colours that can be read: no database."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.statements.pages import colours, languages
from onrecord.statements.pages.comparison import compare_editions
from onrecord.statements.pages.differences import Budget, Sort, compare
from onrecord.statements.pages.words import Words

DAY = date(2026, 11, 24)
TEXTS = st.text(alphabet="ab ,.\n水", max_size=60)


@given(before=TEXTS, after=TEXTS, steps=st.integers(0, 400))
@settings(max_examples=300, deadline=None)
def test_what_is_kept_and_removed_is_the_old_text_and_what_is_kept_and_added_the_new(
    before: str, after: str, steps: int
) -> None:
    pieces = compare(before, after, Budget(steps))

    assert "".join(piece.text for piece in pieces if piece.sort is not Sort.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.sort is not Sort.REMOVED) == after


def test_one_changed_word_is_one_change() -> None:
    pieces = compare("The dam is safe today.", "The dam is unsafe today.", Budget())

    assert [(piece.sort.value, piece.text) for piece in pieces] == [
        ("same", "The dam is "),
        ("removed", "safe "),
        ("added", "unsafe "),
        ("same", "today."),
    ]


def test_scripts_without_spaces_are_compared_by_character() -> None:
    pieces = compare("水位稳定。", "水位上升。", Budget())

    assert [piece.text for piece in pieces if piece.sort is Sort.REMOVED] == ["稳定"]


def test_two_long_texts_that_have_nothing_in_common_are_compared_at_once() -> None:
    before = " ".join(f"a{number % 701}" for number in range(40_000))
    after = " ".join(f"a{number * 7 % 503}" for number in range(40_000))
    began = time.process_time()
    compare(before, after, Budget())

    assert time.process_time() - began < 5


def edition(blocks: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """Return an edition file as far as a comparison reads it."""
    return {
        "kind": "statement",
        "title": "Title",
        "summary": "Summary",
        "place": "",
        "dated": "2026-11-24",
        "spokespeople": [],
        "topics": [],
        "html_sha256": "0",
        "blocks": blocks,
        **fields,
    }


def paragraph(block_id: str, text: str) -> dict[str, Any]:
    """Return a paragraph as an edition file holds it."""
    return {"id": block_id, "kind": "paragraph", "text": text}


def test_a_block_that_kept_its_id_is_compared_with_itself() -> None:
    before = edition([paragraph("1", "All is well."), paragraph("2", "Nothing else.")])
    after = edition([paragraph("3", "A new first line."), paragraph("1", "All is not well.")])
    found = [passage for run in compare_editions(before, after).runs for passage in run.passages]

    assert [(passage.sort.value, len(passage.pieces)) for passage in found] == [
        ("added", 1),
        ("same", 3),
        ("removed", 1),
    ]


def test_blocks_with_new_ids_are_matched_by_their_words() -> None:
    before = edition([paragraph("1", "We took twenty-four samples on Monday in the town.")])
    after = edition([paragraph("9", "We took twenty-six samples on Sunday in the town.")])
    comparison = compare_editions(before, after)

    assert (comparison.removed, comparison.added) == (2, 2)


def test_a_changed_title_is_shown_and_an_unchanged_one_is_not() -> None:
    comparison = compare_editions(edition([]), edition([], title="Other title"))

    assert [passage.label for passage in comparison.fields] == ["Title"]


def test_many_unchanged_passages_are_folded() -> None:
    blocks = [paragraph(str(number), f"Line {number}.") for number in range(9)]
    changed = [*blocks[:-1], paragraph("8", "Line changed.")]
    runs = compare_editions(edition(blocks), edition(changed)).runs

    assert [(run.folded, len(run.passages)) for run in runs] == [(True, 8), (False, 1)]


def test_changed_links_alone_are_called_that() -> None:
    blocks = [paragraph("1", "The same.")]

    assert compare_editions(edition(blocks), edition(blocks, html_sha256="1")).only_format


@pytest.mark.parametrize(
    ("language", "full", "month"),
    [
        ("en", "Tuesday 24 November 2026", "November 2026"),
        ("fr", "mardi 24 novembre 2026", "Novembre 2026"),
        ("es", "martes, 24 de noviembre de 2026", "Noviembre de 2026"),
        ("ar", "الثلاثاء، 24 نوفمبر 2026", "نوفمبر 2026"),
        ("ru", "вторник, 24 ноября 2026 г.", "Ноябрь 2026 г."),
        ("zh-hans", "2026年11月24日星期二", "2026年11月"),
        ("fa", "سه‌شنبه ۲۴ نوامبر ۲۰۲۶", "نوامبر ۲۰۲۶"),
    ],
)
def test_dates_are_written_as_each_language_writes_them(language: str, full: str, month: str) -> None:
    assert languages.full_date(DAY, language).replace("\u202f", " ") == full
    assert languages.month(DAY, language).replace("\u202f", " ") == month


@pytest.mark.parametrize(
    ("language", "code", "direction", "name"),
    [
        ("en", "en", "ltr", "English"),
        ("ar", "ar", "rtl", "العربيّة"),
        ("zh-hans", "zh-Hans", "ltr", "简体中文"),
        ("pt-br", "pt-BR", "ltr", "Português Brasileiro"),
        ("he", "he", "rtl", "עברית"),
    ],
)
def test_languages_are_tagged_named_and_directed(language: str, code: str, direction: str, name: str) -> None:
    assert languages.html_code(language) == code
    assert languages.direction(language) == direction
    assert languages.own_name(language) == name


def test_times_are_those_of_the_newsroom() -> None:
    moment = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)

    assert Words("en", "Europe/Brussels").moment(moment) == "25 November 2026, 00:30 (Brussels)"
    assert Words("en", "UTC").moment(moment) == "24 November 2026, 23:30 (UTC)"


@pytest.mark.parametrize(
    "accent", ["#8a1538", "#ffd700", "#000000", "#ffffff", "#00ff00", "#0000ff", "nonsense"]
)
def test_any_accent_can_be_read_on_white_and_on_dark(accent: str) -> None:
    for paper in (colours.PAPER, colours.DARK_PAPER):
        assert colours.contrast(colours.readable(accent, paper), paper) >= colours.READABLE


def test_an_accent_that_can_be_read_stays_as_it_is() -> None:
    assert colours.readable("#8a1538", colours.PAPER) == "#8a1538"


def test_contrast_is_that_of_the_guidelines() -> None:
    assert colours.contrast("#000000", "#ffffff") == 21
    assert round(colours.contrast("#777777", "#ffffff"), 2) == 4.48
