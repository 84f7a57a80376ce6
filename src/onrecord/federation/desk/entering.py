# SPDX-License-Identifier: Apache-2.0
"""Who is let in to which screens, and how a refused action is answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import permission_denied

from onrecord.federation.errors import FederationError
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.record.errors import RecordError

Parameters = ParamSpec("Parameters")
Screen = Callable[Concatenate[HttpRequest, Parameters], HttpResponse]
WATCHERS = (Right.WRITE, Right.MODERATE, Right.ADMINISTER)
"""Who sees how many follow, and who quotes."""
JUDGES = (Right.MODERATE, Right.ADMINISTER)
"""Who blocks servers."""


def only(*rights: Right) -> Callable[[Screen[Parameters]], Screen[Parameters]]:
    """Let in who holds one of these rights, before the screen reads anything; browsers keep no copy."""

    def decorate(screen: Screen[Parameters]) -> Screen[Parameters]:
        @wraps(screen)
        def guarded(
            request: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> HttpResponse:
            if not holds(request, *rights):
                refusal: HttpResponse = permission_denied(request)
                return refusal
            return screen(request, *args, **kwargs)

        return cast("Screen[Parameters]", never_cache(guarded))

    return decorate


def holds(request: HttpRequest, *rights: Right) -> bool:
    """Tell whether who asks holds one of these rights."""
    user = request.user
    return isinstance(user, User) and any(user.may(right) for right in rights)


def me(request: HttpRequest) -> User:
    """Return who asks."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - `only` let nobody else through
    return user


def attempt(request: HttpRequest, deed: Callable[[], object], done: str) -> bool:
    """Do something and say so, or say why it was refused."""
    try:
        deed()
    except (FederationError, NotAllowed, RecordError) as refusal:
        messages.error(request, str(refusal))
        return False
    except ValidationError as mistake:
        messages.error(request, " ".join(mistake.messages))
        return False
    messages.success(request, done)
    return True


def number(text: str | None) -> int | None:
    """Return a number from an address, if it is one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
