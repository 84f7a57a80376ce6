# SPDX-License-Identifier: Apache-2.0
"""What follows a release, in this order: into the record, onto the site. Each step is safe to run twice.

Nothing is announced before it can be read and verified. The ordinary way and the recovery after a crash
are the same code: reactions that the journal runs until they have succeeded.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.bakery.batch import together
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.people.models import Organisation
from onrecord.prepared import Prepared, PreparedObjects
from onrecord.record import actions as record
from onrecord.record import elsewhere
from onrecord.record.witnesses import asking
from onrecord.statements import events, pages, search
from onrecord.statements.actions.sealing import give_up_seals
from onrecord.statements.errors import NotYetLogged
from onrecord.statements.models import Edition, Statement
from onrecord.statements.pages import about, log, witnessing

logger = logging.getLogger(__name__)


def is_there(edition_id: int) -> bool:
    """Tell whether an edition is still there: what was to follow its release falls away if it was erased."""
    return bool(_there(edition_id))


_edition = PreparedObjects(lambda pk: Edition.objects.filter(pk=pk))
_locked_edition = PreparedObjects(lambda pk: Edition.objects.select_for_update().filter(pk=pk))
_statement = PreparedObjects(lambda pk: Statement.objects.filter(pk=pk))


def _read(query: PreparedObjects[Edition], edition_id: int) -> Edition:
    """Return an edition with its statement."""
    edition = query.first(edition_id)
    if edition is None:
        raise Edition.DoesNotExist(f"There is no edition with the id {edition_id}.")
    edition.statement = _statement(edition.statement_id)[0]
    return edition


_there = Prepared(lambda pk: Edition.objects.filter(pk=pk).values_list("pk"))


def sequence(edition_id: int) -> Edition:
    """Give an edition its place in the record. One that has its place keeps it.

    Raises record.errors.Forked, and signs nothing, if readers have seen more of the log than there is here.
    """
    origin = Organisation.current().origin
    elsewhere.ask_before_signing(origin)
    give_up_seals()  # one that was let go may still hold the address
    with transaction.atomic():
        edition = _read(_locked_edition, edition_id)
        if edition.leaf_index is not None:
            return edition
        leaf = record.append(
            commitment=bytes(edition.commitment),
            nonce=bytes(edition.nonce),
            edition_path=f"{about.publication_of(edition).path}{edition.number}.json",
            origin=origin,
            at=edition.released_at,
        )
        if "sealed" in edition.data:
            record.open_leaf(leaf.index)
        edition.leaf_index = leaf.index
        edition.save(update_fields=["leaf_index"])
        journal.write(
            events.Sequenced(subject=edition.statement.subject, edition_id=edition.pk, leaf_index=leaf.index),
            by=CLOCK,
        )
        return edition


def bake_edition(edition_id: int) -> Edition:
    """Bake every page that an edition changes; once they are readable, the edition counts as published."""
    edition = _read(_edition, edition_id)
    if edition.leaf_index is None:
        raise NotYetLogged(f"Edition {edition} has no place in the record yet, so it cannot be baked.")
    with together():
        keys = [
            *log.keys_before_pages(),
            *log.keys_of_leaves([edition.leaf_index]),
            *pages.keys_for(edition),
            *witnessing.keys_that_gain(),
            *log.keys_after_pages(edition.leaf_index),
        ]
    bakery.bake(keys)
    return mark_published(edition)


@transaction.atomic
def mark_published(edition: Edition) -> Edition:
    """Let an edition count as published whose pages are baked. One that is published stays as it is."""
    unpublished = Edition.objects.filter(pk=edition.pk, leaf_index__isnull=False, published_at=None)
    now = timezone.now()
    won = unpublished.update(published_at=now)
    if not won:
        edition.refresh_from_db(fields=["published_at"])
    else:
        edition.published_at = now
        search.index(edition)
        journal.write(
            events.Published(subject=edition.statement.subject, edition_id=edition.pk, number=edition.number),
            by=CLOCK,
        )
    return edition


def collect_cosignatures() -> int:
    """Ask the witnesses that are due, and bake what their answers change; return how many cosigned.

    Waits for them, so it is for a worker; a release asks them itself. Not to be called in a transaction.
    """
    gathered = asking.ask()
    if gathered.cosigned:
        bakery.bake(log.keys_after_cosigning(new=gathered.new > 0))
    return gathered.cosigned


def resume_publishing() -> int:
    """Take up every edition that a crash left between release and site; return how many there were.

    The journal's reactions do the same; this finds an edition even if its reactions have given up.
    """
    stranded = list(Edition.objects.filter(published_at=None).order_by("pk").values_list("pk", flat=True))
    for pk in stranded:
        sequence(pk)
        bake_edition(pk)
    return len(stranded)
