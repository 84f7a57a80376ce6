# SPDX-License-Identifier: Apache-2.0
"""Who is let in to screens of the desk that more than one part of it has."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail.admin.auth import permission_denied

from onrecord.people.roles import Right, may

View = Callable[..., HttpResponse]


def for_press_and_administrators(view: View) -> View:
    """Let in who writes and who administers."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (may(request.user, Right.WRITE) or may(request.user, Right.ADMINISTER)):
            refusal: HttpResponse = permission_denied(request)
            return refusal
        return view(request, *args, **kwargs)

    return answer
