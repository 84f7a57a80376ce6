# SPDX-License-Identifier: Apache-2.0
"""The wire: items written a second in each format, and pages of the feed that a destination fetches.

    ./run bench wire [--items 2000] [--pages 100]

The item is a press release of some 700 words with two pictures, a correction. The feed is asked through the
program's own address, token check and database included, fifty items a page; the database is made for it in
memory and thrown away. The yardstick for writing is the same item through `json.dumps` alone.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from onrecord.config import django_setup

if TYPE_CHECKING:
    from onrecord.press.formats.items import Item

SENTENCE = "The town tested the water on Monday, and <b>all samples</b> were within the limits of the law. "


def main() -> None:
    """Write items, then fetch pages."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--items", type=int, default=2000)
    arguments.add_argument("--pages", type=int, default=100)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["ONRECORD_HOME"] = home
        django_setup.load()
        write(given.items)
        fetch(given.pages)


def an_item() -> Item:
    """Return a press release as the wire carries it."""
    from onrecord.press.formats import items

    base = "https://press.example.org"
    picture = items.Asset(
        uri=f"{base}/media/ab-map.jpg",
        title="The harbour",
        is_picture=True,
        renditions=(
            items.Rendition("highRes", f"{base}/media/ab-map.jpg", "image/jpeg", 400_000, 1600, 900),
            items.Rendition("web", f"{base}/media/cd-map.jpg", "image/jpeg", 90_000, 800, 450),
        ),
        caption="Boats in the harbour",
        alt="Boats",
        credit="Photo: A. Lind",
    )
    paragraph = f'<div class="paragraph" id="b-1"><p>{SENTENCE * 5}</p></div>'
    return items.Item(
        uri=f"{base}/s/2026/water/",
        version=2,
        language="en",
        kind="press-release",
        headline="Water is safe to drink, tests in all districts show",
        summary="The town tested the water on Monday and found it safe.",
        body="\n".join([paragraph] * 8),
        base=base,
        issuer=items.Party("Town of Elmford", f"{base}/"),
        rights=items.Rights("Town of Elmford", "Free for editorial use."),
        proof=items.Proof("ab" * 32, "press.example.org/log", 4711),
        first_created=datetime(2026, 11, 20, 9, tzinfo=UTC),
        version_created=datetime(2026, 11, 21, 9, tzinfo=UTC),
        signal=items.Signal.CORRECTION,
        notice=items.Notice.CORRECTION,
        reason="The day was wrong.",
        subjects=(items.Subject("water", "20000395"),),
        contacts=(items.Contact("Jo Marsh", "press officer", "+32 2 555 01 02", "jo@example.org"),),
        assets=(picture, replace(picture, uri=f"{base}/media/ef-map.jpg")),
    )


def write(count: int) -> None:
    """Print how many items a second each format writes."""
    from onrecord.press.formats import FORMATS, ninjs
    from onrecord.press.formats.items import Envelope

    item = an_item()
    envelope = Envelope("press.example.org", "Post", "1", item.version_created)
    for form in FORMATS.values():
        size = len(form.transmit(item, envelope))
        rate = _rate(count, partial(form.transmit, item, envelope))
        print(f"{form.label:<16} {rate:8,.0f} items/s of {size:,} bytes")
    whole = ninjs.as_json(item)
    print(f"{'json.dumps':<16} {_rate(count, partial(json.dumps, whole)):8,.0f} items/s, as a yardstick")


def fetch(pages: int) -> None:
    """Print how many pages of fifty items a second are answered."""
    from django.core.management import call_command
    from django.test import Client

    from onrecord.press.wire import views
    from onrecord.record.witnessing.rates import Allowance

    call_command("migrate", verbosity=0)
    views.ALLOWANCE = Allowance(per_second=1e9, burst=10**9)
    for name in ("ninjs", "newsml-g2"):
        machine = Client(headers={"authorization": f"Bearer {_queue(name)}"}, SERVER_NAME="press.example.org")
        size = len(_page(machine))
        rate = _rate(pages, partial(_page, machine))
        print(f"{name:<16} {rate:8,.1f} pages/s of fifty items, {size:,} bytes each")


def _page(machine: Any) -> bytes:  # the client of Django's tests
    answer = machine.get("/wire/feed?limit=50")
    if answer.status_code != 200:
        raise SystemExit(f"{answer.status_code} {answer.content!r}")
    return bytes(answer.content)


def _queue(name: str) -> str:
    """Fill the queue of one destination with a hundred items; return a token for it."""
    from onrecord.people import tokens
    from onrecord.people.models import Organisation
    from onrecord.press.formats.stored import to_json
    from onrecord.press.models import Destination, Outlet, Transmission, WireItem, WireToken

    Organisation.objects.get_or_create(
        id=Organisation.ONLY,
        defaults={"name": "Elmford", "address": "https://press.example.org", "languages": ["en"]},
    )
    outlet, _made = Outlet.objects.get_or_create(name="Post", name_key="post")
    row = Destination.objects.create(
        outlet=outlet, name=name, format=name, transport="pull", number="00", sequence=100
    )
    body = to_json(an_item())
    for number in range(1, 101):
        item = WireItem.objects.create(
            version=number, purpose=f"bench-{name}", title="Water", language="en", body=body
        )
        Transmission.objects.create(destination=row, number=number, item=item)
    secret = tokens.new()
    WireToken.objects.create(destination=row, name="bench", token_hash=tokens.hash_of(secret))
    return secret


def _rate(count: int, deed: Callable[[], object]) -> float:
    deed()
    started = time.perf_counter()
    for _ in range(count):
        deed()
    return count / (time.perf_counter() - started)
