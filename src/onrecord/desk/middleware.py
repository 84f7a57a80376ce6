# SPDX-License-Identifier: Apache-2.0
"""Screens that come with Wagtail and would lead around our own actions do not exist here."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils.translation import gettext as _

REFUSED_NAMESPACES = frozenset(
    {
        "wagtailadmin_api",  # a second way to the same data, with rights of its own
        "wagtailadmin_collections",  # one library for all
        "wagtailadmin_pages",  # what is public is an edition, never a page of Wagtail's
        "wagtailadmin_reports",  # the journal tells what happened
        "wagtailadmin_workflows",  # approval is an action of statements
        "wagtailforms",
        "wagtailsites",  # there is one site: the organisation's
        "wagtailusers_groups",  # roles are fixed: people/roles.py
        "wagtailsettings",
        "wagtailusers_users",  # people are looked after by people.actions
    }
)
REFUSED_NAMES = frozenset(
    {
        "wagtailadmin_choose_page_child",
        "wagtailadmin_choose_page_chosen_multiple",
        "wagtailadmin_choose_page_search",
        "wagtailadmin_error_test",
        "wagtailadmin_explore",
        "wagtailadmin_explore_results",
        "wagtailadmin_explore_root",
        "wagtailadmin_password_reset",
        "wagtailadmin_password_reset_complete",
        "wagtailadmin_password_reset_confirm",
        "wagtailadmin_password_reset_done",
        "url_generator",  # pictures are published with an edition, at no address of their own
        "url_generator_output",
    }
)
BULK_ACTIONS = frozenset({"wagtailimages", "wagtaildocs"})
"""Whose many things may be acted on at once; pages, people and statements may not."""


def is_refused(match: ResolverMatch) -> bool:
    """Tell whether an address leads to a screen that does not exist here."""
    if match.url_name == "wagtail_bulk_action":
        return match.kwargs.get("app_label") not in BULK_ACTIONS
    return match.url_name in REFUSED_NAMES or not REFUSED_NAMESPACES.isdisjoint(match.namespaces)


class RefuseStockScreens:
    """Answer 404, whoever asks, for the screens named above."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: object, arguments: object, named: object) -> None:
        if request.resolver_match is not None and is_refused(request.resolver_match):
            raise Http404(_("This screen is not part of the newsroom."))
