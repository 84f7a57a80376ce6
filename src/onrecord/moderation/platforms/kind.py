# SPDX-License-Identifier: Apache-2.0
"""Things on other platforms. Effects are noted here; the platform carries them out when it is told."""

from __future__ import annotations

import json
from typing import ClassVar

from django.utils.html import escape, linebreaks
from django.utils.translation import gettext as _

from onrecord.journal.events import Actor
from onrecord.moderation.items import Item, Order, Person
from onrecord.moderation.models import EffectKind, ExternalItem


class ExternalKind:
    """Things by the number of their row."""

    name: ClassVar[str] = "external"
    content_type: ClassVar[str] = "CONTENT_TYPE_TEXT"
    effects: ClassVar[frozenset[str]] = frozenset(EffectKind.values)

    def label(self) -> str:
        return _("contribution on another platform")

    def find(self, key: str) -> Item | None:
        row = ExternalItem.objects.filter(pk=int(key)).first() if key.isdecimal() else None
        return item_of(row) if row else None

    def at(self, url: str) -> str | None:
        return None  # nothing on this site is elsewhere

    def person(self, author: str) -> Person | None:
        parts = author.split("/", 2)
        if len(parts) != 3 or not parts[1].isdecimal():
            return None
        platform, key = parts[1], parts[2]
        rows = ExternalItem.objects.filter(platform_id=int(platform), author=key, contact__isnull=False)
        row = rows.select_related("contact").order_by("-pk").first()
        if row is None or row.contact is None:
            return None
        return Person(row.author_name, row.contact.address, row.language)

    def image(self, key: str) -> bytes:
        row = ExternalItem.objects.get(pk=int(key))
        shown = [
            row.platform_id,
            row.key,
            row.version,
            row.url,
            row.written_at.isoformat(),
            row.title,
            row.text,
        ]
        return json.dumps(shown, ensure_ascii=False).encode()

    def apply(self, order: Order, *, by: Actor) -> None:
        row = ExternalItem.objects.select_for_update().get(pk=int(order.key))
        until = order.until.isoformat() if order.until else None
        row.orders[order.reference] = {"kind": order.kind, "until": until, "words": order.words}
        row.save(update_fields=["orders"])

    def undo(self, order: Order, *, by: Actor) -> None:
        row = ExternalItem.objects.select_for_update().get(pk=int(order.key))
        row.orders.pop(order.reference, None)
        row.save(update_fields=["orders"])

    def approve(self, key: str, *, by: Actor) -> None:
        """Nothing is held here: the platform shows what it wants until it is told otherwise."""

    def reported(self, key: str, *, by: Actor) -> None:
        """Other words make another version, so nothing has to be kept from changing."""


def item_of(row: ExternalItem) -> Item:
    """Return a row as the engine judges it."""
    return Item(
        kind=ExternalKind.name,
        key=str(row.pk),
        version=f"{row.platform_id}/{row.key}/{row.version}",
        title=row.title,
        text=row.text,
        html=linebreaks(escape(row.text)),
        language=row.language,
        url=row.url,
        created_at=row.written_at,
        author=f"external/{row.platform_id}/{row.author}" if row.author else "",
        author_name=row.author_name,
    )
