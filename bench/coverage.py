# SPDX-License-Identifier: Apache-2.0
"""Coverage at the desk: lists, filters and charts over 100,000 articles.

    ./run bench coverage [--articles 100000]

Makes a database of its own, in memory for SQLite, or one that is dropped again in the server of
ONRECORD_DATABASE_URL. Each screen is opened forty times, as a press officer opens it; charts without what is
remembered for some seconds. What is told is the 95th of a hundred.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from datetime import date, timedelta

from bench.segments import COUNTRIES, LANGUAGES, database

STATEMENTS, OUTLETS, AT_ONCE, TIMES = 50, 2000, 5000, 40
PAGES = {
    "the newest": "/desk/coverage/",
    "a page far back": "/desk/coverage/?after=2024-06-01/5000",
    "of an outlet": "/desk/coverage/?outlet=Outlet+7",
    "of a country": "/desk/coverage/?country=FR",
    "of a language and a country": "/desk/coverage/?language=ar&country=BE",
    "of a statement": "/desk/coverage/?statement={statement}",
    "of a rare language in an old month": "/desk/coverage/?language=ru&since=2023-03-01&until=2023-03-31",
    "what waits": "/desk/coverage/?state=waiting",
    "charts of everything": "/desk/coverage/figures/",
    "charts of a country": "/desk/coverage/figures/?country=FR",
}


def main() -> None:
    """Fill a database, then open the screens."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--articles", type=int, default=100_000)
    chosen = arguments.parse_args()
    print(f"load of this machine before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as home:
        os.environ["ONRECORD_HOME"] = home
        with database():
            statement = fill(chosen.articles)
            screens(statement)


def fill(number: int) -> int:
    """Store so much coverage of fifty statements over four years; return one of these."""
    from django.db import connection
    from wagtail.models import Locale

    from onrecord.people.models import Organisation
    from onrecord.people.roles import Role
    from onrecord.press.models import Coverage, CoverageOf, CoverageSource, CoverageState
    from onrecord.statements.models import Statement
    from tests.conftest import person

    chance = random.Random(4)
    Organisation.objects.create(
        id=1, name="Bench", address="https://bench.example", languages=["en"], time_zone="UTC"
    )
    writer = person("Olga Writer", Role.PRESS_OFFICER)
    locale = Locale.objects.get_or_create(language_code="en")[0]
    about = [
        Statement.objects.create(title=f"Statement {at}", locale=locale, created_by=writer)
        for at in range(STATEMENTS)
    ]
    first = date(2023, 1, 1)
    for start in range(0, number, AT_ONCE):
        rows = Coverage.objects.bulk_create(
            Coverage(
                url=f"https://paper.example/{at}",
                url_hash=f"{at:064x}",
                headline=f"Headline {at}",
                outlet_name=f"Outlet {at % OUTLETS}",
                outlet_key=f"outlet {at % OUTLETS}",
                language=chance.choice(LANGUAGES),
                country=chance.choice(COUNTRIES),
                day=(day := first + timedelta(days=chance.randrange(4 * 365))),
                published_on=day,
                source=CoverageSource.MANUAL,
                state=CoverageState.CONFIRMED,
                waits=at % 200 == 0,
            )
            for at in range(start, min(start + AT_ONCE, number))
        )
        CoverageOf.objects.bulk_create(
            CoverageOf(coverage=row, statement=chance.choice(about)) for row in rows
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return int(about[7].pk)


def screens(statement: int) -> None:
    """Open each screen and tell how long it takes."""
    from django.conf import settings
    from django.test import Client

    from onrecord.people.models import User
    from onrecord.press.coverage import figures

    settings.ALLOWED_HOSTS = ["*"]
    browser = Client(headers={"host": "bench.example"}, raise_request_exception=True)
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    browser.force_login(User.objects.get(email="olga@example.org"), backend=backend)
    for name, path in PAGES.items():
        took = []
        for _time in range(TIMES):
            figures.forget()
            began = time.perf_counter()
            answer = browser.get(path.format(statement=statement))
            took.append(1000 * (time.perf_counter() - began))
            assert answer.status_code == 200, answer.status_code
        late = statistics.quantiles(took[1:], n=20)[-1]
        print(f"  {name}: {statistics.median(took):.0f} ms, p95 {late:.0f} ms", flush=True)
