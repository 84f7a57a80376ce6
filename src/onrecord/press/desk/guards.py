# SPDX-License-Identifier: Apache-2.0
"""Who may see the press: who writes. No copy of these screens is kept by browsers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press.errors import PressError

Parameters = ParamSpec("Parameters")
Screen = Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]


def for_writers(screen: Screen[Parameters]) -> Screen[Parameters]:
    """Refuse everybody else before the screen reads anything."""

    @wraps(screen)
    def guarded(
        request: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponseBase:
        require(request.user, Right.WRITE)
        return screen(request, *args, **kwargs)

    return cast("Screen[Parameters]", never_cache(guarded))


def me(request: HttpRequest) -> User:
    """Return who asks."""
    assert isinstance(request.user, User)  # noqa: S101 - nobody else was let in
    return request.user


def tried(request: HttpRequest, deed: Callable[[], object], done: str) -> bool:
    """Do something and say so, or say why not; tell whether it was done."""
    try:
        deed()
    except PressError as refusal:
        messages.error(request, str(refusal))
        return False
    if done:
        messages.success(request, done)
    return True
