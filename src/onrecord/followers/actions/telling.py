# SPDX-License-Identifier: Apache-2.0
"""Telling: the audience of an edition frozen when it is published, digests when the clock says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.delivery import mail
from onrecord.delivery.actions import Recipient
from onrecord.delivery.models import UNSETTLED, Delivery, Distribution
from onrecord.delivery.models import State as DeliveryState
from onrecord.followers import statement_mails
from onrecord.followers.actions.asking import TRANSPORT, recipient
from onrecord.followers.actions.leaving import end_suppressed
from onrecord.followers.models import Digest, Frequency, State, Subscription, SubscriptionLanguage
from onrecord.journal.events import CLOCK
from onrecord.people.errors import NotSetUp
from onrecord.statements.edition_mails import Said
from onrecord.statements.mails import letter
from onrecord.statements.models import Edition
from onrecord.statements.pages.site import Site

AT_HOUR = 7
"""When digests are sent, by the newsroom's clock; the weekly one on Monday."""
EDITION_PURPOSES = ("edition", "update", "correction", "clarification", "withdrawal")
"""What a distribution of an edition is for."""
_PERIODS = {Frequency.DAILY: timedelta(days=1), Frequency.WEEKLY: timedelta(days=7)}
_GOT = (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN, *UNSETTLED)
"""Whoever has an earlier edition, may have it, or would still get it."""


_AT_ONCE = 2_000
"""Followers whose choices are read together: SQLite takes no question about more than 250,000."""


def tell_of(edition_id: int) -> Distribution | None:
    """Freeze who is told of a published edition; return None if nobody is to be.

    Those who follow its topics in its language, and for a later edition also whoever got an earlier one and
    still follows. Nobody is told of minor changes, and nothing is frozen without a mail relay. A withdrawal
    stops what is still pending of earlier editions. Safe to run twice.
    """
    edition = Edition.objects.select_related("statement__publication").get(pk=edition_id)
    if edition.published_at is None or mail.relay() is None:
        return None
    if edition.number > 1 and edition.change == "minor" and edition.op != "withdraw":
        return None
    site = Site.current()
    said = Said(edition, edition.statement.publication.path)
    text = statement_mails.of_edition(site, said)
    distribution = delivery.freeze(
        transport=TRANSPORT,
        object_key=edition.statement.subject,
        version=edition.number,
        purpose=purpose_of(edition),
        label=text.subject,
        body=letter(site, {edition.language: text}, at=edition.published_at).to_json(),
        recipients=_recipients(audience(edition), edition.language),
        host=mail.own_name(),
        by=CLOCK,
        release_at=edition.published_at,
        cancels_older=edition.op == "withdraw",
    )
    end_suppressed(distribution)
    return distribution


def audience(edition: Edition) -> QuerySet[Subscription]:
    """Return the subscriptions that an edition goes to."""
    subject = edition.statement.subject
    wanted = Q(_matching(edition.language, [topic["slug"] for topic in edition.data["topics"]]))
    chosen = Q(frequency=Frequency.EACH) & wanted
    if edition.number > 1:
        got = Delivery.objects.filter(
            distribution__transport=TRANSPORT,
            distribution__object_key=subject,
            distribution__version__lt=edition.number,
            state__in=_GOT,
            recipient=OuterRef("contact__address"),
        )
        chosen |= Q(Exists(got))
    return Subscription.objects.filter(chosen, state=State.CONFIRMED)


def send_digests() -> int:
    """Send what is due once a day and once a week; return how many distributions that were. For a chore."""
    try:
        site = Site.current()
    except NotSetUp:
        return 0
    if mail.relay() is None:
        return 0
    now = timezone.now()
    return sum(_digest(site, frequency, _moment(frequency, site.zone, now)) for frequency in _PERIODS)


def _digest(site: Site, frequency: Frequency, until: datetime) -> bool:
    """Send one digest, once; the next begins where it ends, however late it was sent."""
    rows = Digest.objects.filter(frequency=frequency)
    if rows.filter(until__gte=until).exists():
        return False
    last = rows.order_by("-until").first()
    since = last.until if last else until - _PERIODS[frequency]
    try:
        with transaction.atomic():
            Digest.objects.create(frequency=frequency, since=since, until=until)
            return _freeze_digest(site, frequency, since, until)
    except IntegrityError:  # another process has sent it
        return False


def _freeze_digest(site: Site, frequency: Frequency, since: datetime, until: datetime) -> bool:
    news = _news(since, until)
    if not news:
        return False
    chosen: dict[str, list[Said]] = {}
    recipients: list[Recipient] = []
    rows = Subscription.objects.filter(state=State.CONFIRMED, frequency=frequency)
    rows = rows.select_related("contact").prefetch_related("topics", "languages").order_by("pk")
    for row in rows.iterator(chunk_size=_AT_ONCE):
        mine = [said for said in news if _wants(row, said.edition)]
        if mine:
            language = row.language if row.language in site.languages else site.default_language
            variant = f"{language}:{','.join(str(said.edition.pk) for said in mine)}"
            chosen.setdefault(variant, mine)
            recipients.append(recipient(row, row.contact.address, variant))
    if not recipients:
        return False
    weekly = frequency == Frequency.WEEKLY
    texts = {
        variant: statement_mails.of_many(site, variant.partition(":")[0], weekly, editions)
        for variant, editions in chosen.items()
    }
    day = until.astimezone(ZoneInfo(site.zone)).date()
    distribution = delivery.freeze(
        transport=TRANSPORT,
        object_key=f"digest/{frequency}/{day}",
        version=1,
        purpose="digest",
        label=f"{next(iter(texts.values())).subject} ({day})",
        body=letter(site, texts, at=timezone.now()).to_json(),
        recipients=recipients,
        host=mail.own_name(),
        by=CLOCK,
    )
    end_suppressed(distribution)
    return True


def _news(since: datetime, until: datetime) -> list[Said]:
    """Return what was published in a period, the newest edition of each statement, oldest first."""
    rows = Edition.objects.filter(published_at__gte=since, published_at__lt=until)
    newest = {
        edition.statement_id: edition
        for edition in rows.select_related("statement__publication").order_by("number")
        if edition.number == 1 or edition.op == "withdraw" or edition.change != "minor"
    }
    ordered = sorted(newest.values(), key=lambda edition: (edition.published_at or until, edition.pk))
    return [Said(edition, edition.statement.publication.path) for edition in ordered]


def _wants(row: Subscription, edition: Edition) -> bool:
    if edition.language not in {each.language for each in row.languages.all()}:
        return False
    filed = {topic["slug"] for topic in edition.data["topics"]}
    return row.all_topics or any(topic.slug in filed for topic in row.topics.all())


def _matching(language: str, topics: list[str]) -> Q:
    reads = SubscriptionLanguage.objects.filter(subscription=OuterRef("pk"), language=language)
    filed = Subscription.topics.through.objects.filter(subscription=OuterRef("pk"), topic__slug__in=topics)
    return Q(Exists(reads)) & (Q(all_topics=True) | Q(Exists(filed)))


def _recipients(rows: QuerySet[Subscription], variant: str) -> Iterator[Recipient]:
    rows = rows.select_related("contact").only("pk", "door_number", "contact__address").order_by("pk")
    for row in rows.iterator(chunk_size=_AT_ONCE):
        yield recipient(row, row.contact.address, variant)


def purpose_of(edition: Edition) -> str:
    """Return why an edition goes out, as distributions over every transport name it."""
    if edition.number == 1:
        return "edition"
    return "withdrawal" if edition.op == "withdraw" else edition.change or "update"


def _moment(frequency: Frequency, zone: str, now: datetime) -> datetime:
    """Return the last moment at which a digest was due: seven in the morning, on Mondays for the weekly."""
    local = now.astimezone(ZoneInfo(zone))
    moment = local.replace(hour=AT_HOUR, minute=0, second=0, microsecond=0)
    if frequency == Frequency.WEEKLY:
        moment -= timedelta(days=local.weekday())
    while moment > local:
        moment -= _PERIODS[frequency]
    return moment


def forget_erased() -> int:
    """Keep no letter about an edition that is erased, and send none that is pending; return how many."""
    about = Distribution.objects.filter(object_key__startswith="statement/").exclude(body={})
    forgotten = 0
    for object_key, version in about.values_list("object_key", "version").distinct().order_by("object_key"):
        statement = int(object_key.partition("/")[2])
        if not Edition.objects.filter(statement=statement, number=version).exists():
            forgotten += delivery.forget_texts(object_key, version, by=CLOCK)
    return forgotten
