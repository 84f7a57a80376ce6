# SPDX-License-Identifier: Apache-2.0
"""Commit to an embargoed text now, show it at its moment; or give the seal up, in public.

While it is sealed, nothing of it is anywhere but in its row: no edition, no address, no page. What readers
see is one more leaf in the log that nobody can open yet. Each step is safe to run twice.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.bakery import actions as bakery
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.people.models import Organisation, User
from onrecord.prepared import Prepared
from onrecord.record import actions as record
from onrecord.record import erasures
from onrecord.record.openings import max_sealed_days
from onrecord.statements import events
from onrecord.statements.actions.addresses import Address
from onrecord.statements.actions.freezing import Frozen, approved_text, check_log, freeze
from onrecord.statements.errors import Incomplete, Late
from onrecord.statements.formats.edition import Text, freeze_text
from onrecord.statements.models import Progress, Seal, Statement
from onrecord.statements.pages import documents, log, logbook

GIVEN_UP = "The seal was given up before the text was released."


def text_to_seal(statement: Statement) -> Text:
    """Return the text as it stands, copied to where nothing changes it; before the transaction."""
    check_log()
    return freeze_text(statement)


def seal(progress: Progress, text: Text, *, by: User) -> Seal:
    """Freeze what will be released at its moment, and have its commitment logged now.

    Refuses a moment that is further away than a leaf may stay sealed. The caller saves `progress`.
    """
    now, until = timezone.now(), progress.release_at
    if until is None or until > now + timedelta(days=max_sealed_days()):
        raise Incomplete(
            "seal",
            _("Nothing may stay sealed for more than %s days. Choose an earlier moment, or do not seal it.")
            % max_sealed_days(),
        )
    frozen = freeze(progress, approved_text(progress, text), issued=until, sealed=now)
    row = Seal.objects.create(
        statement=progress.statement,
        number=frozen.number,
        op=frozen.op,
        change=frozen.change,
        content=frozen.content,
        body_html=frozen.body_html,
        nonce=frozen.nonce,
        commitment=frozen.commitment,
        path=frozen.address.path,
        year=frozen.address.year,
        slug=frozen.address.slug,
        sealed_at=now,
        until=until,
    )
    row.assets.set(frozen.assets)
    progress.seal = row
    journal.write(
        events.Sealed(subject=progress.statement.subject, seal_id=row.pk, until=until.isoformat()),
        by=by.as_actor(),
    )
    return row


def frozen_of(progress: Progress) -> Frozen | None:
    """Return what was sealed, to be published as it is; None if nothing was. Refuses before its moment."""
    row = progress.seal
    if row is None:
        return None
    if timezone.now() < row.until:
        raise Late(
            _(
                "“%s” is sealed: it opens at its moment by itself. To release it earlier, take the date back "
                "first. That gives the seal up in public."
            )
            % progress.statement.title
        )
    return Frozen(
        address=Address(row.path, row.year, row.slug),
        number=row.number,
        op=row.op,
        change=row.change,
        content=bytes(row.content),
        body_html=row.body_html,
        nonce=bytes(row.nonce),
        commitment=bytes(row.commitment),
        assets=list(row.assets.all()),
    )


def log_seal(seal_id: int) -> None:
    """Put the commitment into the log, sealed until its moment, and show the log that holds it.

    Does nothing for a seal that was opened or let go in between.
    Raises record.errors.Forked, and signs nothing, if readers have seen more of the log than there is here.
    """
    give_up_seals()  # an earlier one may still hold the address
    with transaction.atomic():
        row = _locked(seal_id, held=True)
        if row is not None and row.leaf_index is None:
            row.leaf_index = record.append(
                commitment=bytes(row.commitment),
                nonce=bytes(row.nonce),
                edition_path=f"{row.path}{row.number}.json",
                origin=Organisation.current().origin,
                at=row.sealed_at,
                sealed_until=row.until,
            ).index
            row.save(update_fields=["leaf_index"])
    bakery.bake([*log.keys_before_pages(), *logbook.all_keys()])


def give_up_seals() -> int:
    """Account for every seal that was let go: an erase edition names its leaf and says why. Tell how many."""
    let_go = _let_go()
    for (pk,) in let_go:
        _give_up(pk)
    return len(let_go)


_let_go = Prepared(lambda: Seal.objects.filter(progress=None).order_by("pk").values_list("pk"))


def bake_given_up(leaf_index: int, document_path: str) -> None:
    """Show that a seal was given up: the edition that says so, and the leaf as erased."""
    bakery.bake(
        [
            *documents.keys_for(document_path),
            *log.keys_before_pages(),
            *log.keys_of_leaves([leaf_index]),
            *logbook.all_keys(),
        ]
    )


def _give_up(seal_id: int) -> None:
    with transaction.atomic():
        row = _locked(seal_id, held=False)
        if row is None:
            return
        if row.leaf_index is not None:
            document = erasures.erase([row.leaf_index], reason=row.reason or GIVEN_UP, by=CLOCK)
            journal.write(
                events.SealGivenUp(
                    subject=f"statement/{row.statement_id}" if row.statement_id else "statement",
                    leaf_index=row.leaf_index,
                    document_path=document.path,
                    reason=row.reason or GIVEN_UP,
                ),
                by=CLOCK,
            )
        row.delete()


def _locked(seal_id: int, *, held: bool) -> Seal | None:
    """Return a seal, locked, if a statement still waits for its moment; with held=False, if none does."""
    return Seal.objects.select_for_update(of=("self",)).filter(pk=seal_id, progress__isnull=not held).first()
