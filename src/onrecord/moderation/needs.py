# SPDX-License-Identifier: Apache-2.0
"""What the desk's front page says about cases and appeals: to each role what waits for it. Reads few rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onrecord.desk.panels import Need, QuickAction, Sentence, Urgency
from onrecord.journal.events import Event
from onrecord.moderation import events
from onrecord.moderation.actions import appealing, examining, proposing
from onrecord.moderation.models import Appeal, AppealState, Case, Effect, Owner, Proposal, RuleBook, RuleDraft
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.statements.directions import apart, titled

MOST = 100
"""Beyond this, how many there are makes no difference to whoever opens the desk."""


def needs(user: User) -> Iterable[Need]:
    """Return what waits for moderators, reviewers, editors and administrators."""
    if user.may(Right.MODERATE):
        yield from _moderators()
    if user.may(Right.SIGN):
        yield from _signers(user)
    if user.may(Right.HEAR_APPEALS) or user.may(Right.HEAR_ASSIGNED):
        yield from _reviewers(user)
    if user.may(Right.MODERATE) or user.may(Right.HEAR_APPEALS):
        yield from _examiners(user)
    if user.may(Right.ADMINISTER):
        yield from _administrators()
    if user.may(Right.APPROVE):
        yield from _editors(user)


def quick_actions(_user: User) -> Iterable[QuickAction]:
    """Return the button that opens the queue."""
    return [QuickAction(_("Cases"), reverse("moderation_queue"), Right.MODERATE, "clipboard-list")]


def _moderators() -> Iterable[Need]:
    waiting = Case.objects.filter(owner=Owner.MODERATORS).order_by("deadline")
    late = _count(waiting.filter(deadline__lt=timezone.now()))
    count = _count(waiting)
    if late:
        title = ngettext("%d case is overdue", "%d cases are overdue", late) % late
        yield Need(title, _("Readers see that it is late."), reverse("moderation_queue"), Urgency.NOW, late)
    elif count:
        first = waiting[:1].get()
        yield Need(
            _("Cases wait for a decision"),
            _("The next one is due on %(day)s: %(title)s")
            % {"day": f"{first.deadline:%Y-%m-%d %H:%M} UTC", "title": titled(first.title)},
            reverse("moderation_queue"),
            Urgency.TODAY,
            count,
        )
    if not RuleBook.objects.filter(code="").exists():
        yield Need(
            _("There are no rules yet"),
            _("Nothing can be restricted for breaking one. A draft is there; an editor publishes it."),
            reverse("moderation_rules"),
        )


def _signers(user: User) -> Iterable[Need]:
    mine = [row for row in _proposals() if not proposing.why_not_sign(row, user)]
    if mine:
        yield Need(
            _("Somebody’s standing would end for good"),
            _("A moderator proposes it. Nothing happens before a second person has signed."),
            reverse("moderation_proposal", args=[mine[0].pk]),
            Urgency.TODAY,
            len(mine),
        )


def _proposals() -> list[Proposal]:
    rows = Proposal.objects.filter(state=Proposal.State.WAITING).select_related("case", "proposer")
    return list(rows.order_by("pk")[:20])


def _reviewers(user: User) -> Iterable[Need]:
    mine = Appeal.objects.filter(reviewer=user, owner=Owner.REVIEWERS).order_by("deadline")
    free = Appeal.objects.filter(owner=Owner.REVIEWERS, reviewer=None).order_by("deadline")
    may_take = user.may(Right.HEAR_APPEALS)
    open_to_me = [
        row
        for row in (free.select_related("case", "decision")[:20] if may_take else ())
        if not appealing.why_not(row, user)
    ]
    now = timezone.now()
    late = any(row.deadline and row.deadline < now for row in (*mine[:20], *open_to_me))
    count = _count(mine)
    if count:
        yield Need(
            _("You are hearing appeals"),
            _("Decide them, or ask what you need to know."),
            reverse("moderation_appeals"),
            Urgency.NOW if late else Urgency.TODAY,
            count,
        )
    if open_to_me:
        yield Need(
            _("Appeals wait for somebody to hear them"),
            _("You had no part in these decisions, so you may."),
            reverse("moderation_appeals"),
            Urgency.NOW if late else Urgency.TODAY,
            len(open_to_me),
        )


def _examiners(user: User) -> Iterable[Need]:
    waiting = len(examining.waiting_for(user))
    if waiting:
        yield Need(
            _("Decisions were drawn to be judged again"),
            _("You had no part in them, and you are not told what was decided."),
            reverse("moderation_samples"),
            Urgency.LATER,
            waiting,
        )


def _administrators() -> Iterable[Need]:
    stuck = _count(Appeal.objects.filter(state=AppealState.AWAITING_REVIEWER))
    if stuck:
        yield Need(
            _("Nobody may hear an appeal"),
            _("Everybody with the right had a part in it. Assign it outside, or give somebody the role."),
            reverse("moderation_appeals"),
            Urgency.NOW,
            stuck,
        )
    unsigned = [row for row in _proposals() if not proposing.signers(row)]
    if unsigned:
        yield Need(
            _("Nobody may sign what a moderator proposes"),
            _("Case %(number)s. Give somebody else the role of a moderator or an editor.")
            % {"number": apart(unsigned[0].case.number)},
            reverse("people_list"),
            Urgency.NOW,
            len(unsigned),
        )
    differs = Effect.objects.filter(state="reverted").exclude(after_hash="").order_by("-ended_at")[:20]
    odd = [row for row in differs if not row.restored_exactly and not _others_on(row)]
    if odd:
        yield Need(
            _("Something was not put back exactly"),
            _("Case %(number)s: what readers get differs from before the decision.")
            % {"number": apart(odd[0].decision.case.number)},
            reverse("moderation_case", args=[odd[0].decision.case_id]),
            Urgency.NOW,
            len(odd),
        )


def _editors(user: User) -> Iterable[Need]:
    draft = RuleDraft.objects.exclude(writers=user).order_by("pk").first()
    if draft is not None:
        yield Need(
            _("New rules wait to be published"),
            _("Somebody has written a draft. Read it, and publish it if it is good."),
            reverse("moderation_rules"),
        )


def _others_on(effect: Effect) -> bool:
    """Tell whether the item was changed by others meanwhile, so that it cannot be what it was."""
    same = Effect.objects.filter(item_kind=effect.item_kind, item_key=effect.item_key).exclude(pk=effect.pk)
    return same.filter(applied_at__gte=effect.applied_at).exists() or same.filter(state="applied").exists()


def _count(rows: QuerySet[Case] | QuerySet[Appeal]) -> int:
    return len(rows.values_list("pk", flat=True)[:MOST])


def sentences() -> Mapping[type[Event], Sentence]:
    """Return how recent activity tells what happened."""
    return {
        events.RulesPublished: lambda entry: _("published version %s of the rules") % entry.data["version"],
        events.Decided: lambda entry: _("decided a case"),
        events.EndProposed: lambda entry: _("proposed to end somebody’s standing for good"),
        events.Approved: lambda entry: _("approved something that was held"),
        events.Appealed: lambda entry: _("appealed against a decision"),
        events.Heard: lambda entry: _("decided an appeal"),
        events.ReportReceived: lambda entry: _("reported something"),
    }
