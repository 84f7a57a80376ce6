# SPDX-License-Identifier: Apache-2.0
"""The witnesses' screen at the desk. Every rule is in the actions it calls."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from onrecord.people import menu
from onrecord.people.roles import Right
from onrecord.record import desk


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]  # Wagtail publishes no types
def addresses() -> list[URLPattern]:
    """Name the screens; Wagtail asks for the right to enter the desk before each of them."""
    return [
        path("witnesses/", desk.witnesses, name="witnesses"),
        path("witnesses/add/", desk.add, name="witnesses_add"),
        path("witnesses/ask/", desk.ask, name="witnesses_ask"),
        path("witnesses/<int:pk>/remove/", desk.remove, name="witnesses_remove"),
        path("witnesses/follow/", desk.follow, name="witnesses_follow"),
        path("witnesses/followed/<int:pk>/remove/", desk.unfollow, name="witnesses_unfollow"),
    ]


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def witnesses_menu() -> MenuItem:
    """Lead to the witnesses of the log."""
    return menu.entry(_("Witnesses"), "witnesses", Right.ADMINISTER, icon="view", order=8200)
