# SPDX-License-Identifier: Apache-2.0
"""Appeals (DSA Art. 20): by link, assigned to somebody who had no part in it, asked and answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onrecord.delivery.mail.message import Text
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.moderation import events, files, items, mails, reasons
from onrecord.moderation.actions import deciding, facts, senders, telling
from onrecord.moderation.actions.reporting import REPORTER
from onrecord.moderation.errors import BadAppeal, NotEligible, WrongState
from onrecord.moderation.files import Checked, Sent
from onrecord.moderation.models import (
    Appeal,
    AppealState,
    Attachment,
    Case,
    CaseState,
    Conduct,
    Decision,
    Notice,
    Owner,
    Party,
    Policy,
    Remark,
)
from onrecord.moderation.moments import deadline
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.statements.directions import apart
from onrecord.statements.pages.site import Site

APPELLANT = Actor(id=None, name="whoever appealed")
SHORTEST, LONGEST = 10, 10_000
ANSWER_TIME = timedelta(days=14)
HEARD = (AppealState.ASSIGNED, AppealState.QUESTION)


def appeal(notice: Notice, text: str, *, language: str, sent: Sequence[Sent] = ()) -> Appeal:
    """Appeal against a decision, as the party that a notice went to. Late ones are taken: a person refuses.

    Raises BadAppeal without words or with unfit files, and where there is nothing to appeal against;
    WrongState for a second one; TooOften for somebody whose appeals are not looked at.
    """
    if not reasons.is_appealable(notice):
        raise BadAppeal(_("With us this is the last word. You can still go to court."))
    words = _checked(text)
    senders.refuse_suspended(telling.party_of(notice), Conduct.APPEALS)
    _refuse_second(notice)  # before files are kept, which nothing would name
    kept = files.check(sent)
    files.keep(kept)
    with transaction.atomic():
        notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
        _refuse_second(notice)  # asked again, now that nobody else can appeal
        row = _create(notice, words, language)
        _attach(row, kept)
        facts.of_appeal(row)
        journal.write(events.Appealed(subject=row.subject, decision_id=row.decision_id), by=_party(row))
        _write(row, "received", 1, mails.appeal_received(Site.current(), row))
    return row


def assign(row: Appeal, *, to: User, by: User) -> Appeal:
    """Let somebody hear an appeal. Reviewers take one themselves; administrators assign it, also outside.

    Raises NotEligible with the reason, WrongState if somebody has it.
    """
    if to.pk == by.pk or not by.may(Right.ADMINISTER):
        require(by, Right.HEAR_APPEALS)
    with transaction.atomic():
        row = _locked(row)
        if row.state not in {AppealState.SUBMITTED, AppealState.AWAITING_REVIEWER}:
            raise WrongState(
                _("This appeal is “%(state)s”, so nobody can take it now.")
                % {"state": row.get_state_display()}
            )
        refuse(row, to)
        now = timezone.now()
        row.state, row.reviewer, row.assigned_at = AppealState.ASSIGNED, to, now
        row.owner = Owner.REVIEWERS
        row.save(update_fields=["state", "reviewer", "assigned_at", "owner"])
        journal.write(events.Assigned(subject=row.subject), by=by.as_actor())
    return row


def give_back(row: Appeal, *, by: User) -> Appeal:
    """Let an appeal wait for somebody again: its reviewer cannot hear it, or an administrator says so.

    Raises NotEligible for anybody else, WrongState unless somebody hears it.
    """
    with transaction.atomic():
        row = _locked(row)
        if row.state not in HEARD:
            raise WrongState(
                _("This appeal is “%(state)s”, so it cannot be given back.")
                % {"state": row.get_state_display()}
            )
        if row.reviewer_id != by.pk and not by.may(Right.ADMINISTER):
            raise NotEligible(_("%(person)s hears this appeal.") % {"person": row.reviewer})
        row.reviewer, row.assigned_at = None, None
        row.deadline = deadline(row.submitted_at, Policy.current().appeal_time)
        row.state, row.owner = _waits_for(row)
        row.save(update_fields=["state", "reviewer", "assigned_at", "owner", "deadline"])
        journal.write(events.GivenBack(subject=row.subject), by=by.as_actor())
    return row


def ask(row: Appeal, text: str, *, by: User) -> Remark:
    """Ask whoever appealed something. They answer on their page. Raises WrongState, NotEligible."""
    words = _checked(text)
    with transaction.atomic():
        row = mine(row, by)
        remark = _remark(row, words, from_reviewer=True)
        row.state, row.owner = AppealState.QUESTION, Owner.PARTY
        row.deadline = deadline(timezone.now(), ANSWER_TIME)
        row.save(update_fields=["state", "owner", "deadline"])
        _write(row, "question", 1 + remark.number, mails.question(Site.current(), row, words))
        journal.write(events.Asked(subject=row.subject), by=by.as_actor())
    return remark


def answer(row: Appeal, text: str, *, sent: Sequence[Sent] = ()) -> Remark:
    """Answer a question of the reviewer. Raises WrongState where none is open, BadAppeal."""
    words = _checked(text, shortest=1)
    _refuse_unasked(Appeal.objects.get(pk=row.pk))  # before files are kept, which nothing would name
    kept = files.check(sent, already=row.attachments.count())
    files.keep(kept)
    with transaction.atomic():
        row = _locked(row)
        _refuse_unasked(row)  # asked again, now that nobody else can answer
        remark = _remark(row, words, from_reviewer=False)
        _attach(row, kept)
        row.state, row.owner = AppealState.ASSIGNED, Owner.REVIEWERS
        row.deadline = deadline(timezone.now(), Policy.current().appeal_time)
        row.save(update_fields=["state", "owner", "deadline"])
        journal.write(events.Answered(subject=row.subject), by=_party(row))
    return remark


@transaction.atomic
def withdraw(row: Appeal) -> Appeal:
    """Take back one's own appeal. Raises WrongState once it is closed."""
    row = _locked(row)
    due = row.deadline
    if not row.is_open:
        raise WrongState(_("This appeal is closed already."))
    _close(row, AppealState.OMITTED, _("Withdrawn by whoever appealed."), _party(row))
    facts.of_closing(row, outcome="omitted", due=due)
    return row


@transaction.atomic
def refuse_admission(row: Appeal, reason: str, *, unfounded: bool = False, by: User) -> Appeal:
    """Not admit an appeal: late, of no party, or manifestly without ground. A person says so, with reasons.

    Raises BadAppeal without reasons, NotEligible, WrongState.
    """
    words = _checked(reason)
    row = mine(row, by)
    due = row.deadline
    row.unfounded = unfounded
    _close(row, AppealState.INADMISSIBLE, words, by.as_actor())
    facts.of_closing(row, outcome="inadmissible", due=due)
    _write(row, "closed", 1000, mails.appeal_closed(Site.current(), row))
    if unfounded:
        senders.weigh(Conduct.APPEALS, telling.party_of(row.notice), row.decision)
    return row


def refuse(row: Appeal, person: User) -> None:
    """Raise NotEligible, with the reason, unless somebody may hear this appeal."""
    reason = why_not(row, person)
    if reason:
        raise NotEligible(reason)


def why_not(row: Appeal, person: User) -> str:
    """Return why somebody may not hear an appeal; empty if they may."""
    return why_not_hear(row.decision, row.case, person)


def why_not_hear(decision: Decision, case: Case, person: User) -> str:
    """Return why somebody may not look at a decision again; empty if they may."""
    if not (person.may(Right.HEAR_APPEALS) or person.may(Right.HEAR_ASSIGNED)):
        return _("%(person)s does not hear appeals.") % {"person": person}
    if person.pk in took_part(decision, case):
        return _("%(person)s had a part in the decision. Somebody else hears the appeal.") % {
            "person": person
        }
    item = items.kind_named(case.item_kind).find(case.item_key)
    if deciding.is_party(case, item, person):
        return _("%(person)s is concerned by the case. Somebody else hears it.") % {"person": person}
    return ""


def took_part(decision: Decision, case: Case) -> set[int | None]:
    """Return the ids of all who decided, signed or proposed anything in a case or in the chain before."""
    found: set[int | None] = set()
    for pair in case.decisions.values_list("decider_id", "second_id"):
        found |= set(pair)
    for pair in case.proposals.values_list("proposer_id", "second_id"):
        found |= set(pair)
    for earlier in decision.chain():
        found |= {earlier.decider_id, earlier.second_id}
    return found - {None}


def eligible(row: Appeal, right: Right = Right.HEAR_APPEALS) -> list[User]:
    """Return who may hear an appeal: of the staff, or with Right.HEAR_ASSIGNED outside of it."""
    return [one for one in User.objects.who_may(right).order_by("pk") if not why_not(row, one)]


def may_see(row: Appeal, person: User) -> bool:
    """Tell whether somebody may read an appeal: reviewers of the staff all, those outside only their own."""
    if person.may(Right.HEAR_APPEALS):
        return True
    return person.may(Right.HEAR_ASSIGNED) and row.reviewer_id == person.pk


def look_for_reviewers(*, limit: int = 100) -> int:
    """Move appeals between those that somebody may hear and those that nobody may. For a chore."""
    states = (AppealState.SUBMITTED, AppealState.AWAITING_REVIEWER)
    waiting = Appeal.objects.filter(state__in=states).select_related("case", "decision").order_by("deadline")
    changed = 0
    for row in waiting[:limit]:
        state, owner = _waits_for(row)
        if state != row.state:
            changed += Appeal.objects.filter(pk=row.pk, state=row.state).update(state=state, owner=owner)
    return changed


def mine(row: Appeal, by: User) -> Appeal:
    """Return the appeal, locked, if `by` hears it. Raises NotAllowed, NotEligible, WrongState."""
    if not by.may(Right.HEAR_ASSIGNED):
        require(by, Right.HEAR_APPEALS)
    row = _locked(row)
    if not row.is_open or row.state not in HEARD:
        raise WrongState(
            _("This appeal is “%(state)s”, so it cannot be heard now.") % {"state": row.get_state_display()}
        )
    if row.reviewer_id != by.pk:
        raise NotEligible(_("%(person)s hears this appeal.") % {"person": row.reviewer})
    refuse(row, by)
    return row


def _refuse_second(notice: Notice) -> None:
    if Appeal.objects.filter(notice=notice).exists():
        raise WrongState(_("You have appealed already. Here you see how far it has come."))


def _refuse_unasked(row: Appeal) -> None:
    if row.state != AppealState.QUESTION:
        raise WrongState(_("Nothing is asked of you at present."))


def _waits_for(row: Appeal) -> tuple[AppealState, Owner]:
    if eligible(row):
        return AppealState.SUBMITTED, Owner.REVIEWERS
    return AppealState.AWAITING_REVIEWER, Owner.ADMINISTRATORS


def _create(notice: Notice, words: str, language: str) -> Appeal:
    decision, now = notice.decision, timezone.now()
    row = Appeal(
        decision=decision,
        case=decision.case,
        notice=notice,
        party=notice.party,
        deadline=deadline(now, Policy.current().appeal_time),
        text=words,
        language=language,
        submitted_at=now,
        acknowledged_at=now,
        decider=decision.decider,
    )
    row.state, row.owner = _waits_for(row)
    row.save()
    # A late one: its case was final, and waits again until a person has refused or heard it.
    Case.objects.filter(pk=row.case_id, state=CaseState.FINAL).update(
        state=CaseState.REDRESS_OPEN, owner=Owner.CLOCK, deadline=row.deadline, revision=F("revision") + 1
    )
    return row


def _attach(row: Appeal, kept: Sequence[Checked]) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            appeal=row, name=file.name, media_type=file.media_type, size=len(file.body), sha256=file.sha256
        )
        for file in kept
    )


def _remark(row: Appeal, words: str, *, from_reviewer: bool) -> Remark:
    number = (row.remarks.aggregate(last=Max("number"))["last"] or 0) + 1
    return Remark.objects.create(appeal=row, number=number, from_reviewer=from_reviewer, text=words)


def _close(row: Appeal, state: AppealState, reason: str, by: Actor) -> None:
    row.state, row.owner, row.deadline = state, Owner.NOBODY, None
    row.closed_reason, row.decided_at = reason, timezone.now()
    row.save()
    journal.write(events.AppealClosed(subject=row.subject, state=state), by=by)


def _write(row: Appeal, purpose: str, version: int, text: Text) -> None:
    address = telling.address_of(row.notice)
    if address:
        telling.send(
            subject=row.subject,
            purpose=purpose,
            version=version,
            text=text,
            address=address,
            door=row.notice.door_number,
            by=_party(row),
        )
    elif row.party == Party.AUTHOR:
        with translation.override(row.notice.language):
            words = _("There is news about your appeal %(number)s. It stands on this page, for you alone:")
            words %= {"number": apart(row.decision.public_number)}
        telling.tell_elsewhere(row.notice, f"{row.subject}/{purpose}/{version}", words)


def _locked(row: Appeal) -> Appeal:
    rows = Appeal.objects.select_for_update(of=("self",)).select_related(
        "case", "decision", "notice__contact"
    )
    return rows.get(pk=row.pk)


def _party(row: Appeal) -> Actor:
    return REPORTER if row.party == Party.REPORTER else APPELLANT


def _checked(text: str, *, shortest: int = SHORTEST) -> str:
    words = text.strip()
    if len(words) < shortest:
        raise BadAppeal(_("Say it in a sentence at least."))
    if len(words) > LONGEST:
        raise BadAppeal(_("This has more than %(most)s letters. Shorten it.") % {"most": LONGEST})
    return words
