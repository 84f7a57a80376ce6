# SPDX-License-Identifier: Apache-2.0
"""A distribution from its first words to the moment at which somebody decides about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Right, require
from onrecord.people.validators import known_time_zones
from onrecord.press.distributions import editions, events, greetings
from onrecord.press.distributions.errors import NotNow
from onrecord.press.distributions.letters import LONGEST_SUBJECT
from onrecord.press.embargoes import texts
from onrecord.press.errors import BadEntry
from onrecord.press.models import (
    AudienceList,
    DistributionPolicy,
    Journalist,
    MediaList,
    PressDistribution,
    Stage,
    When,
)
from onrecord.statements.models import Statement

LONGEST_WORDS = 5000
MOST_LISTS = 50


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody composes."""

    lists: Sequence[tuple[MediaList, str]] = ()
    """Each with the note for those on it."""
    people: Sequence[Journalist] = ()
    without_lists: Sequence[MediaList] = ()
    without_people: Sequence[Journalist] = ()
    subjects: Mapping[str, str] = field(default_factory=dict)
    greetings: Mapping[str, str] = field(default_factory=dict)
    covers: Mapping[str, str] = field(default_factory=dict)
    not_to_followers: bool = True
    when: When = When.NOW
    send_at: datetime | None = None
    zone: str = ""


@transaction.atomic
def compose(statement: Statement, given: Given, *, by: User) -> PressDistribution:
    """Begin a distribution. Raises BadEntry, NotNow for a statement that is not public, and NotAllowed."""
    require(by, Right.WRITE)
    if not editions.published(statement):
        raise NotNow(_("“%(title)s” is not published, so there is nothing to send.") % {"title": statement})
    row = PressDistribution(statement=statement, made_by=by)
    _fill(row, given)
    row.authors.add(by)
    journal.write(events.DistributionMade(subject=row.subject, statement=statement.subject), by=by.as_actor())
    return row


@transaction.atomic
def compose_early(statement: Statement, given: Given, *, by: User) -> PressDistribution:
    """Begin one that brings a text under embargo, as a link. Raises BadEntry, NotNow and NotAllowed."""
    require(by, Right.WRITE)
    row = PressDistribution(statement=statement, made_by=by, embargoed=True)
    _fill(row, given)
    row.authors.add(by)
    journal.write(events.DistributionMade(subject=row.subject, statement=statement.subject), by=by.as_actor())
    return row


@transaction.atomic
def change(distribution: PressDistribution, given: Given, *, by: User) -> PressDistribution:
    """Change a draft. Whoever does is one of its authors. Raises BadEntry, NotNow and NotAllowed."""
    require(by, Right.WRITE)
    row = locked(distribution)
    expect(row, {Stage.DRAFT})
    _fill(row, given)
    row.authors.add(by)
    journal.write(events.DistributionChanged(subject=row.subject), by=by.as_actor())
    return row


@transaction.atomic
def change_policy(
    *, approval_above: int, replies: str, mailbox: str, morning: datetime | None = None, by: User
) -> DistributionPolicy:
    """Choose from how many recipients on a second person is asked, where answers go, when morning is.

    Takes an editor: whoever needs approval does not decide when it is needed. Raises BadEntry, NotAllowed.
    """
    require(by, Right.APPROVE)
    row, _is_new = DistributionPolicy.objects.get_or_create(pk=DistributionPolicy.ONLY)
    if replies == DistributionPolicy.Replies.MAILBOX and not mailbox:
        raise BadEntry(_("Give the address of the mailbox to which answers go."))
    row.approval_above, row.replies, row.mailbox = approval_above, replies, mailbox
    if morning is not None:
        row.morning = morning
    row.save()
    event = events.DistributionPolicyChanged(subject="press", approval_above=approval_above, replies=replies)
    journal.write(event, by=by.as_actor())
    return row


def locked(distribution: PressDistribution) -> PressDistribution:
    """Return the row as it is now, locked for this transaction."""
    rows = PressDistribution.objects.select_for_update(of=("self",)).select_related("statement__locale")
    return rows.get(pk=distribution.pk)


def expect(row: PressDistribution, stages: set[Stage]) -> None:
    """Raise NotNow for a distribution that is in none of these stages."""
    if row.stage not in stages:
        raise NotNow(
            _("This distribution is “%(stage)s”, so that cannot be done now.")
            % {"stage": Stage(row.stage).label}
        )


def _fill(row: PressDistribution, given: Given) -> None:
    statement = row.statement
    if row.embargoed and (statement is None or not texts.waiting_family(statement)):
        raise NotNow(_("Nothing of this statement is under embargo. Give it a moment first."))
    there = editions.spoken(statement) if statement else []
    row.subjects = _texts(given.subjects, there, LONGEST_SUBJECT)
    row.covers = _texts(given.covers, there, LONGEST_WORDS)
    row.greetings = {
        language: greetings.checked(template)
        for language, template in _texts(given.greetings, there, greetings.LONGEST).items()
    }
    _fill_moment(row, given)
    row.not_to_followers = given.not_to_followers
    if not given.lists and not given.people:
        raise BadEntry(_("Choose a media list or a journalist."))
    if len(given.lists) > MOST_LISTS:
        raise BadEntry(_("A distribution goes to %(most)d lists at most.") % {"most": MOST_LISTS})
    row.save()
    row.lists.all().delete()
    AudienceList.objects.bulk_create(
        AudienceList(distribution=row, media_list=one, position=place, note=note.strip()[:LONGEST_WORDS])
        for place, (one, note) in enumerate(given.lists)
    )
    row.people.set(given.people)
    row.without_lists.set(given.without_lists)
    row.without_people.set(given.without_people)


def _fill_moment(row: PressDistribution, given: Given) -> None:
    row.when, row.send_at, row.zone = given.when, None, ""
    if given.when != When.AT:
        return
    zone = given.zone or Organisation.current().time_zone
    if given.send_at is None or zone not in known_time_zones():
        raise BadEntry(_("Give the day and the time at which it goes out."))
    if given.send_at <= timezone.now():
        raise BadEntry(_("That moment has passed. Choose a later one, or send it at once."))
    row.send_at, row.zone = given.send_at, zone
    if row.embargoed and given.send_at >= _until(row):
        raise BadEntry(_("By then the embargo has ended. Choose an earlier moment."))


def _until(row: PressDistribution) -> datetime:
    """Return when the first of the texts that are sent under embargo is public."""
    waits = texts.waiting_family(row.statement) if row.statement else {}
    return min((one.until for one in waits.values()), default=timezone.now())


def _texts(given: Mapping[str, str], there: Sequence[str], longest: int) -> dict[str, str]:
    kept = {language: text.strip() for language, text in given.items() if text.strip()}
    for language, text in kept.items():
        if language not in there:
            raise BadEntry(_("This statement does not exist in the language “%s”.") % language[:20])
        if len(text) > longest:
            raise BadEntry(
                _("“%(text)s …” is too long: %(most)d letters at most.")
                % {"text": text[:40], "most": longest}
            )
    return kept
