# SPDX-License-Identifier: Apache-2.0
"""A large archive, made quickly: rows as the actions write them, in batches, on real text.

Each benchmark that needs one calls `grow(size)`; an archive that is large enough is used again.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.db.models import Max
from wagtail.models import Locale

from bench.texts import bodies
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Role
from onrecord.proof.edition import commitment as commit
from onrecord.record import actions as record
from onrecord.statements import search
from onrecord.statements.formats.edition import Frame, Text, edition_bytes, freeze_text
from onrecord.statements.models import Edition, Progress, Publication, State, Statement, Topic, TopicListing
from tests.conftest import person

ADDRESS = "https://news.elmford.example"
BATCH = 500
TEXTS = 400
TOPICS = ("water", "schools", "transport", "budget", "health", "housing", "parks", "safety")


def prepare() -> tuple[User, User]:
    """Make an empty newsroom; return a writer and an editor."""
    call_command("migrate", verbosity=0)
    if Organisation.objects.exists():
        return User.objects.get(email="olga@example.org"), User.objects.get(email="ines@example.org")
    Organisation.objects.create(
        id=Organisation.ONLY,
        name="Town of Elmford",
        address=ADDRESS,
        languages=["en"],
        time_zone="Europe/Brussels",
    )
    for slug in TOPICS:
        Topic.objects.create(slug=slug, name=slug.capitalize())
    return (
        person("Olga Writer", Role.PRESS_OFFICER, second_factor=False),
        person("Ines Editor", Role.EDITOR, second_factor=False),
    )


def grow(size: int) -> None:
    """Add statements until there are `size`, spread over as many years as 5,000 a year make."""
    olga, ines = prepare()
    have = Publication.objects.count()
    if have >= size:
        return
    texts = list(islice(_texts(olga), TEXTS))
    places = dict(TopicListing.objects.values_list("topic_id").annotate(last=Max("position")))
    topics = list(Topic.objects.order_by("pk"))
    for start in range(have, size, BATCH):
        with transaction.atomic():
            _add(range(start, min(start + BATCH, size)), texts, topics, places, olga, ines)
        print(f"\r{min(start + BATCH, size):>9,} statements", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def _texts(olga: User) -> Iterator[Text]:
    """Freeze a few hundred bodies of about 600 words once; the archive repeats them under other titles."""
    locale = Locale.objects.get(language_code="en")
    for number, paragraphs in enumerate(bodies()):
        body = [("paragraph", f"<p>{text}</p>") for text in paragraphs]
        title = " ".join(paragraphs[0].split()[:8])[:150]
        statement = Statement(
            title=title, summary=paragraphs[0][:300], body=body, locale=locale, dated=date(2020, 1, 1)
        )
        statement.topics.set([])
        text = freeze_text(statement)
        yield Text({**text.fields, "number": number}, text.body)


def _add(
    numbers: range, texts: list[Text], topics: list[Topic], places: dict[int, int], olga: User, ines: User
) -> None:
    locale = Locale.objects.get(language_code="en")
    first = datetime(1990, 1, 1, tzinfo=UTC)
    statements, frozen = [], []
    for number in numbers:
        text, year = texts[number % len(texts)], 1990 + number // 5000
        topic = topics[number % len(topics)]
        fields = {
            **{name: value for name, value in text.fields.items() if name != "number"},
            "title": f"{text.fields['title']} ({number})",
            "dated": f"{year}-01-01",
            "topics": [{"slug": topic.slug, "name": topic.name}],
        }
        at, slug = first + timedelta(minutes=number * 10), f"statement-{number}"
        statements.append(
            Statement(
                title=fields["title"],
                summary=fields["summary"],
                body=json.dumps([{"type": "paragraph", "value": "<p>As published.</p>", "id": str(number)}]),
                slug=slug,
                dated=date(year, 1, 1),
                locale=locale,
                created_by=olga,
                created_at=at,
                changed_at=at,
            )
        )
        frozen.append((Text(fields, text.body), year, slug, at, topic))
    Statement.objects.bulk_create(statements)
    Progress.objects.bulk_create(Progress(statement=row, state=State.PUBLISHED) for row in statements)
    _add_editions(numbers, statements, frozen, places, ines)


def _add_editions(
    numbers: range,
    statements: list[Statement],
    frozen: list[tuple[Text, int, str, datetime, Topic]],
    places: dict[int, int],
    ines: User,
) -> None:
    log, editions, leaves = "news.elmford.example/log", [], []
    for statement, (text, year, slug, at, _topic) in zip(statements, frozen, strict=True):
        path = f"/s/{year}/{slug}/"
        frame = Frame(
            log=log,
            issuer="Town of Elmford",
            statement=ADDRESS + path,
            edition=1,
            op="publish",
            change="",
            reason="",
            prev=None,
            translation_of=None,
            issued=at,
        )
        content, nonce = edition_bytes(text, frame), secrets.token_bytes(32)
        commitment = commit(nonce, content)
        leaves.append(record.NewLeaf(commitment, nonce, f"{path}1.json", at))
        editions.append(
            Edition(
                statement=statement,
                number=1,
                language="en",
                op="publish",
                content=content,
                body_html=text.body.html,
                nonce=nonce,
                commitment=commitment,
                released_at=at,
                released_by=ines,
                approved_by=ines,
                published_at=at,
            )
        )
    for edition, leaf in zip(editions, record.append_all(leaves, origin=log), strict=True):
        edition.leaf_index = leaf.index
    Edition.objects.bulk_create(editions)
    publications = Publication.objects.bulk_create(
        Publication(
            statement=statement,
            edition=edition,
            language="en",
            year=year,
            slug=slug,
            path=f"/s/{year}/{slug}/",
            position=number % 5000 + 1,
            first_released_at=at,
            changed_at=at,
        )
        for number, statement, edition, (_text, year, slug, at, _topic) in zip(
            numbers, statements, editions, frozen, strict=True
        )
    )
    listings: list[Any] = []
    for publication, (*_rest, topic) in zip(publications, frozen, strict=True):
        places[topic.pk] = places.get(topic.pk, 0) + 1
        listings.append(
            TopicListing(
                topic=topic,
                publication=publication,
                language="en",
                position=places[topic.pk],
                changed_at=publication.changed_at,
            )
        )
    TopicListing.objects.bulk_create(listings)
    for edition in editions:
        search.index(edition)
