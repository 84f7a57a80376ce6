# SPDX-License-Identifier: Apache-2.0
"""What ends somebody's standing for good: read, signed or declined by a second person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onrecord.moderation import actions, items, pages, standing
from onrecord.moderation.actions import proposing
from onrecord.moderation.desk import entering, reading
from onrecord.moderation.desk.entering import attempt, me, only
from onrecord.moderation.models import EffectKind, Proposal
from onrecord.people.roles import Right


@only(Right.SIGN)
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is proposed, and all that the second person needs to judge it anew."""
    row = _row(pk)
    item = items.kind_named(row.case.item_kind).find(row.case.item_key)
    context = {
        "row": row,
        "case": row.case,
        "item": item,
        "changed": item is None or item.version != row.item_version,
        "effects": [EffectKind(one.kind).label for one in proposing.ruling_of(row).effects],
        "rule": pages.told(row.rule, get_language() or "en") if row.rule else None,
        "reports": list(row.case.reports.order_by("pk")),
        "author_name": entering.isolated(row.case.author_name),
        "standing": standing.of(row.case.author),
        "history": reading.history_of(row.case.author, without=row.case),
        "why_not": proposing.why_not_sign(row, me(request)) if row.state == Proposal.State.WAITING else "",
        "waits": row.state == Proposal.State.WAITING,
        "is_mine": row.proposer_id == me(request).pk,
        "sees_case": me(request).may(Right.MODERATE),
    }
    return render(request, "moderation/desk/proposal.html", context)


@only(Right.SIGN)
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign: it is decided, in force, and told."""
    row = _row(pk)
    done = _("Signed. It is in force, and everybody concerned is told.")
    attempt(request, lambda: actions.sign(row, by=me(request)), done)
    return redirect("moderation_proposal", pk=pk)


@only(Right.SIGN)
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Not sign it, with reasons."""
    row, reason = _row(pk), request.POST.get("reason", "")
    done = _("Not signed. The case waits for a decision again.")
    attempt(request, lambda: actions.decline(row, reason, by=me(request)), done)
    return redirect("moderation_proposal", pk=pk)


@only(Right.MODERATE)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own proposal back."""
    row = _row(pk)
    done = _("Taken back. The case waits for a decision again.")
    attempt(request, lambda: actions.withdraw_proposal(row, by=me(request)), done)
    return redirect("moderation_proposal", pk=pk)


def _row(pk: int) -> Proposal:
    rows = Proposal.objects.select_related("case", "rule__book", "proposer", "second", "decision__case")
    return get_object_or_404(rows, pk=pk)
