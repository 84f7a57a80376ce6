# SPDX-License-Identifier: Apache-2.0
"""Who the organisation is, as pages tell readers and machines."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection, transaction

from onrecord.people.models import Organisation, User
from onrecord.statements.models import Edition
from tests.statements import newsroom
from tests.statements.newsroom import Newsroom
from tests.statements.test_pages import html, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(olga: User, ines: User) -> Newsroom:
    """A newsroom with a bit of everything, logged but not baked."""
    with transaction.atomic():
        made = newsroom.fill(olga, ines, others=0, picture_width=40)
        connection.run_on_commit.clear()
    return made


@pytest.fixture
def known_town(town: Newsroom) -> Organisation:
    """The town has said who it is."""
    organisation = Organisation.current()
    organisation.domains = ["elmford.example"]
    organisation.identifiers = [
        {"scheme": "lei", "value": "529900T8BM49AURSDO55", "register": "", "url": ""},
        {"scheme": "company-number", "value": "<b>1</b>", "register": "Companies & Co", "url": ""},
    ]
    organisation.relations = [{"kind": "social", "url": "https://social.example/@elmford?a=1&b=2"}]
    organisation.save()
    return organisation


def structured_data(page: str) -> dict[str, Any]:
    """Return the JSON-LD of a page."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_machines_read_who_the_organisation_is(known_town: Organisation) -> None:
    statement = Edition.objects.exclude(leaf_index=None).order_by("pk")[0]
    publisher = structured_data(page_of(statement))["publisher"]
    about = structured_data(html("statements.about", ("en",), "/about/"))

    assert publisher["leiCode"] == "529900T8BM49AURSDO55"
    assert publisher["identifier"] == [
        {
            "@type": "PropertyValue",
            "propertyID": "lei",
            "value": "529900T8BM49AURSDO55",
            "url": "https://search.gleif.org/#/record/529900T8BM49AURSDO55",
        },
        {"@type": "PropertyValue", "propertyID": "Companies & Co", "value": "<b>1</b>"},
    ]
    assert publisher["sameAs"] == ["https://elmford.example/", "https://social.example/@elmford?a=1&b=2"]
    assert (about["@type"], about["identifier"]) == ("Organization", publisher["identifier"])


def test_the_front_page_and_about_link_to_profiles_as_ours(known_town: Organisation) -> None:
    link = '<link rel="me" href="https://social.example/@elmford?a=1&amp;b=2">'

    assert link in html("statements.front", ("fr",), "/fr/")
    about = html("statements.about", ("en",), "/about/")
    assert link in about
    assert '<a href="https://elmford.example/" rel="me">' in about
    assert "Companies &amp; Co: &lt;b&gt;1&lt;/b&gt;" in about
    assert ">529900T8BM49AURSDO55</a>" in about


def test_an_organisation_that_says_nothing_more_has_no_empty_headings(town: Newsroom) -> None:
    about = html("statements.about", ("en",), "/about/")

    assert "registers" not in about
    assert 'rel="me"' not in about
    assert "identifier" not in structured_data(about)
