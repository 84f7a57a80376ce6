# SPDX-License-Identifier: Apache-2.0
"""Over: lifted for everybody in one action, or ended at its moment. All who had it are told at once."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onrecord.delivery import actions as delivery
from onrecord.delivery import mail
from onrecord.delivery.actions import Recipient
from onrecord.delivery.models import Delivery, Distribution, Lane
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press.actions.noticing import recipient
from onrecord.press.distributions import audience, greetings
from onrecord.press.distributions import letters as sent_as
from onrecord.press.distributions.audience import PREFIX, TRANSPORT
from onrecord.press.distributions.editions import family, hold
from onrecord.press.distributions.errors import NotNow
from onrecord.press.distributions.letters import Frame
from onrecord.press.embargoes import events, letters, links
from onrecord.press.embargoes.actions.heeding import reply_to
from onrecord.press.embargoes.texts import Waiting, waiting
from onrecord.press.models import Embargo, EmbargoState, Journalist, Standing
from onrecord.statements import actions as statements
from onrecord.statements.edition_mails import Said
from onrecord.statements.errors import Refused
from onrecord.statements.mails import letter
from onrecord.statements.models import Edition
from onrecord.statements.pages.site import Site

LIFTED = f"{PREFIX}lifted"
"""What a distribution of an edition is for that journalists had before its time."""


def lift(embargo: Embargo, *, reason: str = "", by: User) -> list[Edition]:
    """Release a text and its translations now, for everybody; who had it is told once it can be read.

    A seal is given up in public, for this reason. Raises NotNow if it cannot be released, and NotAllowed.
    """
    require(by, Right.WRITE)
    if embargo.statement is None:
        raise NotNow(_("The statement is gone, so there is nothing to release."))
    waits = [one for one in map(waiting, family(embargo.statement)) if one is not None]
    if not waits:
        raise NotNow(_("Nothing waits under embargo any more. Look at the statement."))
    return [_lift(one, reason.strip()[:500], by) for one in waits]


def _lift(one: Waiting, reason: str, by: User) -> Edition:
    rows = Embargo.objects.filter(statement=one.statement, number=one.number)
    before = dict(rows.values_list("pk", "state"))
    rows.update(state=EmbargoState.LIFTED, lifted_at=timezone.now(), lifted_by=by)
    try:
        if one.sealed:
            given_up = reason or _("The embargo was lifted early.")
            statements.unschedule(one.statement, by=by, reason=given_up)
            statements.give_up_seals()  # which frees the address
        edition = statements.release(one.statement, by=by)
    except Exception as failure:  # whatever it is, nobody may take for lifted what is not released
        for pk, state in before.items():
            rows.filter(pk=pk).update(state=state, lifted_at=None, lifted_by=None)
        if isinstance(failure, Refused):
            raise NotNow(str(failure)) from failure
        raise
    with transaction.atomic():
        for row in rows:
            journal.write(events.EmbargoLifted(subject=row.subject, reason=reason), by=by.as_actor())
    return edition


@transaction.atomic
def tell_of(edition_id: int) -> Distribution | None:
    """Tell whoever had an edition before its time that it is public, with the whole of it and its proof.

    What is still pending of the embargo is replaced. Returns None if nobody had it. Safe to run twice.
    """
    edition = Edition.objects.select_related("statement__publication").get(pk=edition_id)
    hold([edition.statement_id])
    embargo = links.of_edition(edition.statement_id, edition.number)
    if embargo is None or edition.published_at is None:
        return None
    if Embargo.objects.filter(pk=embargo.pk, state__in=["standing", "held"]).update(state=EmbargoState.ENDED):
        embargo.state = EmbargoState.ENDED
    pending = Delivery.objects.filter(
        distribution__transport=TRANSPORT,
        distribution__object_key=embargo.subject,
        state__in=["queued", "deferred"],
    )
    delivery.replace(list(pending.values_list("pk", flat=True)))
    if mail.relay() is None:
        return None
    site, early = Site.current(), embargo.state == EmbargoState.LIFTED
    with translation.override(edition.language):
        notice = letters.over(early=early)
    said = Said(edition, edition.statement.publication.path)
    text = sent_as.of_edition(Frame(site, reply_to(embargo)), said, notice=notice)
    sent = delivery.freeze(
        transport=TRANSPORT,
        object_key=edition.statement.subject,
        version=edition.number,
        purpose=LIFTED,
        label=text.subject,
        body=letter(site, {"0": text}, at=edition.published_at).to_json(),
        recipients=_recipients(embargo, edition.language),
        host=mail.own_name(),
        by=CLOCK,
        lane=Lane.TRANSACTIONAL,
    )
    journal.write(events.EmbargoEnded(subject=embargo.subject, edition_id=edition.pk), by=CLOCK)
    return sent


def _recipients(embargo: Embargo, language: str) -> Iterator[Recipient]:
    template = greetings.usual(language)
    had = embargo.links.filter(revoked_at=None, journalist__isnull=False)
    for some in audience.batches(had.order_by("pk").values_list("journalist", flat=True)):
        rows = Journalist.objects.filter(pk__in=some, standing=Standing.ACTIVE, contact__isnull=False)
        for one in rows.select_related("contact").defer("note").order_by("pk"):
            yield recipient(one, "0", greeting=greetings.greeting(template, one, language))
