# SPDX-License-Identifier: Apache-2.0
"""Turn an approved text into the bytes that are signed, to be published now or sealed until later."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from onrecord.people.models import Organisation
from onrecord.proof.edition import commitment
from onrecord.record import elsewhere, guard
from onrecord.record.errors import RecordError
from onrecord.statements.actions.addresses import Address, address_of
from onrecord.statements.actions.approval import newest_edition
from onrecord.statements.errors import LogUnfit, NotYetLogged, TextChanged, WrongState
from onrecord.statements.formats.body import FrozenBody
from onrecord.statements.formats.edition import TEXT_FIELDS, Frame, Text, edition_bytes
from onrecord.statements.models import Asset, Change, Edition, Progress, Statement


@dataclass(frozen=True, slots=True)
class Frozen:
    """An edition before it is stored: from here on not a byte of it changes."""

    address: Address
    number: int
    op: str
    change: str
    content: bytes
    body_html: str
    nonce: bytes
    commitment: bytes
    assets: Sequence[Asset]


def check_log() -> None:
    """Refuse to freeze anything while the record here does not continue the one that others have seen."""
    try:
        elsewhere.ask_before_signing(Organisation.current().origin)
        guard.refuse_fork()
    except RecordError as error:
        raise LogUnfit(str(error)) from error


def approved_text(progress: Progress, text: Text) -> Text:
    """Return the text that may be released: exactly the one approved. Raises TextChanged."""
    if progress.withdrawing:
        text = text_of_newest(progress.statement)
    if text.digest != progress.digest:
        raise TextChanged(
            _("“%s” is no longer the text that was approved. Submit it again.") % progress.statement.title
        )
    return text


def freeze(progress: Progress, text: Text, *, issued: datetime, sealed: datetime | None = None) -> Frozen:
    """Freeze the next edition as it will be `issued`, within the caller's transaction."""
    statement = progress.statement
    # One release at a time: positions in the archive and addresses are given out in order.
    organisation = Organisation.locked()
    previous = newest_edition(statement)
    if previous is not None and previous.leaf_index is None:
        raise NotYetLogged(
            _("Edition %(number)s of “%(title)s” is not in the record yet. Try again in a minute.")
            % {"number": previous.number, "title": statement.title}
        )
    address = address_of(statement)
    frame = Frame(
        log=organisation.origin,
        issuer=organisation.name,
        statement=organisation.address + address.path,
        edition=previous.number + 1 if previous else 1,
        op=_operation(progress, previous),
        change=progress.change,
        reason=progress.withdrawal_reason if progress.withdrawing else progress.change_note,
        prev=_previous(previous),
        translation_of=_translation_of(statement, organisation),
        issued=issued,
        sealed=sealed,
    )
    content, nonce = edition_bytes(text, frame), secrets.token_bytes(32)
    return Frozen(
        address=address,
        number=frame.edition,
        op=frame.op,
        change=progress.change,
        content=content,
        body_html=text.body.html,
        nonce=nonce,
        commitment=commitment(nonce, content),
        assets=_assets(text, previous),
    )


def text_of_newest(statement: Statement) -> Text:
    """Return the text of the newest edition as it was frozen then: a withdrawal repeats it."""
    newest = newest_edition(statement)
    if newest is None:
        raise WrongState(_("“%s” is not published, so there is nothing to withdraw.") % statement.title)
    fields = {name: newest.data[name] for name in TEXT_FIELDS}
    return Text(fields, FrozenBody(blocks=newest.data["blocks"], html=newest.body_html))


def _operation(progress: Progress, previous: Edition | None) -> str:
    """Return the edition's `op` as the edition file names it."""
    if progress.withdrawing:
        return "withdraw"
    if previous is None:
        return "translate" if progress.statement.original_id else "publish"
    return "correct" if progress.change == Change.CORRECTION else "update"


def _previous(previous: Edition | None) -> dict[str, Any] | None:
    if previous is None:
        return None
    return {
        "index": previous.leaf_index,
        "commitment": base64.b64encode(bytes(previous.commitment)).decode(),
    }


def _translation_of(statement: Statement, organisation: Organisation) -> dict[str, Any] | None:
    if statement.original is None:
        return None
    return {
        "statement": organisation.address + statement.original.publication.path,
        "edition": statement.original_edition or 1,
    }


def _assets(text: Text, previous: Edition | None) -> list[Asset]:
    """Return the rows of the files that the text refers to."""
    rows = list(previous.assets.all()) if previous else []
    known = {row.sha256 for row in rows}
    for file in text.body.files:
        if file.sha256 not in known:
            row, _created = Asset.objects.get_or_create(
                sha256=file.sha256,
                defaults={
                    "name": file.name,
                    "media_type": file.media_type,
                    "size": file.size,
                    "width": file.width,
                    "height": file.height,
                },
            )
            rows.append(row)
    wanted = {file["sha256"] for file in text.fields["files"]}
    return [row for row in rows if row.sha256 in wanted]
