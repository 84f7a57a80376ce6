# SPDX-License-Identifier: Apache-2.0
"""One case: the thing where it stands, who reported it and why, the rules beside it, and the decision."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onrecord.moderation import actions, categories, doors, items, manners, pages, standing
from onrecord.moderation.actions import senders
from onrecord.moderation.actions.deciding import rules_for
from onrecord.moderation.actions.proposing import ends_for_good
from onrecord.moderation.desk import entering, reading
from onrecord.moderation.desk.entering import attempt, follow_up, me, only
from onrecord.moderation.desk.forms import RulingForm
from onrecord.moderation.errors import NoSuchItem
from onrecord.moderation.items import Item
from onrecord.moderation.models import ON_PERSONS, Case, CaseState, Conduct, Notice, NoticeState, Report, Rule
from onrecord.people.roles import Right


@only(Right.MODERATE, Right.HEAR_APPEALS)
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a case; moderators decide here."""
    found = get_object_or_404(Case.objects.select_related("claimed_by"), pk=pk)
    item = _item(found)
    decidable = found.is_undecided and found.state != CaseState.PROPOSED
    form = _form(request, found, item) if item and decidable else None
    if request.method == "POST" and form is not None and form.is_valid():
        unfounded = frozenset(int(pk) for pk in request.POST.getlist("unfounded") if pk.isdecimal())
        ruling, revision = form.ruling(unfounded), form.cleaned_data["revision"] or 0
        following = reading.next_after(found)
        deed = actions.propose if ends_for_good(ruling) else actions.decide
        done = (
            _("Proposed. Nothing happens, and nobody is told, before somebody else has signed it.")
            if ends_for_good(ruling)
            else _("Decided. Everybody concerned is told.")
        )
        if attempt(request, lambda: deed(found, ruling, by=me(request), revision=revision), done):
            return redirect("moderation_case", pk=following.pk) if following else redirect("moderation_queue")
        found.refresh_from_db()
        item = _item(found)
        if item is not None:
            form.show_anew(item.version, found.revision)
    return render(request, "moderation/desk/case.html", _context(request, found, item, form))


@only(Right.MODERATE)
@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a case."""
    found = get_object_or_404(Case, pk=pk)
    attempt(request, lambda: actions.claim(found, by=me(request), revision=_revision(request)))
    return redirect("moderation_case", pk=pk)


@only(Right.MODERATE)
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a case back."""
    found = get_object_or_404(Case, pk=pk)
    attempt(request, lambda: actions.release(found, by=me(request)), _("It is back in the queue."))
    return redirect("moderation_queue")


@only(Right.MODERATE)
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was held, and go on with the next case."""
    found = get_object_or_404(Case, pk=pk)
    following = reading.next_after(found)
    done = attempt(
        request,
        lambda: actions.approve(found, by=me(request), revision=_revision(request)),
        _("Approved: it is shown now."),
    )
    if done and following and request.POST.get("then") == "next":
        return redirect("moderation_case", pk=following.pk)
    return redirect("moderation_queue") if done else redirect("moderation_case", pk=pk)


@only(Right.MODERATE)
@require_POST
def triage(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a case seems to be about."""
    found = get_object_or_404(Case, pk=pk)
    category = request.POST.get("category", "")
    attempt(
        request,
        lambda: actions.triage(found, category=category, by=me(request), revision=_revision(request)),
        _("Sorted."),
    )
    return redirect("moderation_case", pk=pk)


@only(Right.MODERATE)
@require_POST
def sender(request: HttpRequest, pk: int) -> HttpResponse:
    """Warn or suspend whoever sent a report that was manifestly without ground."""
    report = get_object_or_404(Report.objects.select_related("contact"), pk=pk, contact__isnull=False)
    sent_it = senders.of_report(report)
    assert sent_it is not None  # noqa: S101 - asked for above
    follow_up(request, sent_it, Conduct.REPORTS)
    return redirect("moderation_case", pk=report.case_id or 0)


def _item(found: Case) -> Item | None:
    try:
        return items.find(found.item_kind, found.item_key)
    except NoSuchItem:
        return None


def _form(request: HttpRequest, found: Case, item: Item) -> RulingForm:
    rules = rules_for(item)
    start = {"item_version": item.version, "revision": found.revision, "spam": found.spam}
    return RulingForm(
        request.POST or None,
        initial=start,
        rules=rules,
        of_kind=item.kind,
        kinds=items.kind_named(item.kind).effects if item.author or not rules else _without_persons(item),
    )


def _without_persons(item: Item) -> frozenset[str]:
    return frozenset(items.kind_named(item.kind).effects - {kind.value for kind in ON_PERSONS})


def _context(request: HttpRequest, found: Case, item: Item | None, form: RulingForm | None) -> dict[str, Any]:
    language = get_language() or "en"
    rules = rules_for(item) if item else []
    decisions = found.decisions.select_related("rule__book", "reasons", "decider").prefetch_related("effects")
    reports = list(found.reports.select_related("contact", "flagger").order_by("pk"))
    return {
        "case": found,
        "item": item,
        "manner": manners.of(found.item_kind),
        "files": list(enumerate(manners.files_of(found.item_kind, found.item_key))) if item else [],
        "kind": items.kind_named(found.item_kind).label() if item else found.item_kind,
        "form": form,
        "may_decide": me(request).may(Right.MODERATE),
        "is_mine": found.claimed_by_id == me(request).pk,
        "reports": [(report, categories.label(report.category), _sender(report)) for report in reports],
        "rules": [(rule, pages.told(rule, language)) for rule in rules],
        "categories": categories.CATEGORIES,
        "author_name": entering.isolated(found.author_name),
        "standing": standing.of(found.author),
        "history": reading.history_of(found.author, without=found),
        "similar": reading.similar(_chosen(request, rules, found), found),
        "decisions": list(decisions.order_by("pk")),
        "proposals": list(found.proposals.select_related("proposer", "second").order_by("pk")),
        "appeals": list(found.appeals.order_by("pk")),
        "notices": _unreachable(found),
        "next": reading.next_after(found) if found.is_undecided else None,
    }


def _chosen(request: HttpRequest, rules: list[Rule] | Any, found: Case) -> Rule | None:
    """Return the rule whose decisions are shown beside the form: the one asked for, else by category."""
    asked = request.GET.get("rule", "")
    wanted = next((rule for rule in rules if rule.number == asked), None)
    return wanted or next((rule for rule in rules if rule.category == found.category), None)


def _unreachable(found: Case) -> list[tuple[Notice, str]]:
    """Return notices that no mail brought, with their links: staff can pass these on."""
    states = (NoticeState.PAGE_ONLY, NoticeState.BOUNCED)
    rows = Notice.objects.filter(decision__case=found, state__in=states).order_by("pk")
    return [(row, doors.notice_path(row)) for row in rows]


def _sender(report: Report) -> standing.Sent | None:
    """Return what the sender of a report without any ground has sent in all."""
    found = senders.of_report(report) if report.unfounded else None
    return standing.sent_by(found.person, Conduct.REPORTS) if found else None


def _revision(request: HttpRequest) -> int:
    given = request.POST.get("revision", "")
    return int(given) if given.isdecimal() else 0
