# SPDX-License-Identifier: Apache-2.0
"""The identity screen at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from onrecord.identity import desk
from onrecord.people import menu
from onrecord.people.roles import Right


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]  # Wagtail publishes no types
def addresses() -> list[URLPattern]:
    """Name the screens; Wagtail asks for the right to enter the desk before each of them."""
    return [
        path("organisation/identity/", desk.identity, name="identity"),
        path("organisation/identity/check/", desk.check, name="identity_check"),
    ]


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def identity_menu() -> MenuItem:
    """Lead to who the organisation is."""
    return menu.entry(_("Identity"), "identity", Right.ADMINISTER, icon="key", order=8110)
