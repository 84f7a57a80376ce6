# SPDX-License-Identifier: Apache-2.0
"""The statements' screens at the desk."""

from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail.snippets.models import register_snippet

from onrecord.people.roles import Right, may
from onrecord.statements.desk import erasures
from onrecord.statements.desk.permissions import register_policies
from onrecord.statements.desk.viewsets import FilingGroup, StatementViewSet


class StatementSearch(SearchArea):  # type: ignore[misc]  # Wagtail publishes no types
    """The search at the side of every page: it finds statements, for those who write them."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may(request.user, Right.WRITE)


register_policies()
register_snippet(StatementViewSet)
register_snippet(FilingGroup)


@hooks.register("insert_global_admin_css")  # type: ignore[untyped-decorator]  # Wagtail publishes no types
def styles() -> SafeString:
    """Load the style of chips, steps and panels on every page of the desk."""
    return format_html('<link rel="stylesheet" href="{}">', static("statements/desk/desk.css"))


@hooks.register("insert_global_admin_js")  # type: ignore[untyped-decorator]
def labels() -> SafeString:
    """Give a name to fields and landmarks that Wagtail leaves without."""
    return format_html('<script src="{}"></script>', static("statements/desk/labels.js"))


@hooks.register("register_admin_search_area")  # type: ignore[untyped-decorator]
def search_area() -> StatementSearch:
    """Search statements first."""
    return StatementSearch(
        gettext_lazy("Statements"),
        reverse_lazy("statements:list"),
        name="statements",
        icon_name="openquote",
        order=10,
    )


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def erasure_addresses() -> list[URLPattern]:
    """Name the screens on which administrators and editors erase."""
    return erasures.addresses()


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def erasures_menu() -> MenuItem:
    """Lead to the erasures."""
    return erasures.menu_item()
