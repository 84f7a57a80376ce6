# SPDX-License-Identifier: Apache-2.0
"""An audience written into the ledger, in one transaction: who gets what, in which words."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery import actions as delivery
from onrecord.delivery import mail
from onrecord.delivery.actions import Recipient
from onrecord.delivery.mail.message import Text
from onrecord.delivery.models import Distribution, Lane
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press.actions.noticing import keep_notices, recipient
from onrecord.press.distributions import audience, contents, events, greetings, letters
from onrecord.press.distributions.audience import PREFIX, TRANSPORT, Audience
from onrecord.press.distributions.contents import Addressed, Content, Personal
from onrecord.press.distributions.letters import Frame, Own
from onrecord.press.distributions.mornings import Mornings
from onrecord.press.embargoes import links
from onrecord.press.errors import NoRelay
from onrecord.press.models import DistributionPolicy, Journalist, PressDistribution, Rhythm, Stage, When
from onrecord.statements.mails import letter
from onrecord.statements.pages.site import Site

FIRST = "first"
"""What the variants are called that also tell somebody that they are listed."""
_READ = (
    "name",
    "greeting",
    "time_zone",
    "rhythm",
    "noticed_at",
    "notice_id",
    "source",
    "legal_basis",
    "door_number",
    "contact__address",
)
"""What a mail to somebody is made of."""
_SAMPLE = {"source": "–", "basis": "–"}


def audience_of(row: PressDistribution) -> Audience:
    """Return who would get it now. Raises NotNow for a statement that is withdrawn or gone."""
    there = contents.of(row)
    return audience.find(
        row,
        list(there),
        [one.known for one in there.values() if one.known],
        have=set().union(*(one.holders() for one in there.values())),
        barred=links.barred() if row.embargoed else (),
    )


def freeze(row: PressDistribution, found: Audience, actor: Actor) -> PressDistribution:
    """Write the audience into the ledger, one distribution for each language; the caller has locked it."""
    ledger = []
    for language, content in contents.of(row).items():
        people = [pk for pk, chosen in found.languages.items() if chosen == language]
        if people:
            texts = _texts(row, content, found.notes)
            part = _Part(content.addressed(row, people, actor), language, texts, people)
            ledger.append(_freeze_part(row, part, found, actor))
    row.stage, row.sent_at, row.count = Stage.SENT, timezone.now(), len(found)
    row.save()
    event = events.DistributionSent(
        subject=row.subject, recipients=len(found), ledger=tuple(one.pk for one in ledger)
    )
    journal.write(event, by=actor)
    return row


def test(row: PressDistribution, *, by: User) -> Distribution:
    """Send every language of a distribution to oneself, as its first recipient would get it.

    Raises NotNow, NoRelay and NotAllowed.
    """
    require(by, Right.WRITE)
    if mail.relay() is None:
        raise NoRelay(_("No mail relay is set, so nothing can be sent by mail."))
    texts = previews(row)
    before = Distribution.objects.filter(object_key=f"press-test/{row.pk}").count()
    sent = delivery.freeze(
        transport=TRANSPORT,
        object_key=f"press-test/{row.pk}",
        version=before + 1,
        purpose=f"{PREFIX}test",
        label=_("Test: %(subject)s") % {"subject": next(iter(texts.values())).subject},
        body=letter(Site.current(), texts, at=timezone.now()).to_json(),
        recipients=[
            Recipient(
                key=f"user/{by.pk}/{variant}",
                address=by.email,
                destination=by.email.rpartition("@")[2],
                data={"variant": variant, "fields": _sample(row, text, by.name) | {"door": "test"}},
            )
            for variant, text in texts.items()
        ],
        host=mail.own_name(),
        by=by.as_actor(),
        lane=Lane.TRANSACTIONAL,
    )
    journal.write(events.DistributionTested(subject=row.subject), by=by.as_actor())
    return sent


def previews(row: PressDistribution) -> dict[str, Text]:
    """Return the mail in each language and with each note, by `<language>-<number of the note>`."""
    notes = list(dict.fromkeys(["", *(part.note.strip() for part in row.lists.all())]))
    return {
        f"{language}-{number}": _text(row, content, note)
        for language, content in contents.of(row).items()
        for number, note in enumerate(notes)
    }


def preview(row: PressDistribution, variant: str, name: str) -> Text | None:
    """Return one of them as somebody of this name would read it."""
    found = previews(row).get(variant)
    if found is None:
        return None
    fields = _sample(row, found, name) | {"door": "…"}
    return letters.shown(found, {key: html.escape(value) for key, value in fields.items()})


def reply_to(row: PressDistribution) -> str:
    """Return where answers go."""
    policy = DistributionPolicy.current()
    return policy.mailbox if policy.replies == policy.Replies.MAILBOX else row.made_by.email


def _sample(row: PressDistribution, text: Text, name: str) -> dict[str, str]:
    """Return what fills the gaps of a mail that goes to nobody on the press list."""
    template = row.greetings.get(text.language) or greetings.usual(text.language)
    hello = greetings.greeting(template.replace("{outlet}", "…"), Journalist(name=name), text.language)
    content = contents.of(row)[text.language]
    return {**_SAMPLE, **content.sample(), "greeting": hello}


def _texts(row: PressDistribution, content: Content, notes: Sequence[str]) -> dict[str, Text]:
    texts = {}
    for number, note in enumerate(notes):
        texts[str(number)] = _text(row, content, note)
        texts[f"{number}-{FIRST}"] = _text(row, content, note, first_contact=True)
    return texts


def _text(row: PressDistribution, content: Content, note: str, *, first_contact: bool = False) -> Text:
    own = Own(row.subjects.get(content.language, ""), row.covers.get(content.language, ""), note)
    return content.mail(Frame(Site.current(), reply_to(row), first_contact), own)


@dataclass(frozen=True, slots=True)
class _Part:
    """What goes to whom in one language."""

    content: Addressed
    language: str
    texts: Mapping[str, Text]
    people: list[int]


def _freeze_part(row: PressDistribution, part: _Part, found: Audience, actor: Actor) -> Distribution:
    site, now = Site.current(), timezone.now()
    mornings = Mornings(now, DistributionPolicy.current().morning, site.zone)
    template = row.greetings.get(part.language) or greetings.usual(part.language)
    by = _Addressing(template, mornings, found.people, row.when == When.MORNING, row.embargoed)
    object_key, version = part.content.key
    distribution = delivery.freeze(
        transport=TRANSPORT,
        object_key=object_key,
        version=version,
        purpose=row.purpose,
        label=part.texts["0"].subject,
        body=letter(site, part.texts, at=now).to_json(),
        recipients=_recipients(part, by),
        host=mail.own_name(),
        by=actor,
        release_at=min(mornings.of(zone) for zone in _zones(part.people)) if by.in_mornings else now,
    )
    keep_notices(distribution)
    return distribution


def _zones(people: list[int]) -> set[str]:
    found: set[str] = set()
    for some in audience.batches(people):
        rows = Journalist.objects.filter(pk__in=some).order_by()
        found.update(rows.values_list("time_zone", flat=True).distinct())
    return found


@dataclass(frozen=True, slots=True)
class _Addressing:
    """What is different for each recipient, and by what it goes."""

    template: str
    mornings: Mornings
    notes: Mapping[int, int]
    in_mornings: bool
    urgent: bool
    """Whether it goes at once also to those who asked for mail in their morning."""


def _recipients(part: _Part, by: _Addressing) -> Iterator[Recipient]:
    nothing = Personal()
    for some in audience.batches(part.people):
        rows = Journalist.objects.filter(pk__in=some).select_related("contact").only(*_READ)
        if greetings.asks_for_outlet(by.template):
            rows = rows.prefetch_related("roles__outlet")
        found = list(rows.order_by("pk"))
        personal = part.content.personal(found)
        for one in found:
            variant, theirs = str(by.notes[one.pk]), personal.get(one.pk, nothing)
            waits = by.in_mornings or (one.rhythm == Rhythm.MORNING and not by.urgent)
            yield recipient(
                one,
                variant if one.noticed_at or one.notice_id else f"{variant}-{FIRST}",
                due_at=by.mornings.of(one.time_zone) if waits else None,
                doors=theirs.doors,
                greeting=greetings.greeting(by.template, one, part.language),
                **theirs.fields,
            )
