# SPDX-License-Identifier: Apache-2.0
"""The queue: what is due first stands first. Spam is decided in bulk, with a decision for each."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from onrecord.moderation import actions, items
from onrecord.moderation.actions import Ruling, Wanted
from onrecord.moderation.actions.deciding import rules_for
from onrecord.moderation.actions.reporting import open_by_staff
from onrecord.moderation.categories import CATEGORIES
from onrecord.moderation.desk import reading
from onrecord.moderation.desk.entering import attempt, me, only
from onrecord.moderation.errors import ModerationError, NoSuchItem
from onrecord.moderation.items import Item
from onrecord.moderation.models import Case, EffectKind, Owner
from onrecord.people.roles import Right
from onrecord.statements.directions import apart

SPAM = "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"


@only(Right.MODERATE)
def queue(request: HttpRequest) -> HttpResponse:
    """List what waits, a page at a time."""
    which = request.GET.get("only", "")
    page = reading.queue(request.GET.get("after", ""), only=which)
    context = {
        "page": page,
        "which": which,
        "choices": [
            ("", _("All")),
            ("urgent", _("Urgent")),
            ("held", _("Held")),
            ("spam", _("Likely spam")),
            ("elsewhere", _("From the fediverse")),
            *reading.lanes(),
        ],
        "categories": CATEGORIES,
        "mine": list(Case.objects.filter(owner=Owner.MODERATORS, claimed_by=me(request))[:10]),
    }
    return render(request, "moderation/desk/queue.html", context)


@only(Right.MODERATE)
@require_POST
def decide_spam(request: HttpRequest) -> HttpResponse:
    """Seal each of the chosen cases as spam, under the rule about it; each gets a decision of its own."""
    chosen = [int(pk) for pk in request.POST.getlist("case") if pk.isdecimal()][: reading.PAGE]
    done = 0
    for case in Case.objects.filter(pk__in=chosen, owner=Owner.MODERATORS).order_by("pk"):
        done += attempt(request, partial(_seal_as_spam, case, request))
    if done:
        messages.success(request, ngettext("%d case decided.", "%d cases decided, one by one.", done) % done)
    return redirect("moderation_queue")


@only(Right.MODERATE)
@require_POST
def open_case(request: HttpRequest) -> HttpResponse:
    """Open a case about something at an address, of the newsroom's own accord."""
    item = _named(request)
    if item is None:
        messages.error(request, _("Nothing that can be judged stands at this address."))
        return redirect("moderation_queue")
    case = open_by_staff(item, category="", by=me(request))
    return redirect("moderation_case", pk=case.pk)


def _named(request: HttpRequest) -> Item | None:
    """Return what stands at an address, or what another screen of the desk names by kind and key."""
    kind, key = request.POST.get("kind", ""), request.POST.get("key", "")
    if not kind:
        return items.at(request.POST.get("url", ""))
    try:
        return items.find(kind, key)
    except NoSuchItem:
        return None


def _seal_as_spam(case: Case, request: HttpRequest) -> None:
    item = items.find(case.item_kind, case.item_key)
    rule = next((rule for rule in rules_for(item) if rule.category == SPAM), None)
    if rule is None:
        raise ModerationError(
            _("Case %(number)s: no rule about spam applied when it was written.")
            % {"number": apart(case.number)}
        )
    ruling = Ruling(
        item_version=item.version,
        facts=_("It advertises in bulk and has nothing to do with what it stands under."),
        effects=(Wanted(EffectKind.SEAL),),
        rule=rule,
        spam=True,
    )
    actions.decide(case, ruling, by=me(request), revision=case.revision)
