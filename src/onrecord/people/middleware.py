# SPDX-License-Identifier: Apache-2.0
"""The door of the desk: nobody passes without the second factor their roles ask for, or without any role.

Behind it, clocks show the time of the organisation.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from wagtail.users.models import UserProfile

from onrecord.people.models import Organisation, User

DESK = "/desk/"
STAFF_PAGES = (DESK, "/accounts/")


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


def time_of_the_organisation(
    answer: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Show staff the time of the organisation's zone, or of the zone they have chosen for themselves."""

    def answer_in_time(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(STAFF_PAGES) or not isinstance(request.user, User):
            return answer(request)
        with timezone.override(_zone_of(request.user)):
            return answer(request)

    return answer_in_time


def _zone_of(person: User) -> str:
    """Return the zone to show times in, and tell Wagtail, which would use UTC for whoever chose none."""
    profile = UserProfile.objects.filter(user=person).first() or UserProfile(user=person)
    if not profile.current_time_zone:
        organisation = Organisation.objects.filter(pk=Organisation.ONLY).only("time_zone").first()
        profile.current_time_zone = (
            organisation.time_zone if organisation else timezone.get_default_timezone_name()
        )
    person.wagtail_userprofile = profile  # type: ignore[attr-defined]  # for this request; it is not saved
    return str(profile.current_time_zone)
