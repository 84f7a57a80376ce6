# SPDX-License-Identifier: Apache-2.0
"""Media lists: counting criteria over 200,000 journalists, and a statement sent to 50,000 of them.

    ./run bench segments [--journalists 200000]

Makes a database of its own, in memory for SQLite, or one that is dropped again in the server of
ONRECORD_DATABASE_URL. Each count is the median of seven, after one that is thrown away.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

COUNTRIES = ("BE", "FR", "DE", "GB", "ES", "IT", "PL", "US", "BR", "IN", "JP", "EG")
LANGUAGES = ("en", "fr", "de", "es", "ar", "ru")
OUTLETS = 4000
AT_ONCE = 5000


def main() -> None:
    """Fill a database, then count."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--journalists", type=int, default=200_000)
    chosen = arguments.parse_args()
    print(f"load of this machine before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as home:
        os.environ["ONRECORD_HOME"] = home
        os.environ["ONRECORD_MAIL_URL"] = "smtp://127.0.0.1:2525?tls=none"  # nothing is carried there
        os.environ["ONRECORD_MAIL_FROM"] = "news@bench.example"
        with database():
            fill(chosen.journalists)
            lists(chosen.journalists)
            sending()


class database:  # noqa: N801 - reads as what it is
    """A database of one's own while the measurement lasts."""

    def __enter__(self) -> None:
        from onrecord.config import django_setup

        django_setup.load()
        from django.db import connection
        from django.test.utils import setup_databases

        self.old = setup_databases(verbosity=0, interactive=False)
        print(f"{connection.vendor}:", flush=True)

    def __exit__(self, *error: object) -> None:
        from django.test.utils import teardown_databases

        teardown_databases(self.old, verbosity=0)


def fill(number: int) -> None:
    """Store journalists with one role, one to three beats, one or two languages."""
    from django.db import connection

    from onrecord.people.models import Contact, Organisation
    from onrecord.press import beats
    from onrecord.press.models import (
        Journalist,
        JournalistBeat,
        JournalistLanguage,
        Medium,
        Outlet,
        OutletRole,
    )

    chance, codes = random.Random(4), list(beats.every())
    Organisation.objects.create(
        id=1, name="Bench", address="https://bench.example", languages=["en"], time_zone="UTC"
    )
    outlets = Outlet.objects.bulk_create(
        Outlet(
            name=f"Outlet {at}",
            name_key=f"outlet {at}",
            medium=chance.choice(Medium.values),
            country=chance.choice(COUNTRIES),
        )
        for at in range(OUTLETS)
    )
    for start in range(0, number, AT_ONCE):
        some = range(start, min(start + AT_ONCE, number))
        contacts = Contact.objects.bulk_create(Contact(address=f"j{at}@press.example") for at in some)
        people = Journalist.objects.bulk_create(
            Journalist(
                contact=contact,
                name=f"Person {contact.pk}",
                name_key=f"person {contact.pk}",
                language="en",
                source="bench",
                legal_basis="bench",
                door_number=f"{contact.pk:064x}",
                door_hash=f"{contact.pk:064x}",
            )
            for contact in contacts
        )
        JournalistBeat.objects.bulk_create(
            JournalistBeat(journalist=one, code=code)
            for one in people
            for code in chance.sample(codes, chance.randint(1, 3))
        )
        JournalistLanguage.objects.bulk_create(
            JournalistLanguage(journalist=one, language=language)
            for one in people
            for language in chance.sample(LANGUAGES, chance.randint(1, 2))
        )
        OutletRole.objects.bulk_create(
            OutletRole(journalist=one, outlet=chance.choice(outlets)) for one in people
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def lists(number: int) -> None:
    """Count lists of several kinds."""
    from onrecord.press import segments
    from onrecord.press.models import Criterion, Field, ListKind, Match, MediaList

    cases: dict[str, tuple[Match, list[tuple[Field, list[Any], bool]]]] = {
        "a beat (environment and below)": (Match.ALL, [(Field.BEAT, ["06000000"], False)]),
        "a beat, a language, a country": (
            Match.ALL,
            [
                (Field.BEAT, ["04000000"], False),
                (Field.LANGUAGE, ["fr"], False),
                (Field.COUNTRY, ["BE", "FR"], False),
            ],
        ),
        "the same, one being enough": (
            Match.ANY,
            [
                (Field.BEAT, ["04000000"], False),
                (Field.LANGUAGE, ["fr"], False),
                (Field.COUNTRY, ["BE", "FR"], False),
            ],
        ),
        "a language, radio and television, not one country": (
            Match.ALL,
            [
                (Field.LANGUAGE, ["en", "es"], False),
                (Field.MEDIUM, ["radio", "tv"], False),
                (Field.COUNTRY, ["US"], True),
            ],
        ),
    }
    for name, (match, criteria) in cases.items():
        row = MediaList.objects.create(name=name, kind=ListKind.CRITERIA, match=match)
        for position, (field, values, excludes) in enumerate(criteria):
            Criterion.objects.create(
                media_list=row, position=position, field=field, values=values, excludes=excludes
            )
        found, took = median(partial(segments.count, row))
        print(f"  {name}: {found:,} of {number:,} counted in {took * 1000:.0f} ms", flush=True)


def sending() -> None:
    """Freeze one statement to a list by criteria: the count before it, then every row of the ledger."""
    from onrecord.delivery.models import Delivery
    from onrecord.press.distributions import actions
    from onrecord.press.models import Criterion, DistributionPolicy, Field, ListKind, Match, MediaList

    olga = editor()
    statement = published(olga)
    DistributionPolicy.objects.create(approval_above=10**6)
    row = MediaList.objects.create(name="Readers of English", kind=ListKind.CRITERIA, match=Match.ALL)
    Criterion.objects.create(media_list=row, position=0, field=Field.LANGUAGE, values=["en"])
    given = actions.Given(lists=[(row, "A note")])
    composed = actions.compose(statement, given, by=olga)
    found, took = median(lambda: len(actions.audience_of(composed)))
    print(f"  who would get it: {found:,} counted in {took * 1000:.0f} ms", flush=True)
    start, busy = time.perf_counter(), time.process_time()
    actions.send(composed, by=olga)
    took, busy = time.perf_counter() - start, time.process_time() - busy
    queued = Delivery.objects.filter(distribution__purpose=composed.purpose).count()
    print(
        f"  sent to {queued:,}: all in the ledger after {took:.1f} s, {busy:.1f} s of a processor", flush=True
    )
    again = actions.compose(statement, given, by=olga)
    left, took = median(lambda: len(actions.audience_of(again)))
    print(f"  once more to the same: {left:,} would get it, worked out in {took * 1000:.0f} ms", flush=True)


def editor() -> Any:
    """Return somebody who writes and approves."""
    from django.contrib.auth.models import Group

    from onrecord.people.models import User
    from onrecord.people.roles import Role

    olga = User.objects.create_user("olga@bench.example", "a long afternoon", name="Olga")
    olga.groups.add(Group.objects.get_or_create(name=Role.EDITOR.value)[0])
    return olga


def published(by: Any) -> Any:
    """Return a statement that can be read."""
    from wagtail.models import Locale

    from onrecord.statements import actions
    from onrecord.statements.models import Edition, Statement

    locale, _is_new = Locale.objects.get_or_create(language_code="en")
    text = [("paragraph", "<p>The water is safe to drink. We tested it on Monday.</p>" * 20)]
    statement = Statement(title="Water", summary="It is safe.", body=text, locale=locale)
    actions.save_draft(statement, by=by)
    edition = actions.publish_now_review_after(statement, by=by)
    if Edition.objects.filter(pk=edition.pk, published_at=None).exists():
        raise SystemExit("The statement could not be published, so nothing is measured.")
    return statement


def median(deed: Callable[[], int]) -> tuple[int, float]:
    """Return what it returns, and the median of its seconds."""
    found = deed()
    return found, statistics.median(_times(deed))


def _times(deed: Callable[[], int]) -> Iterator[float]:
    for _round in range(7):
        start = time.perf_counter()
        deed()
        yield time.perf_counter() - start
