# SPDX-License-Identifier: Apache-2.0
"""The look of the desk, and a menu without what does not exist here."""

from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from onrecord.desk import panels, people

HIDDEN = frozenset({"explorer", "forms", "help", "reports", "settings"})


@hooks.register("construct_main_menu")  # type: ignore[untyped-decorator]  # Wagtail publishes no types
def hide_stock_menus(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Leave out menus whose screens are refused by the middleware."""
    menu_items[:] = [item for item in menu_items if item.name not in HIDDEN]


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def front_page() -> MenuItem:
    """Lead back to what needs me now."""
    return MenuItem(
        _("What needs me now"), reverse("wagtailadmin_home"), name="now", icon_name="home", order=1
    )


@hooks.register("insert_global_admin_css")  # type: ignore[untyped-decorator]
def desk_style() -> SafeString:
    """Add the desk's own look, and the organisation's accent colour."""
    return format_html(
        '<link rel="stylesheet" href="{}"><link rel="stylesheet" href="{}">'
        '<noscript><link rel="stylesheet" href="{}"></noscript>',
        reverse("people_look"),
        static("desk/desk.css"),
        static("desk/no_script.css"),
    )


panels.register(people.needs)
panels.register(people.few_codes)
panels.register_quick_actions(people.quick_actions)
for event_name, sentence in people.SENTENCES.items():
    panels.describe(event_name, sentence)
