# SPDX-License-Identifier: Apache-2.0
"""An audience written into the ledger, in one transaction: who gets which edition, in which words."""

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
from onrecord.press.distributions import audience, editions, events, greetings, letters
from onrecord.press.distributions.audience import PREFIX, TRANSPORT, Audience, said_keys
from onrecord.press.distributions.errors import NotNow
from onrecord.press.distributions.letters import Frame, Own
from onrecord.press.distributions.mornings import Mornings
from onrecord.press.errors import NoRelay
from onrecord.press.models import DistributionPolicy, Journalist, PressDistribution, Rhythm, Stage, When
from onrecord.statements.edition_mails import Said
from onrecord.statements.mails import letter
from onrecord.statements.pages.site import Site

FIRST = "first"
"""What the variants are called that also tell somebody that they are listed."""


@dataclass(frozen=True, slots=True)
class Part:
    """What goes out in one language: what the ledger calls it, and the mail for each variant."""

    language: str
    object_key: str
    version: int
    texts: Mapping[str, Text]


def audience_of(row: PressDistribution) -> Audience:
    """Return who would get it now. Raises NotNow for a statement that is withdrawn or gone."""
    return audience.find(row, said_keys(_said(row)))


def freeze(row: PressDistribution, found: Audience, actor: Actor) -> PressDistribution:
    """Write the audience into the ledger, one distribution for each language; the caller has locked it."""
    said, now = _said(row), timezone.now()
    ledger = []
    for language, one in said.items():
        people = [pk for pk, chosen in found.languages.items() if chosen == language]
        if people:
            part = Part(language, *said_keys(said)[language], _texts(row, one, found.notes))
            ledger.append(_freeze_part(row, part, people, found, actor))
    row.stage, row.sent_at, row.count = Stage.SENT, now, len(found)
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
    fields = {"source": "–", "basis": "–", "door": "test"}
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
                data={"variant": variant, "fields": {**fields, "greeting": _hello(row, text, by.name)}},
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
        f"{language}-{number}": _text(row, one, note)
        for language, one in _said(row).items()
        for number, note in enumerate(notes)
    }


def preview(row: PressDistribution, variant: str, name: str) -> Text | None:
    """Return one of them as somebody of this name would read it."""
    found = previews(row).get(variant)
    if found is None:
        return None
    fields = {"greeting": html.escape(_hello(row, found, name)), "source": "–", "basis": "–", "door": "…"}
    return letters.shown(found, fields)


def reply_to(row: PressDistribution) -> str:
    """Return where answers go."""
    policy = DistributionPolicy.current()
    return policy.mailbox if policy.replies == policy.Replies.MAILBOX else row.made_by.email


def _said(row: PressDistribution) -> Mapping[str, Said]:
    said = editions.published(row.statement) if row.statement else {}
    if not said:
        raise NotNow(_("The statement is withdrawn or gone, so there is nothing to send."))
    return said


def _hello(row: PressDistribution, text: Text, name: str) -> str:
    template = row.greetings.get(text.language) or greetings.usual(text.language)
    if greetings.asks_for_outlet(template):
        template = template.replace("{outlet}", "…")
    return greetings.greeting(template, Journalist(name=name), text.language)


def _texts(row: PressDistribution, said: Said, notes: Sequence[str]) -> dict[str, Text]:
    texts = {}
    for number, note in enumerate(notes):
        texts[str(number)] = _text(row, said, note)
        texts[f"{number}-{FIRST}"] = _text(row, said, note, first_contact=True)
    return texts


def _text(row: PressDistribution, said: Said, note: str, *, first_contact: bool = False) -> Text:
    language = said.facts.language
    own = Own(row.subjects.get(language, ""), row.covers.get(language, ""), note)
    frame = Frame(Site.current(), reply_to(row), first_contact)
    return letters.of_edition(frame, said, own)


def _freeze_part(
    row: PressDistribution, part: Part, people: list[int], found: Audience, actor: Actor
) -> Distribution:
    site, now = Site.current(), timezone.now()
    mornings = Mornings(now, DistributionPolicy.current().morning, site.zone)
    template = row.greetings.get(part.language) or greetings.usual(part.language)
    addressing = _Addressing(template, mornings, found.people, row.when == When.MORNING)
    release_at = now
    if addressing.in_mornings:
        release_at = min(mornings.of(zone) for zone in _zones(people))
    distribution = delivery.freeze(
        transport=TRANSPORT,
        object_key=part.object_key,
        version=part.version,
        purpose=row.purpose,
        label=part.texts["0"].subject,
        body=letter(site, part.texts, at=now).to_json(),
        recipients=_recipients(part, people, addressing),
        host=mail.own_name(),
        by=actor,
        release_at=release_at,
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


def _recipients(part: Part, people: list[int], by: _Addressing) -> Iterator[Recipient]:
    for some in audience.batches(people):
        rows = Journalist.objects.filter(pk__in=some).select_related("contact").defer("note")
        if greetings.asks_for_outlet(by.template):
            rows = rows.prefetch_related("roles__outlet")
        for one in rows.order_by("pk"):
            variant = str(by.notes[one.pk])
            waits = by.in_mornings or one.rhythm == Rhythm.MORNING
            yield recipient(
                one,
                variant if one.noticed_at or one.notice_id else f"{variant}-{FIRST}",
                due_at=by.mornings.of(one.time_zone) if waits else None,
                greeting=greetings.greeting(by.template, one, part.language),
            )
