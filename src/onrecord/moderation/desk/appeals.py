# SPDX-License-Identifier: Apache-2.0
"""Appeals: who may hear which, what was said, and the outcome."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onrecord.moderation import actions, files, items, manners, pages, standing
from onrecord.moderation.actions import appealing, senders
from onrecord.moderation.actions.deciding import rules_for
from onrecord.moderation.desk.entering import attempt, follow_up, me, only
from onrecord.moderation.desk.forms import FindingForm
from onrecord.moderation.errors import NoSuchItem
from onrecord.moderation.items import Item
from onrecord.moderation.models import (
    CLOSED,
    Appeal,
    AppealState,
    Attachment,
    Conduct,
    EffectKind,
    EffectState,
    Party,
)
from onrecord.people.models import User
from onrecord.people.roles import Right

SHOWN = 50


HEARS = (Right.HEAR_APPEALS, Right.HEAR_ASSIGNED)


@only(*HEARS, Right.ADMINISTER)
def appeals(request: HttpRequest) -> HttpResponse:
    """List the open appeals, with the reason where one may not hear it; then the newest closed ones.

    Somebody outside the staff sees only those that are theirs.
    """
    person = me(request)
    rows = Appeal.objects.select_related("case", "decision", "reviewer").order_by("deadline", "pk")
    if person.is_outside:
        rows = rows.filter(reviewer=person)
    waiting = rows.exclude(state__in=CLOSED)[:SHOWN]
    assigns = person.may(Right.ADMINISTER)
    context = {
        "open": [
            (
                row,
                "" if row.reviewer_id else appealing.why_not(row, person),
                _candidates(row) if assigns and not row.reviewer_id else [],
            )
            for row in waiting
        ],
        "assigns": assigns,
        "reads": any(person.may(right) for right in HEARS),
        "people_url": reverse("people_list"),
        "closed": rows.filter(state__in=CLOSED).order_by("-decided_at")[:SHOWN],
        "person": person,
        "stuck": AppealState.AWAITING_REVIEWER,
    }
    return render(request, "moderation/desk/appeals.html", context)


@only(*HEARS)
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an appeal to whoever may hear appeals; who hears this one decides here."""
    row = _row(pk, me(request))
    item = _item(row)
    hears = row.reviewer_id == me(request).pk and row.state in {AppealState.ASSIGNED, AppealState.QUESTION}
    form = _form(request, row, item) if hears and item else None
    if request.method == "POST" and form is not None and form.is_valid():
        finding = form.finding()
        done = _("Decided and carried out. Both sides are told.")
        if attempt(request, lambda: actions.hear(row, finding, by=me(request)), done):
            return redirect("moderation_appeals")
        item = _item(row)
        if item is not None:
            form.show_anew(item.version, 0)
    return render(request, "moderation/desk/appeal.html", _context(row, item, form, me(request)))


@only(Right.HEAR_APPEALS)
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an appeal; refused, with the reason, to whoever had a part in it."""
    row = _row(pk, me(request))
    attempt(request, lambda: actions.assign(row, to=me(request), by=me(request)), _("You hear this appeal."))
    return redirect("moderation_appeal", pk=pk)


@only(Right.ADMINISTER)
@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody hear an appeal, of the staff or outside."""
    row = get_object_or_404(Appeal, pk=pk)
    to = User.objects.filter(pk=_number(request.POST.get("person", "")), is_active=True).first()
    if to is None:
        messages.error(request, _("Choose who hears it."))
    else:
        done = _("%(person)s hears this appeal now.") % {"person": to}
        attempt(request, lambda: actions.assign(row, to=to, by=me(request)), done)
    return redirect("moderation_appeals")


@only(*HEARS, Right.ADMINISTER)
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an appeal wait for somebody again."""
    row = get_object_or_404(Appeal, pk=pk)
    attempt(request, lambda: actions.give_back(row, by=me(request)), _("It waits for somebody again."))
    return redirect("moderation_appeals")


@only(*HEARS)
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whoever appealed."""
    row, text = _row(pk, me(request)), request.POST.get("text", "")
    attempt(request, lambda: actions.ask(row, text, by=me(request)), _("Asked. They answer by their link."))
    return redirect("moderation_appeal", pk=pk)


@only(*HEARS)
@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Not admit an appeal, with reasons."""
    row, reason = _row(pk, me(request)), request.POST.get("reason", "")
    unfounded = request.POST.get("unfounded") == "yes"
    done = attempt(
        request,
        lambda: actions.refuse_admission(row, reason, unfounded=unfounded, by=me(request)),
        _("Not admitted. The reasons are sent."),
    )
    return redirect("moderation_appeals") if done else redirect("moderation_appeal", pk=pk)


@only(Right.HEAR_APPEALS)
@require_POST
def appellant(request: HttpRequest, pk: int) -> HttpResponse:
    """Warn or suspend whoever appealed manifestly without any ground."""
    row = _row(pk, me(request))
    found = senders.of_appeal(row)
    if found is None:
        messages.error(request, _("Nobody knows how to tell them, so nothing is done."))
    else:
        follow_up(request, found, Conduct.APPEALS)
    return redirect("moderation_appeal", pk=pk)


@only(*HEARS)
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """Give out a file that came with an appeal: to be saved, never shown as a page of the desk."""
    row = get_object_or_404(Attachment.objects.select_related("appeal"), pk=pk)
    if not appealing.may_see(row.appeal, me(request)):
        raise Http404
    try:
        body = files.read(row)
    except FileNotFoundError as error:
        raise Http404(_("The file is not there any more. A backup may hold it.")) from error
    answer = HttpResponse(body, content_type=row.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{_ascii(row.name)}"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _ascii(name: str) -> str:
    return name.encode("ascii", "replace").decode().replace('"', "").replace("?", "_")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _candidates(row: Appeal) -> list[User]:
    """Return who may hear it, those outside the staff first where nobody of the staff may."""
    return [*appealing.eligible(row), *appealing.eligible(row, Right.HEAR_ASSIGNED)]


def _row(pk: int, person: User) -> Appeal:
    rows = Appeal.objects.select_related(
        "case", "decision__rule__book", "decision__reasons", "reviewer", "notice"
    )
    row = get_object_or_404(rows, pk=pk)
    if not appealing.may_see(row, person):
        raise Http404
    return row


def _item(row: Appeal) -> Item | None:
    try:
        return items.find(row.case.item_kind, row.case.item_key)
    except NoSuchItem:
        return None


def _form(request: HttpRequest, row: Appeal, item: Item) -> FindingForm:
    active = row.decision.effects.filter(state=EffectState.APPLIED)
    return FindingForm(
        request.POST or None,
        initial={"item_version": item.version, "rule": row.decision.rule_id},
        rules=rules_for(item),
        of_kind=item.kind,
        kinds=items.kind_named(item.kind).effects - {EffectKind.TERMINATE.value},
        undoable=[(str(effect.pk), manners.effect_label(item.kind, effect.kind)) for effect in active],
    )


def _context(row: Appeal, item: Item | None, form: FindingForm | None, person: User) -> dict[str, Any]:
    language = get_language() or "en"
    rule = row.decision.rule
    others = Appeal.objects.filter(Q(case=row.case)).exclude(pk=row.pk).order_by("pk")
    return {
        "row": row,
        "case": row.case,
        "decision": row.decision,
        "item": item,
        "files": list(enumerate(manners.files_of(row.case.item_kind, row.case.item_key))) if item else [],
        "form": form,
        "rule": pages.told(rule, language) if rule else None,
        "by_author": row.party == Party.AUTHOR,
        "late": row.notice.appeal_until is not None and row.submitted_at > row.notice.appeal_until,
        "reports": list(row.case.reports.order_by("pk")),
        "remarks": list(row.remarks.all()),
        "attachments": list(row.attachments.order_by("pk")),
        "why_not": "" if row.reviewer_id else appealing.why_not(row, person),
        "sent": _sent(row) if person.may(Right.HEAR_APPEALS) else None,
        "sees_case": person.may(Right.HEAR_APPEALS) or person.may(Right.MODERATE),
        "hears": row.reviewer_id == person.pk and row.is_open,
        "others": others,
    }


def _sent(row: Appeal) -> standing.Sent | None:
    """Return what whoever appealed without any ground has sent in all."""
    found = senders.of_appeal(row) if row.unfounded and not row.is_open else None
    return standing.sent_by(found.person, Conduct.APPEALS) if found else None
