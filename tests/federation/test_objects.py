# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from onrecord.federation import objects
from onrecord.statements.models import Edition, Publication
from tests.statements import newsroom
from tests.statements.newsroom import Newsroom

pytestmark = pytest.mark.django_db
HOME = "https://news.elmford.example"


def _said(desk: Newsroom, title: str) -> Publication:
    edition = newsroom.release(desk, newsroom.write(desk, title, "It is so."))
    Edition.objects.filter(pk=edition.pk).update(published_at=edition.released_at)
    return Publication.objects.get(edition=edition)


def test_a_statement_has_an_object_for_each_language(filled: Newsroom) -> None:
    Edition.objects.update(published_at="2026-11-24T09:00:00Z")
    for edition, name in ((filled.corrected, "original"), (filled.french, "fr"), (filled.arabic, "ar")):
        assert edition is not None
        publication = Publication.objects.get(statement=edition.statement)
        address = objects.address_of(publication)
        assert address.startswith(f"{HOME}/ap/statements/2026/elmfords-water-is-safe")
        assert address.endswith(f"/{name}")
        assert objects.publication_at(address) == publication


def test_a_statement_is_found_by_the_address_of_its_page_too(desk: Newsroom) -> None:
    publication = _said(desk, "Water is safe")
    page = f"{HOME}/s/2026/water-is-safe/"
    for address in (page, page.rstrip("/"), f"{page}#comments", f"{page}?from=feed"):
        assert objects.publication_at(address) == publication


def test_a_name_in_another_script_is_percent_encoded(desk: Newsroom) -> None:
    publication = _said(desk, "Вода безопасна")
    address = objects.address_of(publication)
    assert address.isascii()
    assert "%D0%B2%D0%BE%D0%B4%D0%B0" in address
    assert objects.publication_at(address) == publication


def test_what_is_released_but_not_readable_yet_is_not_there(desk: Newsroom) -> None:
    publication = _said(desk, "Water is safe")
    Edition.objects.update(published_at=None)
    assert objects.publication_at(objects.address_of(publication)) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/ap/statements/2026/water-is-safe/original",
        f"{HOME}.elsewhere.example/ap/statements/2026/water-is-safe/original",
        f"{HOME}/ap/statements/2026/water-is-safe/fr",
        f"{HOME}/ap/statements/2026/water-is-safe",
        f"{HOME}/ap/statements/99999999999999/water-is-safe/original",
        f"{HOME}/ap/activities/create/2026/water-is-safe/original",
        f"{HOME}/s/2026/water-is-safe/2/",
        HOME,
        "",
    ],
)
def test_anything_else_is_no_statement(desk: Newsroom, address: str) -> None:
    _said(desk, "Water is safe")
    assert objects.publication_at(address) is None
