# SPDX-License-Identifier: Apache-2.0
"""The door of the desk: nobody passes without the second factor their roles ask for, or without any role."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

DESK = "/desk/"


def desk_door(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Lead whoever must have a second factor to setting one up; tell whoever has no role whom to ask."""

    def answer_behind_the_door(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not request.path.startswith(DESK) or not user.is_authenticated:
            return answer(request)
        if not user.roles:
            return render(request, "people/no_role.html", status=403)
        if user.needs_second_factor and not user.has_second_factor:
            return redirect("mfa_index")
        return answer(request)

    return answer_behind_the_door
