# SPDX-License-Identifier: Apache-2.0
"""The newsroom moves to another host: each account gets a successor there, and its followers are moved.

1. `change` opens the successors and changes the address of the site. 2. What stands at the old host is
written into a folder (`outpost`), which somebody serves there. 3. `check` asks both hosts whether all of it
can be read. 4. `tell` sends the Move of each account, signed by its old key.
"""

from __future__ import annotations

import json
from typing import Any  # JSON

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from onrecord.delivery.models import Distribution
from onrecord.federation import actors
from onrecord.federation.errors import NotMovable
from onrecord.federation.models import Actor, ActorKind
from onrecord.federation.moving import actions, telling
from onrecord.federation.receiving import fetching
from onrecord.journal.events import Actor as Doer
from onrecord.outbound import OutboundError, fetch
from onrecord.people.actions import change_organisation
from onrecord.people.models import Organisation
from onrecord.people.validators import normalise_address
from onrecord.record.rights import By, administrator

_LARGEST = 1_000_000


def former() -> list[Actor]:
    """Return the accounts at former addresses of the site that were followed there, the newest first."""
    rows = Actor.objects.exclude(former_base="").exclude(moved_to="").exclude(kind=ActorKind.INSTANCE)
    return list(rows.select_related("topic").order_by("-moved_at", "pk"))


@transaction.atomic
def change(address: str, *, by: By) -> list[Actor]:
    """Change the address of the site; return the accounts that stay behind, each with a successor.

    The log keeps its name, and statements keep the ids that they have at the old host. Nobody is told yet.
    Raises NotAllowed, NotMovable.
    """
    doer = administrator(by)
    try:
        new = normalise_address(address).rstrip("/")
    except ValidationError as mistake:
        raise NotMovable(" ".join(mistake.messages)) from mistake
    old = actors.base()
    if new == old:
        raise NotMovable(_("The site has the address %(address)s already.") % {"address": new})
    if Actor.objects.filter(former_base=new).exists():
        raise NotMovable(
            _("Accounts moved away from %(address)s: other servers would not move anybody back there.")
            % {"address": new}
        )
    actors.newsroom()  # made at first use
    left = [_leave(row, old, new, doer) for row in _open_accounts()]
    try:
        change_organisation({"address": new}, by=by)
    except ValidationError as mistake:
        raise NotMovable(" ".join(mistake.messages)) from mistake
    return left


def check(actor: Actor) -> list[str]:
    """Return what is not yet so that a Move of this account would be heeded; nothing if all is well.

    Asks the old and the new host, as servers elsewhere do.
    """
    old = actors.address_of(actor)
    problems = [
        _wrong(old, "movedTo", actor.moved_to),
        _wrong(actor.moved_to, "alsoKnownAs", old),
    ]
    return [problem for problem in problems if problem]


def tell(actor: Actor) -> Distribution | None:
    """Send the Move of an account to all who follow it. Raises NotMovable if it would not be heeded."""
    if problems := check(actor):
        raise NotMovable(" ".join(problems))
    return telling.tell(actor)


def _open_accounts() -> list[Actor]:
    rows = Actor.objects.select_for_update(of=("self",)).filter(former_base="", closed_at=None)
    return list(rows.exclude(kind=ActorKind.INSTANCE).order_by("pk"))


def _leave(row: Actor, old: str, new: str, doer: Doer) -> Actor:
    """Let an account stay at the old address, and open the one that follows on it unless it moved before."""
    name, kind, has_moved = row.name, row.kind, bool(row.moved_to)
    if not has_moved:
        actions.check_time(row)
    row.name, row.former_base = f"{name}@{old.partition('://')[2]}", old
    if kind == ActorKind.NEWSROOM:
        row.kind = ActorKind.FORMER
    if has_moved and row.moved_to.startswith(f"{old}/"):
        row.moved_to = new + row.moved_to.removeprefix(old)
    row.save(update_fields=["name", "former_base", "kind", "moved_to"])
    if not has_moved:
        actions.succeed(row, name=name, kind=kind, key_number=row.key_number + 1)
        actions.leave(row, f"{new}{actors.ACTORS}{name}", doer)
    return row


def _wrong(address: str, member: str, wanted: str) -> str:
    """Return what is wrong with a document that should name an account, or nothing."""
    try:
        answer = fetch(
            address,
            headers={"Accept": fetching.ACCEPT},
            limit=_LARGEST,
            timeout=fetching.SECONDS,
            allow_private=settings.STRANGERS_PRIVATE_ADDRESSES,
        )
    except OutboundError as error:
        return _("%(address)s cannot be read: %(why)s") % {"address": address, "why": error}
    kind = answer.headers.get("content-type", "")
    if answer.status != 200 or fetching.ACTIVITY_JSON not in kind:
        return _("%(address)s answers %(status)d with the type %(kind)s, not 200 with %(wanted)s.") % {
            "address": address,
            "status": answer.status,
            "kind": kind or "?",
            "wanted": fetching.ACTIVITY_JSON,
        }
    try:
        document: Any = json.loads(answer.body)
    except (ValueError, RecursionError):
        return _("What stands at %(address)s is no JSON.") % {"address": address}
    said = document.get(member) if isinstance(document, dict) else None
    if document.get("id") != address or wanted not in (said if isinstance(said, list) else [said]):
        return _("%(address)s does not say %(member)s %(wanted)s.") % {
            "address": address,
            "member": member,
            "wanted": wanted,
        }
    return ""


def hosts_before() -> list[str]:
    """Return the addresses that the site had, the newest first, as https://news.example.org."""
    found = Actor.objects.exclude(former_base="").order_by("-moved_at").values_list("former_base", flat=True)
    current = Organisation.current().address.rstrip("/")
    return [base for base in dict.fromkeys(found) if base != current]
