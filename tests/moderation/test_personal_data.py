# SPDX-License-Identifier: Apache-2.0
"""No address that anybody ever gave, nor anything computed from one, is in what is public or in the log."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.bakery.pages import Key, families
from onrecord.conversation import actions as conversation
from onrecord.conversation.models import Comment
from onrecord.conversation.views.sending import GUARD as COMMENT
from onrecord.delivery.models import Distribution
from onrecord.federation.models import RemoteActor, RemoteHost
from onrecord.journal.models import Entry
from onrecord.moderation import actions, items
from onrecord.moderation.actions import Finding, Notification, Ruling, Wanted
from onrecord.moderation.filing import actions as filing
from onrecord.moderation.filing import bundles
from onrecord.moderation.items import Item
from onrecord.moderation.models import Case, Notice, Policy, Role, Rule
from onrecord.moderation.platforms import actions as platforms
from onrecord.moderation.platforms.actions import Submitted
from onrecord.moderation.platforms.kind import item_of
from onrecord.people.actions.access import OPERATOR
from onrecord.people.models import Contact, User
from onrecord.record.models import Document
from onrecord.statements.models import Publication
from tests.conversation.conftest import water
from tests.conversation.readers import shown, work
from tests.followers.readers import follower
from tests.moderation.judging import RUDE, rules
from tests.people.forms import read_ticket
from tests.press.inquiring import answered

__all__ = ["water"]

AUTHORS = [f"Author.{number}+news@Writers-{number}.example" for number in range(12)]
REPORTERS = [f"reporter{number}@watch.example" for number in range(6)]
FOLLOWERS = [f"follower{number}@listen.example" for number in range(6)]
SENDERS = [f"sender{number}@forms.example" for number in range(4)]
JOURNALISTS = [f"desk{number}@papers-{number}.example" for number in range(3)]
EVERYBODY = [*AUTHORS, *REPORTERS, *FOLLOWERS, *SENDERS, *JOURNALISTS]


def needles(address: str) -> Iterator[bytes]:
    """Yield an address as it may be written or hashed by whoever means well."""
    local, _at, domain = address.partition("@")
    for form in {address, address.lower(), address.strip().lower().encode("idna").decode() or address}:
        plain = form.encode()
        yield from (plain, quote(form, safe="").encode(), form.replace("@", "&#64;").encode())
        yield base64.b64encode(plain).rstrip(b"=")
        for written in (plain, b"mailto:" + plain, plain + b"\n"):
            for name in ("md5", "sha1", "sha256"):
                digest = hashlib.new(name, written, usedforsecurity=False)
                yield digest.hexdigest().encode()
                yield base64.b64encode(digest.digest()).rstrip(b"=")
                yield base64.urlsafe_b64encode(digest.digest()).rstrip(b"=")
    yield domain.lower().encode()
    yield f"{local.lower()}@".encode()


def test_a_newsroom_that_many_wrote_to_publishes_no_address_nor_a_hash_of_one(
    water: Publication,
    olga: User,
    ines: User,
    mo: User,
    rosa: User,
    ada: User,
    client: Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with time_machine.travel(timezone.now() - timedelta(days=30), tick=True):
        rules(ines)
    Policy.objects.update_or_create(pk=Policy.ONLY, defaults={"dsa_role": Role.ONLINE_PLATFORM})
    for address in FOLLOWERS:
        follower(address)
    comments = [
        shown(water, mo, f"What number {n} says.", address=address, name=f"Somebody {n}")
        for n, address in enumerate(AUTHORS)
    ]
    for comment, address in zip(comments, REPORTERS, strict=False):
        _is_judged(comment, address, mo, rosa)
    for address in SENDERS:  # through the whole program, as the log of a server would have it
        fields = {
            "publication": water.pk,
            "name": "Sender",
            "address": address,
            "text": f"I am {len(address)}.",
        }
        ticket = read_ticket(COMMENT, str(water.pk))
        assert client.post("/comments/send", fields | {"ticket": ticket}).status_code == 200
    for address in JOURNALISTS:
        answered(olga, ines, address=address)
    _told_elsewhere(water, mo)
    work()
    bakery.bake((name, key) for name, keys in _families() for key in keys())

    assert Contact.objects.count() == len(EVERYBODY), "each address is known, so there is something to find"
    places = {**_site(), **_exports(ada), **_archives(mo), **_sent_to_machines(), **_kept_for_good()}
    places["the log"] = caplog.text.encode().lower()
    assert {kind for place in places for kind in [place.partition(" ")[0]]} >= {
        *("archive", "activitypub", "webhook", "journal", "leaves", "export"),
    }
    assert b"what number 11 says" in places[f"{water.path}index.html"]
    wanted = {needle.lower(): address for address in EVERYBODY for needle in needles(address)}
    found = [(place, wanted[needle]) for place, text in places.items() for needle in wanted if needle in text]
    assert found == []


def _is_judged(comment: Comment, address: str, mo: User, rosa: User) -> None:
    said = Notification(
        url=f"/comments/{comment.pk}",
        explanation="This insults my neighbours.",
        category=RUDE,
        name="Somebody",
        address=address,
        good_faith=True,
    )
    case = actions.confirm(actions.report(said, language="en")).case
    assert case is not None
    version = items.find("comment", str(comment.pk)).version
    ruling = Ruling(
        item_version=version,
        facts="It calls all neighbours vermin.",
        effects=(Wanted("seal", None),),
        rule=Rule.objects.get(number="2"),
    )
    decision = actions.decide(case, ruling, by=mo, revision=case.revision)
    notice = Notice.objects.get(decision=decision, party="author")
    appeal = actions.appeal(notice, "That is not what I wrote.", language="en")
    actions.assign(appeal, to=rosa, by=rosa)
    found = Ruling(item_version=items.find("comment", str(comment.pk)).version, facts="It says “some”.")
    actions.hear(appeal, Finding("reversed", found), by=rosa)
    work()


def _told_elsewhere(water: Publication, mo: User) -> None:
    """Decide about what came from the fediverse, and about a thing on another platform."""
    uri = "https://remote.example/users/nina"
    host = RemoteHost.objects.create(name="remote.example")
    RemoteActor.objects.create(uri=uri, host=host, inbox=f"{uri}/inbox", handle="nina")
    author = conversation.Author(origin=uri, name="Nina", handle="@nina@remote.example", link=uri)
    remark = conversation.Remark(uri=f"{uri}/1", text=f"Ask {AUTHORS[0][:6]} about it.")
    comment = conversation.submit_from_elsewhere(water, author, remark)
    item = items.find("comment", str(comment.pk))
    _seals(item, mo)
    ada = User.objects.get(email="ada@example.org")
    forum = platforms.add_platform("Forum", "https://forum.example/outcomes", by=ada)
    token, _secret = platforms.make_token(forum, "All", ["items"], by=ada)
    row = platforms.submit(
        token,
        Submitted(
            key="post-7",
            title="A post",
            text="Vermin, all of them.",
            url="https://forum.example/t/3",
            language="en",
            content_type="CONTENT_TYPE_TEXT",
            written_at=timezone.now(),
            author="nina",
            author_name="Nina",
            author_address=AUTHORS[0].lower(),
        ),
    )
    _seals(item_of(row), mo)


def _seals(item: Item, mo: User) -> None:
    case = actions.open_by_staff(item, category="", by=mo)
    ruling = Ruling(
        item_version=item.version,
        facts="It calls all neighbours vermin.",
        explanation="It degrades people.",
        effects=(Wanted("seal"),),
        legal_ground="Criminal Code, section 130",
    )
    actions.decide(case, ruling, by=mo, revision=case.revision)


def _archives(mo: User) -> dict[str, bytes]:
    """Return every file of the archives of cases."""
    return {
        f"archive {case.number}/{name}": body.lower()
        for case in Case.objects.order_by("pk")
        for name, body in bundles.contents(case).items()
    }


def _sent_to_machines() -> dict[str, bytes]:
    """Return what goes to servers of the fediverse, to platforms and to endpoints; mail has an address."""
    rows = Distribution.objects.exclude(transport="smtp").order_by("pk")
    return {
        f"{row.transport} {row.pk}": json.dumps(
            [row.label, row.body, list(row.deliveries.values_list("recipient", "data"))], default=str
        )
        .lower()
        .encode()
        for row in rows
    }


def _kept_for_good() -> dict[str, bytes]:
    """Return the journal, and what the log holds."""
    entries = Entry.objects.order_by("pk").values_list("event", "subject", "actor_name", "data")
    logged = Document.objects.order_by("pk").values_list("content", flat=True)
    return {
        "journal ": json.dumps(list(entries), default=str).lower().encode(),
        "leaves ": b"\n".join(bytes(one) for one in logged).lower(),
    }


def _families() -> list[tuple[str, Callable[[], Iterator[Key]]]]:
    return [(family.name, family.keys) for family in families.values()]


def _site() -> dict[str, bytes]:
    root = bakery.site_directory()
    files = [path for path in root.rglob("*") if path.is_file() and path.suffix not in {".br", ".gz"}]
    return {f"/{path.relative_to(root)}": Path(path).read_bytes().lower() for path in files}


def _exports(ada: User) -> dict[str, bytes]:
    today = timezone.now().date()
    filing.write_texts(today.year, dict.fromkeys(filing.FIELDS, "People decide by published rules."), by=ada)
    statements = filing.export_statements(today - timedelta(days=1), today + timedelta(days=1), by=OPERATOR)
    with time_machine.travel(timezone.now() + timedelta(days=366), tick=True):
        made = {**filing.make_report(today.year), **statements}
    return {f"export {name}": content.lower() for name, content in made.items()}
