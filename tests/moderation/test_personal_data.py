# SPDX-License-Identifier: Apache-2.0
"""No address that anybody ever gave, nor anything computed from one, is in what is public or in the log."""

from __future__ import annotations

import base64
import hashlib
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
from onrecord.conversation.models import Comment
from onrecord.conversation.views.sending import GUARD as COMMENT
from onrecord.moderation import actions, items
from onrecord.moderation.actions import Finding, Notification, Ruling, Wanted
from onrecord.moderation.filing import actions as filing
from onrecord.moderation.models import Notice, Policy, Role, Rule
from onrecord.people.actions.access import OPERATOR
from onrecord.people.models import Contact, User
from onrecord.statements.models import Publication
from tests.conversation.conftest import water
from tests.conversation.readers import shown, work
from tests.followers.readers import follower
from tests.moderation.judging import RUDE, rules
from tests.people.forms import read_ticket

__all__ = ["water"]

AUTHORS = [f"Author.{number}+news@Writers-{number}.example" for number in range(12)]
REPORTERS = [f"reporter{number}@watch.example" for number in range(6)]
FOLLOWERS = [f"follower{number}@listen.example" for number in range(6)]
SENDERS = [f"sender{number}@forms.example" for number in range(4)]
EVERYBODY = [*AUTHORS, *REPORTERS, *FOLLOWERS, *SENDERS]


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
    ines: User,
    mo: User,
    rosa: User,
    ada: User,
    client: Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="onrecord")
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
    work()
    bakery.bake((name, key) for name, keys in _families() for key in keys())

    assert Contact.objects.count() == len(EVERYBODY), "each address is known, so there is something to find"
    places = {**_site(), **_exports(ada), "the log": caplog.text.encode().lower()}
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
