# SPDX-License-Identifier: Apache-2.0
"""What goes into the queues: editions, texts under embargo, the word that one is on hold; and tests."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery import actions as delivery
from onrecord.delivery.errors import WrongState
from onrecord.delivery.models import Distribution, Lane
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Right, require
from onrecord.press import beats
from onrecord.press.formats import FORMATS
from onrecord.press.formats.items import Item
from onrecord.press.formats.stored import from_json, to_json
from onrecord.press.models import (
    Destination,
    DestinationState,
    TopicCode,
    Transmission,
    Turn,
    Way,
    WireItem,
)
from onrecord.press.models.wire import EMBARGOED, WITHHELD
from onrecord.press.wire import events, items
from onrecord.press.wire.actions.destinations import writes_or_administers
from onrecord.press.wire.actions.queue import (
    TRANSPORTS,
    Carried,
    advance,
    body_of,
    put,
    recipient,
)
from onrecord.press.wire.errors import BadDestination
from onrecord.statements.models import Edition, Progress, State, Statement

LIFTED = "wire-lifted"
PURPOSES = ("wire-edition", "wire-update", "wire-correction", "wire-clarification", "wire-withdrawal", LIFTED)
"""What is in the ledger because an edition was published."""
AGAIN, TEST = "wire-again", "wire-test"


@transaction.atomic
def tell_of(edition_id: int) -> WireItem | None:
    """Put a published edition into the queues of all who want its language or got an earlier one.

    Minor changes too: machines keep copies. Safe to run twice. Returns None if it went before.
    """
    edition = Edition.objects.select_related("statement__publication").get(pk=edition_id)
    if edition.published_at is None:
        return None
    statement, item = edition.statement, items.of_edition(edition)
    row, is_new = _row(statement, item, _purpose_of(edition))
    if not is_new:
        return None
    everybody = _audience(statement, edition.language)
    waited = Transmission.objects.filter(
        item__in=_told(statement, edition.number).filter(purpose__startswith=EMBARGOED)
    ).values("destination")
    carried = Carried(row, item, statement.subject, row.purpose, edition.op == "withdraw")
    put(carried, everybody.exclude(pk__in=waited))
    if everybody.filter(pk__in=waited).exists():
        freed = items.of_edition(edition, lifted=True)
        also, _is_new = _row(statement, freed, LIFTED)
        put(Carried(also, freed, statement.subject, LIFTED), everybody.filter(pk__in=waited))
    return row


@transaction.atomic
def tell_embargoed(statement_id: int) -> WireItem | None:
    """Put a text that is scheduled under embargo into the queues of those who may see it before its time.

    Safe to run twice; with another moment it goes out again. Returns None if there is nothing to tell.
    """
    progress = _progress(statement_id)
    if progress is None or not _waits_under_embargo(progress):
        return None
    statement, until = progress.statement, progress.release_at
    chosen = _audience(statement, statement.language).filter(embargoed=True)
    if until is None or not chosen.exists():
        return None
    item = items.of_embargoed(progress, at=timezone.now())
    purpose = f"{EMBARGOED}-{until.astimezone(UTC):%Y%m%d%H%M%S}"
    row, is_new = _row(statement, item, purpose)
    if not is_new:
        return None
    put(_early(row, item, statement), chosen)
    return row


def heed_embargoes() -> int:
    """Tell whoever got a text under embargo that it has another moment, or is on hold; return how many.

    For a chore, and whenever a date is taken back.
    """
    told = 0
    waiting = WireItem.objects.filter(embargoed_until__gt=timezone.now()).order_by("pk")
    for statement_id, version in set(waiting.values_list("statement_id", "version")):
        if statement_id is not None:
            told += _heed_embargo(statement_id, version)
    return told


@transaction.atomic
def send(destination: Destination, edition: Edition, *, by: User) -> Transmission:
    """Put a published edition into the queue of one destination, whether or not it got it before.

    Raises BadDestination, and NotAllowed for staff who neither write nor administer.
    """
    writes_or_administers(by)
    if destination.state == DestinationState.CLOSED:
        raise BadDestination(_("“%(name)s” is closed.") % {"name": destination.name})
    if edition.published_at is None:
        raise BadDestination(_("This edition is not published yet."))
    item = items.of_edition(edition)
    row, _is_new = _row(edition.statement, item, _purpose_of(edition))
    purpose = f"{AGAIN}-{destination.pk}-{destination.sequence + 1}"
    carried = Carried(row, item, edition.statement.subject, purpose)
    return put(carried, Destination.objects.filter(pk=destination.pk))[0]


@transaction.atomic
def repeat(transmission: Transmission, *, by: User) -> Transmission:
    """Send a number once more that was taken before, as it was. Raises BadDestination and NotAllowed."""
    writes_or_administers(by)
    row = transmission.destination
    if row.fetches:
        raise BadDestination(_("“%(name)s” fetches: it can ask for any number again.") % {"name": row.name})
    sent = transmission.delivery
    try:
        if transmission.turn != Turn.DONE or sent is None:
            raise WrongState("")
        delivery.send_again(sent, recipient(row, transmission.number), by=by.as_actor())
    except WrongState as error:
        raise BadDestination(
            _("It cannot be sent again: it is still going out, too old, replaced or erased.")
        ) from error
    delivery.let_go([sent.pk])
    event = events.TransmissionRepeated(subject=row.subject, destination=row.name, number=transmission.number)
    journal.write(event, by=by.as_actor())
    return transmission


@transaction.atomic
def leave_out(transmission: Transmission, *, by: User) -> Transmission:
    """Let a destination go on without a number that it does not take; it can still be asked for.

    Raises BadDestination for one that did not stop there; NotAllowed for who neither writes nor administers.
    """
    writes_or_administers(by)
    row = Destination.objects.select_for_update().get(pk=transmission.destination_id)
    first = row.transmissions.filter(turn=Turn.OPEN).order_by("number").first()
    if row.state != DestinationState.STOPPED or first is None or first.pk != transmission.pk:
        raise BadDestination(_("Only what a destination has stopped at can be left out."))
    Transmission.objects.filter(pk=transmission.pk).update(turn=Turn.LEFT_OUT, done_at=timezone.now())
    row.state = DestinationState.ACTIVE
    row.save(update_fields=["state"])
    event = events.TransmissionLeftOut(subject=row.subject, destination=row.name, number=transmission.number)
    journal.write(event, by=by.as_actor())
    advance(row)
    transmission.refresh_from_db()
    return transmission


@transaction.atomic
def test(destination: Destination, *, by: User) -> Distribution:
    """Send a destination an item that says nothing, beside its queue, paused or not.

    Raises BadDestination for one that fetches; NotAllowed for who neither writes nor administers.
    """
    writes_or_administers(by)
    row = Destination.objects.select_for_update().get(pk=destination.pk)
    if row.fetches or row.state == DestinationState.CLOSED:
        raise BadDestination(_("Nothing is sent there: it fetches, or is closed."))
    row.tests += 1
    row.save(update_fields=["tests"])
    language, form = Organisation.current().languages[0], FORMATS[row.format]
    item = items.trial(row.name, language, row.tests, at=timezone.now(), format_name=form.label)
    transport = TRANSPORTS[Way(row.transport)]
    sent = delivery.freeze(
        transport=transport,
        object_key=row.subject,
        version=row.tests,
        purpose=TEST,
        label=_("Test of the destination “%(name)s”") % {"name": row.name},
        body=body_of(item, transport, [row.format]),
        recipients=[recipient(row, 0)],
        host=Organisation.current().host,
        by=by.as_actor(),
        lane=Lane.TRANSACTIONAL,
    )
    delivery.let_go(list(sent.deliveries.values_list("pk", flat=True)))
    return sent


def forget_erased() -> int:
    """Keep nothing of the words of what is erased or thrown away, and send none; return how many items."""
    there = Edition.objects.filter(statement=OuterRef("statement"), number=OuterRef("version"))
    gone = WireItem.objects.filter(~Exists(there), purpose__in=PURPOSES) | WireItem.objects.filter(
        statement=None
    )
    forgotten = 0
    for row in gone.exclude(body={}).order_by("pk"):
        same = WireItem.objects.filter(pk=row.pk)
        if row.statement_id is not None:
            same = WireItem.objects.filter(statement=row.statement_id, version=row.version)
        sent = Distribution.objects.filter(deliveries__transmission__item__in=same).distinct()
        for object_key, version in sent.values_list("object_key", "version").order_by("pk"):
            delivery.forget_texts(object_key, version, by=CLOCK)
        same.update(body={}, title="")
        forgotten += 1
    return forgotten


def code_topics(codes: dict[int, str], *, by: User) -> None:
    """Say which Media Topics topics are, by their ids; an empty code for none. Raises BadDestination."""
    require(by, Right.WRITE)
    for code in filter(None, codes.values()):
        if code not in beats.every():
            raise BadDestination(
                _("“%(code)s” is no Media Topic. It has eight digits, as 06000000.") % {"code": code[:20]}
            )
    with transaction.atomic():
        for topic, code in codes.items():
            if code:
                TopicCode.objects.update_or_create(topic_id=topic, defaults={"code": code})
            else:
                TopicCode.objects.filter(topic_id=topic).delete()
        journal.write(events.TopicsCoded(subject="wire", topics=len(codes)), by=by.as_actor())


@transaction.atomic
def _heed_embargo(statement_id: int, version: int) -> int:
    newest = (
        WireItem.objects.filter(statement=statement_id, version=version)
        .select_related("statement")
        .order_by("-pk")
        .first()
    )
    if newest is None or newest.statement is None or newest.embargoed_until is None or not newest.body:
        return 0
    progress = _progress(statement_id)
    if progress is not None and _waits_under_embargo(progress):
        same = progress.release_at == newest.embargoed_until
        return 0 if same else int(tell_embargoed(statement_id) is not None)
    if Edition.objects.filter(statement=statement_id, number=version).exists():
        return 0  # it is released, and told
    reason = _("The moment of release was taken back.")
    item = items.withheld(from_json(newest.body), at=timezone.now(), reason=reason)
    purpose = f"{WITHHELD}-{newest.pk}"
    row, is_new = _row(newest.statement, item, purpose)
    if is_new:
        had = Transmission.objects.filter(item__statement=statement_id, item__version=version)
        chosen = Destination.objects.filter(pk__in=had.values("destination"))
        put(_early(row, item, newest.statement), chosen)
    return int(is_new)


def _row(statement: Statement, item: Item, purpose: str) -> tuple[WireItem, bool]:
    return WireItem.objects.get_or_create(
        statement=statement,
        version=item.version,
        purpose=purpose,
        defaults={
            "title": item.headline[:300],
            "language": item.language,
            "embargoed_until": item.embargo.until if item.embargo else None,
            "body": to_json(item),
        },
    )


def _audience(statement: Statement, language: str) -> QuerySet[Destination]:
    had = Transmission.objects.filter(item__statement=statement).exclude(turn=Turn.LEFT_OUT)
    known: Collection[int] = set(had.values_list("destination_id", flat=True))
    rows = Destination.objects.exclude(state=DestinationState.CLOSED)
    wanted = [row.pk for row in rows if row.pk in known or row.wants(language)]
    return Destination.objects.filter(pk__in=wanted)


def _told(statement: Statement, version: int) -> QuerySet[WireItem]:
    return WireItem.objects.filter(statement=statement, version=version)


def _progress(statement_id: int) -> Progress | None:
    rows = Progress.objects.select_related("statement__locale", "seal")
    return rows.filter(statement=statement_id).first()


def _waits_under_embargo(progress: Progress) -> bool:
    moment: datetime | None = progress.release_at
    waits = progress.state == State.SCHEDULED and progress.embargoed
    return bool(waits and moment and moment > timezone.now())


def _early(row: WireItem, item: Item, statement: Statement) -> Carried:
    """Return what is told of a text before there is an edition; the ledger does not say what it is about."""
    label = _("Told before its time: statement no. %(number)s") % {"number": statement.pk}
    return Carried(row, item, f"embargo/{statement.pk}", row.purpose, label=label)


def _purpose_of(edition: Edition) -> str:
    if edition.op == "withdraw":
        return "wire-withdrawal"
    change = "update" if edition.change == "minor" else edition.change
    return f"wire-{change or 'edition'}"
