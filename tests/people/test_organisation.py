# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Locale, Site

from onrecord.journal.models import Entry
from onrecord.people.actions import change_organisation
from onrecord.people.colours import contrast_with_white, darkened_until_readable
from onrecord.people.errors import NotAllowed
from onrecord.people.models import Organisation, User
from onrecord.people.validators import (
    normalise_address,
    validate_accent,
    validate_address,
    validate_languages,
)


def test_an_administrator_changes_details_and_the_journal_names_them(ada: User) -> None:
    change_organisation({"name": "City of Elmford", "accent": "#0b5d4e"}, by=ada)

    assert Organisation.current().name == "City of Elmford"
    entry = Entry.objects.get(event="people.organisation_changed")
    assert entry.data == {"changed": ["accent", "name"]}
    assert entry.actor_name == "Ada Administrator"


def test_nothing_is_journalled_when_nothing_changes(ada: User) -> None:
    change_organisation({"name": "Town of Elmford"}, by=ada)

    assert not Entry.objects.exists()


def test_others_may_not_change_the_organisation(ines: User) -> None:
    with pytest.raises(NotAllowed, match="Ines Editor may not look after people and settings"):
        change_organisation({"name": "Mine"}, by=ines)


def test_a_detail_that_does_not_exist_is_named(ada: User) -> None:
    with pytest.raises(TypeError, match="An organisation has no colour; it has about, accent"):
        change_organisation({"colour": "#000000"}, by=ada)


def test_the_log_keeps_its_name_when_the_site_moves(ada: User) -> None:
    change_organisation({"address": "https://press.elmford.example"}, by=ada)
    change_organisation({"address": "https://elmford.example"}, by=ada)

    assert Organisation.current().origin == "news.elmford.example/log"
    assert Site.objects.get(is_default_site=True).hostname == "elmford.example"


def test_a_new_language_can_be_written_in(ada: User) -> None:
    change_organisation({"languages": ["en", "fr", "ar", "zh-hans"]}, by=ada)

    assert Locale.objects.filter(language_code="zh-hans").exists()


def test_a_pale_accent_is_refused_with_the_nearest_shade_that_can_be_read(ada: User) -> None:
    with pytest.raises(ValidationError) as refusal:
        change_organisation({"accent": "#ffcc00"}, by=ada)

    assert refusal.value.message_dict == {
        "accent": [
            (
                "Links in #ffcc00 would be hard to read: its contrast with white is 1.5 to 1, and 4.5 to 1 "
                "is needed. The nearest shade that can be read is #8e7200."
            )
        ]
    }
    validate_accent("#8e7200")


@pytest.mark.parametrize(("colour", "contrast"), [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.54)])
def test_contrast_is_measured_as_wcag_defines_it(colour: str, contrast: float) -> None:
    assert contrast_with_white(colour) == pytest.approx(contrast, abs=0.005)


def test_a_readable_colour_stays_as_it_is() -> None:
    assert darkened_until_readable("#8a1538") == "#8a1538"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("News.Elmford.example", "https://news.elmford.example"),
        ("https://news.elmford.example/", "https://news.elmford.example"),
        ("https://news.elmford.example:443", "https://news.elmford.example"),
        ("http://localhost:8000/", "http://localhost:8000"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("https://nachrichten.köln.example", "https://nachrichten.xn--kln-sna.example"),
    ],
)
def test_an_address_has_one_spelling(written: str, kept: str) -> None:
    assert normalise_address(written) == kept
    validate_address(kept)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://example.org/news", "goes on after the host"),
        ("https://me@example.org", "goes on after the host"),
        ("ftp://example.org", "is not for web sites"),
        ("http://example.org", "Use https://example.org; only an address on this machine"),
        ("https://exa mple.org", "is not an address"),
        ("https://example.org:99999", "is not an address"),
        ("", "is not an address"),
    ],
)
def test_an_address_that_cannot_be_used_is_explained(address: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        validate_address(normalise_address(address))


@pytest.mark.parametrize(
    ("languages", "says"),
    [
        ([], "Choose at least one language"),
        (["xx"], "“xx” is not a language"),
        (["en", "en"], "named twice"),
    ],
)
def test_languages_are_checked(languages: list[str], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        validate_languages(languages)


def test_every_mistake_is_reported_at_once(ada: User) -> None:
    with pytest.raises(ValidationError) as refusal:
        change_organisation({"time_zone": "Europe/Atlantis", "languages": [], "accent": "red"}, by=ada)

    assert set(refusal.value.message_dict) == {"time_zone", "languages", "accent"}
    assert Organisation.current().time_zone == "Europe/Brussels"
