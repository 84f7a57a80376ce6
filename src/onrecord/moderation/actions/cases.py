# SPDX-License-Identifier: Apache-2.0
"""Cases before they are decided: opened or joined, sorted, claimed, put back, closed by approval."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.moderation import events, items, manners
from onrecord.moderation.categories import CATEGORIES
from onrecord.moderation.errors import Changed, WrongState
from onrecord.moderation.items import Item
from onrecord.moderation.models import UNDECIDED, Case, CaseState, Owner, Policy, Proposal
from onrecord.moderation.moments import deadline
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.statements.directions import apart


@transaction.atomic
def open_case(
    item: Item, *, by: Actor, category: str = "", urgent: bool = False, detected_by: str = ""
) -> Case:
    """Return the case about a thing that waits for a decision, or open one.

    What comes later can only make it more urgent. Safe to call at the same time and twice.
    """
    policy, now = Policy.current(), timezone.now()
    due = deadline(now, policy.urgent_time if urgent else policy.decision_time)
    case = _undecided(item)
    if case is None:
        try:
            with transaction.atomic():
                case = _create(item, due, category, urgent=urgent, detected_by=detected_by)
            journal.write(events.CaseOpened(subject=case.subject), by=by)
        except IntegrityError:  # somebody was first
            case = _undecided(item)
            if case is None:
                raise
    if due < (case.deadline or due) or (urgent and not case.urgent):
        case.urgent, case.deadline = case.urgent or urgent, min(due, case.deadline or due)
        case.save(update_fields=["urgent", "deadline"])
    return case


@transaction.atomic
def triage(case: Case, *, category: str, by: User, revision: int) -> Case:
    """Say what a case seems to be about, for those who decide. Raises Changed, WrongState."""
    require(by, Right.MODERATE)
    case = undecided(case, revision)
    if category not in CATEGORIES:
        raise WrongState(
            _("“%(category)s” is no category. Choose from the list.") % {"category": category[:80]}
        )
    kept = {CaseState.CLAIMED, CaseState.PROPOSED}
    state = case.state if case.state in kept else CaseState.TRIAGED
    return move(case, state=state, category=category)


@transaction.atomic
def claim(case: Case, *, by: User, revision: int) -> Case:
    """Take a case, so that nobody else does. Claiming one's own again changes nothing.

    Raises Changed if it is not what the page showed, WrongState if somebody else has it.
    """
    require(by, Right.MODERATE)
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.state == CaseState.CLAIMED and case.claimed_by_id == by.pk:
        return case
    case = undecided(case, revision)
    refuse_others(case, by)
    case = move(case, state=CaseState.CLAIMED, claimed_by=by, claimed_at=timezone.now())
    journal.write(events.CaseClaimed(subject=case.subject), by=by.as_actor())
    return case


@transaction.atomic
def release(case: Case, *, by: User) -> Case:
    """Put back what one has claimed. Raises WrongState if it is somebody else's or nobody's."""
    require(by, Right.MODERATE)
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.state != CaseState.CLAIMED or case.claimed_by_id != by.pk:
        raise WrongState(_("You have not claimed this case, so you cannot put it back."))
    case = move(case, state=CaseState.OPEN, claimed_by=None, claimed_at=None)
    journal.write(events.CaseReleased(subject=case.subject), by=by.as_actor())
    return case


def open_held(kind: str, key: str) -> Case | None:
    """Open the case about something that waits for approval; nothing for what does not. Safe to repeat."""
    item = items.kind_named(kind).find(key)
    if item is None or not item.held:
        return None
    return open_case(item, by=CLOCK, detected_by=item.noticed_by)


def close_withdrawn(kind: str, key: str) -> None:
    """Close the case about something that its author took back, unless somebody waits for an answer."""
    waiting = Case.objects.filter(item_kind=kind, item_key=key, state__in=UNDECIDED, reports=None)
    for case in waiting:
        close_gone(case, by=CLOCK)


@transaction.atomic
def approve(case: Case, *, by: User, revision: int) -> Case:
    """Show what was held, and close its case: nothing was restricted, so there is no decision.

    Raises WrongState for what is not held or was reported: that needs a decision.
    """
    require(by, Right.MODERATE)
    case = undecided(case, revision)
    refuse_others(case, by)
    item = items.find(case.item_kind, case.item_key)
    if manners.of(item.kind).waits_for_decision:
        raise WrongState(_("This needs a decision with reasons. Decide about it."))
    if not item.held or case.reports.exists():
        raise WrongState(_("Only what is held and nobody has reported can be approved. Decide about it."))
    items.kind_named(case.item_kind).approve(case.item_key, by=by.as_actor())
    case = move(case, **FINAL, held=False, claimed_by=None, claimed_at=None)
    journal.write(events.Approved(subject=case.subject), by=by.as_actor())
    return case


def close_gone(case: Case, *, by: Actor) -> Case:
    """Close a case about something that its author has deleted before anybody decided."""
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if case.is_undecided:
            case = move(case, **FINAL, claimed_by=None, claimed_at=None)
            _lapse(case, by)
            journal.write(events.CaseFinal(subject=case.subject), by=by)
    return case


FINAL = {"state": CaseState.FINAL, "owner": Owner.NOBODY, "deadline": None}


def undecided(case: Case, revision: int) -> Case:
    """Return the case, locked, if it still is as somebody saw it. Raises Changed, WrongState."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.state not in UNDECIDED:
        raise WrongState(
            _("Case %(number)s is “%(state)s”, so it cannot be decided now.")
            % {"number": apart(case.number), "state": case.get_state_display()}
        )
    if case.revision != revision:
        raise Changed(_("Case %(number)s has changed since. Look again.") % {"number": apart(case.number)})
    return case


def refuse_others(case: Case, by: User) -> None:
    """Raise WrongState for a case that is somebody else's now, or that waits for a second signature."""
    if case.state == CaseState.PROPOSED:
        raise WrongState(
            _("Case %(number)s waits for a second signature. It is signed, declined or withdrawn first.")
            % {"number": apart(case.number)}
        )
    if case.state == CaseState.CLAIMED and case.claimed_by_id != by.pk:
        raise WrongState(
            _("%(person)s is at case %(number)s.") % {"person": case.claimed_by, "number": apart(case.number)}
        )


def _lapse(case: Case, by: Actor) -> None:
    """Close what was proposed about something that is gone."""
    waiting = Proposal.objects.filter(case=case, state=Proposal.State.WAITING)
    for row in waiting.select_for_update(of=("self",)):
        row.state, row.closed_at = Proposal.State.LAPSED, timezone.now()
        row.save(update_fields=["state", "closed_at"])
        journal.write(events.EndWithdrawn(subject=row.subject, case_id=case.pk), by=by)


def _undecided(item: Item) -> Case | None:
    found = Case.objects.filter(item_kind=item.kind, item_key=item.key, state__in=UNDECIDED)
    return found.select_for_update(of=("self",)).first()


def _create(item: Item, due: datetime, category: str, *, urgent: bool, detected_by: str) -> Case:
    return Case.objects.create(
        item_kind=item.kind,
        item_key=item.key,
        deadline=due,
        score=item.score,
        held=item.held,
        spam=item.score >= SPAM_FROM,
        detected_by=detected_by,
        urgent=urgent,
        category=category if category in CATEGORIES else "",
        title=item.title[:200],
        author=item.author,
        author_name=item.author_name[:200],
        language=item.language,
        elsewhere=bool(item.origin),
        origin=item.origin[:255],
    )


SPAM_FROM = 80
"""From this score on, moderators are offered to decide about many at once."""


def move(case: Case, **changes: object) -> Case:
    won = Case.objects.filter(pk=case.pk, revision=case.revision).update(
        **changes, revision=case.revision + 1
    )
    if won != 1:
        raise Changed(_("Case %(number)s has changed since. Look again.") % {"number": apart(case.number)})
    case.refresh_from_db()
    return case
