# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from onrecord.press import beats

ENVIRONMENT, GLOBAL_WARMING = "06000000", "20000419"


def test_every_beat_has_a_name_and_stands_under_one_that_exists() -> None:
    every = beats.every()
    assert len(every) > 1000
    assert [beat.code for beat in every.values() if not beat.label("en")] == []
    assert [beat.code for beat in every.values() for code in beat.broader if code not in every] == []


def test_a_beat_is_named_in_the_language_of_the_desk_or_in_english() -> None:
    assert beats.label(ENVIRONMENT, "fr") == "Environnement"
    assert beats.label(ENVIRONMENT, "zh-hans") == "环境"
    assert beats.label(ENVIRONMENT, "de-at") == "Umwelt"
    assert beats.label(ENVIRONMENT, "ru") == "environment"
    assert beats.label("99999999", "en") == "99999999"


def test_whoever_covers_a_subject_covers_what_is_below_it() -> None:
    below = beats.with_narrower([ENVIRONMENT])
    assert {ENVIRONMENT, GLOBAL_WARMING} <= below
    assert all(code in beats.every() for code in below)
    assert beats.with_narrower([]) == set()


def test_a_beat_is_shown_with_what_it_belongs_to() -> None:
    shown = dict(beats.paths("en"))
    assert shown[GLOBAL_WARMING].startswith("environment › climate change › ")
    assert len(shown) == len(beats.every())
