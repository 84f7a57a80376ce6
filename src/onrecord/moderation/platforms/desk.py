# SPDX-License-Identifier: Apache-2.0
"""The screen of other platforms: who they are, what their tokens may do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from onrecord.delivery.transports.webhook.signing import secret_of
from onrecord.moderation.desk.entering import me, only
from onrecord.moderation.errors import ModerationError
from onrecord.moderation.models import ApiToken, Platform, Scope
from onrecord.moderation.platforms import actions, openapi
from onrecord.people.models import User
from onrecord.people.roles import Right, roles_with
from onrecord.statements.pages.site import Site


@never_cache
@only(Right.ADMINISTER)
def platforms(request: HttpRequest) -> HttpResponse:
    """List platforms and their tokens."""
    return _page(request)


@never_cache
@only(Right.ADMINISTER)
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Let a platform use the engine; the secret of its webhook is shown this once."""
    try:
        row = actions.add_platform(
            request.POST.get("name", ""), request.POST.get("webhook_url", ""), by=me(request)
        )
    except ModerationError as refused:
        return _page(request, error=str(refused))
    if not row.webhook_url:
        messages.success(request, _("Added. Make a token for it."))
        return redirect("moderation_platforms")
    return _page(request, shown=secret_of(row.number), what=_("What outcomes are signed with"))


@never_cache
@only(Right.ADMINISTER)
@require_POST
def renew_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a new secret for outcomes; it is shown this once, and the earlier one signs too for two days."""
    platform = get_object_or_404(Platform, pk=pk, ended_at=None)
    row = actions.renew_secret(platform, by=me(request))
    return _page(request, shown=secret_of(row.number), what=_("What outcomes are signed with"))


@never_cache
@only(Right.ADMINISTER)
@require_POST
def make_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a token; it is shown this once."""
    platform = get_object_or_404(Platform, pk=pk, ended_at=None)
    chosen = request.POST.get("acts_for", "")
    acts_for = _moderators().filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    try:
        _row, secret = actions.make_token(
            platform,
            request.POST.get("label", ""),
            request.POST.getlist("scope"),
            by=me(request),
            acts_for=acts_for,
        )
    except ModerationError as refused:
        return _page(request, error=str(refused))
    return _page(request, shown=secret, what=_("The token"))


@only(Right.ADMINISTER)
@require_POST
def end_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a token open nothing any more."""
    actions.end_token(get_object_or_404(ApiToken, pk=pk), by=me(request))
    messages.success(request, _("The token opens nothing any more."))
    return redirect("moderation_platforms")


@only(Right.ADMINISTER)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a platform; its cases go on."""
    actions.end_platform(get_object_or_404(Platform, pk=pk), by=me(request))
    messages.success(request, _("It may submit nothing more. Its cases and appeals go on."))
    return redirect("moderation_platforms")


def addresses() -> list[URLPattern]:
    """Name the screens."""
    return [
        path("moderation/platforms/", platforms, name="moderation_platforms"),
        path("moderation/platforms/add/", add, name="moderation_platform_add"),
        path("moderation/platforms/<int:pk>/token/", make_token, name="moderation_platform_token"),
        path("moderation/platforms/<int:pk>/secret/", renew_secret, name="moderation_platform_secret"),
        path("moderation/platforms/<int:pk>/end/", end, name="moderation_platform_end"),
        path("moderation/tokens/<int:pk>/end/", end_token, name="moderation_token_end"),
    ]


def _moderators() -> Any:
    names = [role.value for role in roles_with(Right.MODERATE)]
    return User.objects.filter(is_active=True, groups__name__in=names).distinct().order_by("name")


def _page(request: HttpRequest, *, error: str = "", shown: str = "", what: str = "") -> HttpResponse:
    rows = Platform.objects.prefetch_related("tokens__acts_for").order_by("-pk")
    context = {
        "platforms": [
            (
                row,
                [
                    (one, [str(Scope(scope).label) for scope in one.scopes])
                    for one in row.tokens.all()
                    if not one.ended_at
                ],
            )
            for row in rows
        ],
        "scopes": Scope.choices,
        "moderators": _moderators(),
        "address": Site.current().address + openapi.BASE,
        "error": error,
        "shown": shown,
        "what": what,
    }
    return render(request, "moderation/desk/platforms.html", context, status=422 if error else 200)
