# SPDX-License-Identifier: Apache-2.0
"""The newsroom's own statements: anybody may report them. Editors correct or withdraw, nobody hides."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext as _

from onrecord.journal.events import Actor
from onrecord.moderation.errors import NoSuchItem
from onrecord.moderation.items import Item, Order, Person
from onrecord.statements.models import Publication


class StatementKind:
    """Statements by the number of their publication."""

    name: ClassVar[str] = "statement"
    content_type: ClassVar[str] = "CONTENT_TYPE_TEXT"
    effects: ClassVar[frozenset[str]] = frozenset()

    def label(self) -> str:
        return _("statement")

    def find(self, key: str) -> Item | None:
        rows = Publication.objects.select_related("edition")
        found = rows.filter(pk=int(key)).first() if key.isdecimal() else None
        if found is None:
            return None
        data = found.edition.data
        return Item(
            kind=self.name,
            key=key,
            version=f"{found.path}{found.edition.number}",
            title=data["title"],
            text=data["summary"],
            html=found.edition.body_html,
            language=found.language,
            url=found.path,
            created_at=found.edition.released_at,
        )

    def at(self, url: str) -> str | None:
        path = url.partition("#")[0].partition("?")[0]
        parts = path.strip("/").split("/")
        if parts[:1] != ["s"]:
            return None
        paths = ["/" + "/".join(parts[:length]) + "/" for length in range(len(parts), 2, -1)]
        found = dict(Publication.objects.filter(path__in=paths).values_list("path", "pk"))
        return next((str(found[one]) for one in paths if one in found), None)

    def person(self, author: str) -> Person | None:
        return None

    def image(self, key: str) -> bytes:
        found = Publication.objects.select_related("edition").get(pk=int(key))
        return bytes(found.edition.content)

    def apply(self, order: Order, *, by: Actor) -> None:
        raise NoSuchItem(_("Statements are corrected or withdrawn by editors, never hidden."))

    def undo(self, order: Order, *, by: Actor) -> None:
        raise NoSuchItem(_("Statements are corrected or withdrawn by editors, never hidden."))

    def approve(self, key: str, *, by: Actor) -> None:
        raise NoSuchItem(_("Statements are approved at the desk, by editors."))

    def reported(self, key: str, *, by: Actor) -> None:
        """Editions never change, so nothing has to be kept from changing."""
