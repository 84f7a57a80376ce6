# SPDX-License-Identifier: Apache-2.0
"""An item as a mail with the item attached, for desks that take news by mail."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.delivery.mail.message import Attachment, Letter, Text, without_gaps
from onrecord.press.formats import FORMATS
from onrecord.press.formats.bodies import as_text
from onrecord.press.formats.items import Item
from onrecord.press.formats.notes import ed_note
from onrecord.statements.mails import Piece, letter, text
from onrecord.statements.pages.site import Site


def of_item(item: Item, formats: Collection[str], *, at: datetime) -> Letter:
    """Return the letter about an item; its variants are formats, gaps in it take the number."""
    site = Site.current()
    return letter(site, {name: _text(site, item, name) for name in sorted(formats)}, at=at)


def _text(site: Site, item: Item, name: str) -> Text:
    form = FORMATS[name]
    with translation.override(item.language):
        pieces = [Piece("title", without_gaps(item.headline))]
        note = ed_note(item)
        if note:
            pieces.append(Piece("notice", without_gaps(note)))
        pieces += [
            Piece("lead", without_gaps(item.summary)),
            Piece("text", without_gaps(as_text(item.body))),
            Piece(
                "quiet", _("Number ⟦number⟧. The item is attached as %(format)s.") % {"format": form.label}
            ),
        ]
        if item.page:
            pieces.append(Piece("link", _("To the statement"), url=item.page))
    subject = without_gaps(f"{note.split(':')[0]}: {item.headline}" if note else item.headline)
    made = text(site, item.language, subject, pieces, headers={"OnRecord-Number": "⟦number⟧"})
    attached = Attachment(f"⟦number⟧-v{item.version}.{form.suffix}", form.media_type, form.write(item))
    return Text(made.subject, made.text, made.html, made.language, made.headers, (attached,))
