# SPDX-License-Identifier: Apache-2.0
"""The screens about the fediverse at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from onrecord.federation.desk import moving
from onrecord.people import menu
from onrecord.people.roles import Right


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]  # Wagtail publishes no types
def moving_addresses() -> list[URLPattern]:
    """Name the screens; Wagtail asks for the right to enter the desk before each of them."""
    return [
        path("fediverse/moving/", moving.moving, name="federation_moving"),
        path("fediverse/moving/<int:pk>/origins/", moving.origins, name="federation_moving_origins"),
        path("fediverse/moving/<int:pk>/move/", moving.move, name="federation_moving_move"),
        path("fediverse/moving/<int:pk>/rename/", moving.rename, name="federation_moving_rename"),
        path("fediverse/moving/<int:pk>/back/", moving.take_back, name="federation_moving_back"),
        path("fediverse/followers.csv", moving.export, name="federation_followers_export"),
    ]


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def moving_item() -> MenuItem:
    """Lead to accounts that move."""
    return menu.entry(_("Moving"), "federation_moving", Right.ADMINISTER, icon="arrow-right", order=640)
