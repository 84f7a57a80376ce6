# SPDX-License-Identifier: Apache-2.0
"""The moderators' queue: its first page, a later one, and each filter, with 100,000 open cases.

    ./run bench queue [--cases 100000] [--requests 200]

Makes a newsroom of its own in a temporary folder (or in ONRECORD_DATABASE_URL). Pages are asked for in this
process, sessions, permissions and templates included; the web server is not measured.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

LATE = "a late page"
KINDS: tuple[tuple[str, dict[str, str]], ...] = (
    ("first page", {}),
    (LATE, {}),
    ("likely spam", {"only": "spam"}),
    ("held", {"only": "held"}),
    ("urgent", {"only": "urgent"}),
)


def main() -> None:
    """Fill a queue and ask for its pages."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--cases", type=int, default=100_000)
    arguments.add_argument("--requests", type=int, default=200)
    arguments.add_argument("--profile", action="store_true", help="say which functions take the time")
    given = arguments.parse_args()
    print(f"load of this machine before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as home:
        os.environ["ONRECORD_HOME"] = home
        ask, after = prepared(given.cases)
        if given.profile:
            profile(ask)
            return
        print(f"{given.cases:,} open cases, {given.requests} requests each, milliseconds")
        for name, query in KINDS:
            show(name, partial(ask, {"after": after} if name == LATE else query), given.requests)


def prepared(cases: int) -> tuple[Callable[[dict[str, str]], None], str]:
    """Fill the queue; return what asks for a page, and where a late page begins."""
    from onrecord.config import django_setup

    django_setup.load()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    from bench import archive
    from onrecord.moderation.desk import reading
    from onrecord.moderation.models import Case
    from onrecord.people.roles import Role
    from tests.conftest import person

    call_command("createcachetable", verbosity=0)
    archive.prepare()
    mo = person("Mo Moderator", Role.MODERATOR)
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    Case.objects.bulk_create(
        (
            Case(
                item_kind="comment",
                item_key=str(number),
                deadline=hour + timedelta(hours=number % 400 - 100),
                score=number % 17,
                held=number % 3 == 0,
                spam=number % 5 == 0,
                urgent=number % 50 == 0,
                category="STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
                title=f"What reader {number} said about the water",
                author=f"commenter/{number}",
                author_name=f"Reader {number}",
                language="en",
                state="claimed" if number in {7, 70_000} else "open",
                claimed_by=mo if number in {7, 70_000} else None,
                claimed_at=now if number in {7, 70_000} else None,
            )
            for number in range(cases)
        ),
        batch_size=500,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    later = Case.objects.order_by("deadline", "-score", "pk")[min(50_000, cases // 2)]
    browser = Client(headers={"host": "127.0.0.1"})
    browser.force_login(mo, backend="allauth.account.auth_backends.AuthenticationBackend")

    def ask(query: dict[str, str]) -> None:
        answer = browser.get("/desk/moderation/", query)
        if answer.status_code != 200:
            sys.exit(f"The queue answered {answer.status_code} {answer.headers.get('Location', '')}")

    return ask, reading.start_after(later)


def show(name: str, ask: Callable[[], None], requests: int) -> None:
    """Ask again and again; print the median and the time within which 95 of 100 came."""
    for _ in range(5):
        ask()
    took, processor = [], time.process_time()
    for _ in range(requests):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    spent = (time.process_time() - processor) * 1000 / requests
    took.sort()
    p95 = took[int(len(took) * 0.95)]
    print(f"  {name:<12} median {statistics.median(took):6.1f}  p95 {p95:6.1f}  processor {spent:6.1f}")


def profile(ask: Callable[[dict[str, str]], None]) -> None:
    """Print where the time of the first page goes."""
    import cProfile
    import pstats

    ask({})
    watched = cProfile.Profile()
    watched.enable()
    for _ in range(20):
        ask({})
    watched.disable()
    pstats.Stats(watched).sort_stats("cumulative").print_stats(60)
