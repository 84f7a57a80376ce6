# SPDX-License-Identifier: Apache-2.0
"""Blocks of servers as things that can be reported and judged: whoever is blocked gets a case and an answer.

A decision about one carries no effects: if the report is right, a moderator lifts the block, and says so.
"""

from __future__ import annotations

import json
from typing import ClassVar

from django.utils.html import format_html
from django.utils.translation import gettext as _

from onrecord.federation.blocking import objecting
from onrecord.federation.models import DomainBlock
from onrecord.journal.events import Actor
from onrecord.moderation.errors import NoSuchItem
from onrecord.moderation.items import Item, Order, Person
from onrecord.people.models import Organisation


class BlockKind:
    """Blocks by the number of their row."""

    name: ClassVar[str] = "block"
    content_type: ClassVar[str] = "CONTENT_TYPE_TEXT"
    effects: ClassVar[frozenset[str]] = frozenset()

    def label(self) -> str:
        return _("block of a server")

    def find(self, key: str) -> Item | None:
        row = DomainBlock.objects.filter(pk=int(key)).first() if key.isdecimal() else None
        if row is None:
            return None
        return Item(
            kind=self.name,
            key=key,
            version=row.subject,
            title=_("Block of %(host)s") % {"host": row.host},
            text=row.reason,
            html=format_html("<p>{}</p>", row.reason),
            language=Organisation.current().languages[0],
            url=objecting.path_of(row),
            created_at=row.since,
        )

    def at(self, url: str) -> str | None:
        found = objecting.block_at(url)
        return str(found.pk) if found is not None else None

    def person(self, author: str) -> Person | None:
        return None

    def image(self, key: str) -> bytes:
        row = DomainBlock.objects.get(pk=int(key))
        until = row.until.isoformat() if row.until else None
        return json.dumps([row.pk, row.host, row.reason, row.since.isoformat(), until]).encode()

    def apply(self, order: Order, *, by: Actor) -> None:
        raise NoSuchItem(_("A block is lifted at the desk, under “Blocked servers”."))

    def undo(self, order: Order, *, by: Actor) -> None:
        raise NoSuchItem(_("A block is lifted at the desk, under “Blocked servers”."))

    def approve(self, key: str, *, by: Actor) -> None:
        raise NoSuchItem(_("A block waits for nobody’s approval."))

    def reported(self, key: str, *, by: Actor) -> None:
        """Its words never change, so nothing has to be kept from changing."""
