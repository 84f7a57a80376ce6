# SPDX-License-Identifier: Apache-2.0
"""Pages rendered together, as a full bake does, are those that each key yields alone, for fewer queries."""

from __future__ import annotations

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from onrecord.bakery import pages
from onrecord.bakery.batch import together
from onrecord.bakery.pages import Family, Key
from onrecord.people.models import User
from onrecord.statements.pages.articles import PUBLICATION
from tests.statements import newsroom
from tests.statements.drafts import released
from tests.statements.newsroom import Newsroom

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(olga: User, ines: User) -> Newsroom:
    """Statements with corrections, translations and a withdrawal, logged but not baked."""
    with transaction.atomic():
        made = newsroom.fill(olga, ines, others=0, picture_width=40)
        connection.run_on_commit.clear()
    return made


def grouped() -> list[tuple[Family, Key]]:
    """Return every key that begins with the id of a publication."""
    return [
        (family, key)
        for family in pages.families.values()
        if family.group == PUBLICATION
        for key in family.keys()  # noqa: SIM118  # a field, not a dict
    ]


def rendered(keys: list[tuple[Family, Key]]) -> dict[str, bytes]:
    return {file.path: file.body for family, key in keys for file in family.render(key)}


def numbers(keys: list[tuple[Family, Key]]) -> dict[str, set[int]]:
    return {PUBLICATION: {int(key[0]) for _family, key in keys}}


@pytest.mark.usefixtures("town")
def test_a_page_is_the_same_whatever_is_rendered_with_it() -> None:
    keys = grouped()
    alone = {path: body for one in keys for path, body in rendered([one]).items()}
    with together(numbers(keys)):
        forwards = rendered(keys)
    with together(numbers(keys)):
        backwards = rendered(keys[::-1])
    assert len(alone) > 50
    assert forwards == alone
    assert backwards == alone


@pytest.mark.usefixtures("town")
def test_an_edition_and_the_stable_address_differ_where_they_must() -> None:
    with together(numbers(grouped())):
        found = rendered(grouped())
    stable = [page for path, page in found.items() if re.fullmatch(r"/s/\d+/[^/]+/", path)]
    of_editions = [page for path, page in found.items() if re.fullmatch(r"/s/\d+/[^/]+/\d+/", path)]
    assert len(stable) >= 3
    assert len(of_editions) > len(stable)
    for mark in (b'content="noindex"', b'aria-current="page"', b"All editions"):
        assert not any(mark in page for page in stable if b'lang="en"' in page[:60]), mark
        assert all(mark in page for page in of_editions if b'lang="en"' in page[:60]), mark


def test_many_statements_together_take_no_more_queries_than_two(olga: User, ines: User) -> None:
    with transaction.atomic():
        for number in range(6):
            released(olga, ines, title=f"Statement {number}")
        connection.run_on_commit.clear()
    keys = grouped()
    few = [one for one in keys if int(one[1][0]) in sorted({int(key[0]) for _family, key in keys})[:2]]
    counts = []
    for some in (few, few, keys):  # the first time, what is kept for good is read too
        with CaptureQueriesContext(connection) as queries, together(numbers(some)):
            rendered(some)
        counts.append(len(queries))
    assert counts[1] == counts[2], [query["sql"][:200] for query in queries]
