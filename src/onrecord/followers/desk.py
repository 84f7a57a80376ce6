# SPDX-License-Identifier: Apache-2.0
"""The screen about followers: how many, of what; and one of them, by their exact address."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onrecord.delivery import mail, suppression
from onrecord.delivery.models import Delivery
from onrecord.desk.guards import for_press_and_administrators
from onrecord.followers import actions, figures
from onrecord.followers.models import (
    DayCount,
    FeedSubscription,
    Frequency,
    Reason,
    State,
    Subscription,
    SubscriptionLanguage,
)
from onrecord.people.addresses import normalised
from onrecord.people.errors import BadAddress
from onrecord.people.models import User
from onrecord.people.roles import Right, may
from onrecord.statements.models import Topic
from onrecord.statements.pages.languages import own_name

COMPARED = 25
"""Topics in a chart, those with most followers."""


@for_press_and_administrators
def followers(request: HttpRequest) -> HttpResponse:
    """Show counts, never a list of addresses; and a follower whose whole address somebody knows."""
    asked = request.POST.get("address", "").strip()
    context = {**_counts(), **_over_time(request), "asked": asked, "relay": mail.relay() is not None}
    if asked:
        context |= _found(request, asked)
    return render(request, "followers/followers.html", context)


@for_press_and_administrators
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a subscription for somebody who asked on the phone."""
    row = get_object_or_404(Subscription, pk=pk)
    assert isinstance(request.user, User)  # noqa: S101 - nobody else was let in
    actions.end(row, Reason.STAFF, by=request.user.as_actor())
    messages.success(request, _("The subscription has ended. Nothing more is sent."))
    return redirect("followers")


def _over_time(request: HttpRequest) -> dict[str, Any]:
    """Return the charts of the period, language and topic that were asked for."""
    period = request.GET.get("by", "week")
    period = period if period in figures.PERIODS else "week"
    kind, _colon, name = request.GET.get("of", "").partition(":")
    language, topic = (name if kind == each else "" for each in ("language", "topic"))
    steps = figures.timeline(period, language, topic)
    return {
        "periods": [(key, label) for key, (label, _days) in figures.PERIODS.items()],
        "period": period,
        "of": request.GET.get("of", ""),
        "timeline": figures.over_time(steps, period) if steps else [],
    }


def _counts() -> dict[str, Any]:
    confirmed = Subscription.objects.filter(state=State.CONFIRMED)
    by_state = dict(Subscription.objects.values_list("state").annotate(count=Count("pk")).order_by("state"))
    by_topic = dict(
        confirmed.filter(all_topics=False)
        .values_list("topics")
        .annotate(count=Count("pk"))
        .order_by("topics")
    )
    spoken = SubscriptionLanguage.objects.filter(subscription__state=State.CONFIRMED)
    languages = list(spoken.values_list("language").annotate(count=Count("pk")).order_by("-count"))
    often = dict(confirmed.values_list("frequency").annotate(count=Count("pk")).order_by("frequency"))
    named = [
        (topic.slug, topic.name_in(get_language() or "en"), by_topic.get(topic.pk, 0))
        for topic in Topic.objects.prefetch_related("names")
    ]
    topics = [
        (_("All statements"), confirmed.filter(all_topics=True).count()),
        *sorted(((name, count) for _slug, name, count in named), key=lambda row: (-row[1], row[0])),
    ]
    return {
        "pushed": FeedSubscription.objects.filter(lease_until__gt=timezone.now()).count(),
        "states": [(state.label, by_state.get(state.value, 0)) for state in State],
        "choices": [
            ("", _("All followers")),
            *((f"language:{language}", own_name(language)) for language, _count in languages),
            (f"topic:{DayCount.ALL_TOPICS}", _("All statements")),
            *((f"topic:{slug}", name) for slug, name, _count in named),
        ],
        "charts": [
            figures.compared("topics", _("By topic"), _("Topic"), topics[:COMPARED]),
            figures.compared(
                "languages",
                _("By language"),
                _("Language"),
                [(own_name(language), count) for language, count in languages],
            ),
            figures.compared(
                "often",
                _("How often"),
                _("How often"),
                [(str(choice.label), often.get(choice.value, 0)) for choice in Frequency],
            ),
        ],
    }


def _found(request: HttpRequest, asked: str) -> dict[str, Any]:
    try:
        address = normalised(asked)
    except BadAddress as error:
        return {"error": str(error)}
    rows = Subscription.objects.filter(Q(contact__address=address)).select_related("contact").order_by("-pk")
    mails = Delivery.objects.filter(recipient=address).select_related("distribution").order_by("-pk")
    return {
        "subscriptions": list(rows),
        "mails": list(mails[:50]),
        "silence": suppression.of(address),
        "address": address,
        "may_write": may(request.user, Right.WRITE),
    }
