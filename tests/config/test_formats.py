# SPDX-License-Identifier: Apache-2.0
"""No date at the desk can be read as another day."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import formats, translation

LANGUAGES = {"en": "11 Dec 2026, 15:05", "en-gb": "11 Dec 2026, 15:05", "ar": "11 ديسمبر 2026، 15:05"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_come_before_months_that_are_named(language: str) -> None:
    with translation.override(language):
        shown = formats.date_format(datetime(2026, 12, 11, 15, 5), "SHORT_DATETIME_FORMAT")  # noqa: DTZ001
    assert shown == LANGUAGES[language]


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "ru", "zh-hans"])
@pytest.mark.parametrize(
    "form", ["SHORT_DATE_FORMAT", "SHORT_DATETIME_FORMAT", "DATE_FORMAT", "DATETIME_FORMAT"]
)
def test_no_language_of_the_desk_has_the_month_first(language: str, form: str) -> None:
    with translation.override(language):
        pattern = formats.get_format(form).translate(str.maketrans("NMEn", "FFFm"))
    begins = min(pattern.index(letter) for letter in "Fm" if letter in pattern)
    assert begins > min(pattern.index(letter) for letter in "jdY" if letter in pattern)
