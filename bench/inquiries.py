# SPDX-License-Identifier: Apache-2.0
"""Inquiries: the board, its filters and the library of answers, over 100,000 inquiries.

    ./run bench inquiries [--inquiries 100000]

Makes a database of its own, in memory for SQLite, or one that is dropped again in the server of
ONRECORD_DATABASE_URL. Whole answers of the program to somebody signed in; the 95th percentile of forty.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.segments import database

OUTLETS, WORDS, TIMES, AT_ONCE = 3000, 4000, 40, 2000
OPEN_SHARE = 0.2


def main() -> None:
    """Fill a database, then ask."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--inquiries", type=int, default=100_000)
    chosen = arguments.parse_args()
    print(f"load of this machine before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as home:
        os.environ["ONRECORD_HOME"] = home
        with database():
            people = officers()
            fill(chosen.inquiries, people)
            ask(people[0])


def officers() -> list[Any]:
    """Store an organisation and five press officers."""
    from allauth.mfa.models import Authenticator
    from django.contrib.auth.models import Group

    from onrecord.people.models import Organisation, User
    from onrecord.people.roles import Role

    Organisation.objects.create(
        id=1, name="Bench", address="https://bench.example", languages=["en", "fr"], time_zone="UTC"
    )
    group = Group.objects.get_or_create(name=Role.PRESS_OFFICER.value)[0]
    people = []
    for number in range(5):
        user = User.objects.create_user(f"officer{number}@bench.example", name=f"Officer {number}")
        user.groups.set([group])
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "A" * 16})
        people.append(user)
    return people


def fill(number: int, people: list[Any]) -> None:
    """Store inquiries, a fifth of them open, each asked in thirty words; the closed ones are answered."""
    from django.db import connection, transaction
    from django.utils import timezone

    from onrecord.press.inquiries import searching
    from onrecord.press.models import Inquiry, InquiryMessage

    chance, now, began = random.Random(4), timezone.now(), time.perf_counter()
    for start in range(0, number, AT_ONCE):
        with transaction.atomic():
            rows = Inquiry.objects.bulk_create(
                _inquiry(at, chance, now, people) for at in range(start, min(start + AT_ONCE, number))
            )
            InquiryMessage.objects.bulk_create(
                InquiryMessage(inquiry=row, kind=kind, text=_text(chance))
                for row in rows
                for kind in (("asked", "answer") if row.state == "closed" else ("asked",))
            )
            for row in rows:
                searching.index(row)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{number:,} inquiries stored in {time.perf_counter() - began:.0f} s", flush=True)


def _text(chance: random.Random) -> str:
    return " ".join(f"w{min(int(chance.expovariate(0.004)), WORDS)}" for _ in range(30))


def _inquiry(at: int, chance: random.Random, now: Any, people: list[Any]) -> Any:
    from onrecord.press.models import Inquiry, InquiryKind

    is_open = chance.random() < OPEN_SHARE
    outlet = chance.randrange(OUTLETS)
    deadline = now + timedelta(hours=chance.uniform(-100, 400)) - timedelta(days=0 if is_open else 400)
    state = chance.choice(("new", "taken", "spokesperson", "sign-off", "answered")) if is_open else "closed"
    return Inquiry(
        reference=f"B-{at}",
        state=state,
        kind=chance.choice(InquiryKind.values),
        origin="form",
        language=chance.choice(("en", "en", "en", "fr")),
        outlet=f"Outlet {outlet}",
        outlet_key=f"outlet {outlet}",
        name=f"Person {at}",
        deadline_at=deadline,
        deadline_zone="Europe/Brussels",
        order_at=deadline,
        owner=None if state == "new" else chance.choice(people),
        closed_at=deadline if state == "closed" else None,
        outcome="answered" if state == "closed" else "",
        door_number=f"{at:064x}",
        door_hash=f"{at:064x}",
        reply_hash=f"{at:064x}",
    )


def ask(person: Any) -> None:
    """Ask for each screen many times."""
    from django.test import Client

    from onrecord.press.inquiries import needs
    from onrecord.press.inquiries.desk import finding
    from onrecord.press.inquiries.desk.finding import Wanted
    from onrecord.press.models import Inquiry

    browser = Client(headers={"host": "bench.example"})
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    one = Inquiry.objects.filter(state="taken").order_by("pk").values_list("pk", flat=True)[0]
    pages = {
        "the board": "",
        "its second page": f"?after={finding.page_of(Wanted()).after}",
        "closed": "?state=closed",
        "mine": f"?owner={person.pk}",
        "nobody's, visits, in French": "?owner=none&kind=visit&language=fr",
        "one outlet, closed": "?state=closed&outlet=Outlet+17",
        "a rare word": "?q=w1700",
        "a word that is everywhere, closed": "?state=closed&q=w1",
        "three words": "?q=w1+w20+w70",
        "earlier answers with two words": "answers/?q=w3+w90",
        "one inquiry": f"{one}/",
        "one inquiry with a search": f"{one}/?library=w5+w40",
    }
    for name, path in pages.items():
        _measure(name, lambda path=path: browser.get(f"/desk/inquiries/{path}"))  # type: ignore[misc]  # bound
    _measure("what the front page needs", lambda: list(needs.needs(person)))


def _measure(name: str, do: Callable[[], Any]) -> None:
    answer = do()
    assert getattr(answer, "status_code", 200) == 200, answer
    clocks: tuple[Callable[[], float], ...] = (time.perf_counter, time.process_time)
    found = []
    for _ in range(TIMES):
        began = [clock() for clock in clocks]
        do()
        found.append([1000 * (clock() - then) for clock, then in zip(clocks, began, strict=True)])
    within, busy = (sorted(one)[int(TIMES * 0.95)] for one in zip(*found, strict=True))
    print(f"  {name:<36} 95 of 100 within {within:4.0f} ms, of which {busy:4.0f} ms at work", flush=True)


if __name__ == "__main__":
    main()
