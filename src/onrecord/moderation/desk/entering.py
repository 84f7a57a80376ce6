# SPDX-License-Identifier: Apache-2.0
"""Who is let in to which screens, and how a refused action is answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import permission_denied

from onrecord.moderation import actions
from onrecord.moderation.actions.senders import Sender
from onrecord.moderation.errors import ModerationError
from onrecord.moderation.models import Conduct
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.people.roles import Right

Parameters = ParamSpec("Parameters")
Screen = Callable[Concatenate[HttpRequest, Parameters], HttpResponse]


def only(*rights: Right) -> Callable[[Screen[Parameters]], Screen[Parameters]]:
    """Let in who holds one of these rights, before the screen reads anything; browsers keep no copy."""

    def decorate(screen: Screen[Parameters]) -> Screen[Parameters]:
        @wraps(screen)
        def guarded(
            request: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> HttpResponse:
            user = request.user
            if not isinstance(user, User) or not any(user.may(right) for right in rights):
                refusal: HttpResponse = permission_denied(request)
                return refusal
            return screen(request, *args, **kwargs)

        return cast("Screen[Parameters]", never_cache(guarded))

    return decorate


def me(request: HttpRequest) -> User:
    """Return who asks."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - `only` let nobody else through
    return user


def isolated(name: str) -> SafeString:
    """Return a name that stays in its own direction within a sentence, whatever marks are in it."""
    return format_html("<bdi>{}</bdi>", name or "–")


def follow_up(request: HttpRequest, sender: Sender, conduct: Conduct) -> None:
    """Warn or suspend whoever sends reports or appeals without ground, as the form says."""
    reason, days = request.POST.get("reason", ""), request.POST.get("days", "")
    if request.POST.get("deed") == "suspend":
        long = int(days) if days.isdecimal() and len(days) < 6 else 0
        attempt(
            request,
            lambda: actions.suspend(sender, conduct, days=long, reason=reason, by=me(request)),
            _("Suspended, and told so."),
        )
    else:
        attempt(request, lambda: actions.warn(sender, conduct, reason=reason, by=me(request)), _("Warned."))


def attempt(request: HttpRequest, deed: Callable[[], object], done: str = "") -> bool:
    """Do something and say so, or say why it was refused."""
    try:
        deed()
    except (ModerationError, NotAllowed) as refusal:
        messages.error(request, str(refusal))
        return False
    except ValidationError as mistake:
        messages.error(request, " ".join(mistake.messages))
        return False
    if done:
        messages.success(request, done)
    return True
