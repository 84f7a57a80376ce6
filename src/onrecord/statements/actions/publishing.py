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
from onrecord.prepared import Prepared
from onrecord.record import actions as record
from onrecord.record import elsewhere
from onrecord.record.witnesses import asking
from onrecord.statements import events, pages, search
from onrecord.statements.actions.sealing import give_up_seals
from onrecord.statements.errors import NotYetLogged
from onrecord.statements.models import Edition
from onrecord.statements.pages import log, witnessing

logger = logging.getLogger(__name__)


def is_there(edition_id: int) -> bool:
    """Tell whether an edition is still there: what was to follow its release falls away if it was erased."""
    return bool(_there(edition_id))


_there = Prepared(lambda pk: Edition.objects.filter(pk=pk).values_list("pk"))


def sequence(edition_id: int) -> Edition:
    """Give an edition its place in the record. One that has its place keeps it.

    Raises record.errors.Forked, and signs nothing, if readers have seen more of the log than there is here.
    """
    origin = Organisation.current().origin
    elsewhere.ask_before_signing(origin)
    give_up_seals()  # one that was let go may still hold the address
    with transaction.atomic():
        rows = Edition.objects.select_related("statement__publication").select_for_update(of=("self",))
        edition = rows.get(pk=edition_id)
        if edition.leaf_index is not None:
            return edition
        leaf = record.append(
            commitment=bytes(edition.commitment),
            nonce=bytes(edition.nonce),
            edition_path=f"{edition.statement.publication.path}{edition.number}.json",
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
    edition = Edition.objects.select_related("statement__publication").get(pk=edition_id)
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
    won = unpublished.update(published_at=timezone.now())
    edition.refresh_from_db(fields=["published_at"])
    if won:
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
