# SPDX-License-Identifier: Apache-2.0
"""The screen about followers at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from onrecord.followers import desk
from onrecord.followers.webhooks import desk as webhooks
from onrecord.people import menu
from onrecord.people.roles import Right


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def addresses() -> list[URLPattern]:
    """Name the screens; Wagtail asks for the right to enter the desk before each of them."""
    return [
        path("followers/", desk.followers, name="followers"),
        path("followers/<int:pk>/end/", desk.end, name="followers_end"),
        path("webhooks/", webhooks.webhooks, name="webhooks"),
        path("webhooks/add/", webhooks.add, name="webhook_add"),
        path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
        path("webhooks/<int:pk>/pause/", webhooks.pause, name="webhook_pause"),
        path("webhooks/<int:pk>/resume/", webhooks.resume, name="webhook_resume"),
        path("webhooks/<int:pk>/secret/", webhooks.rotate, name="webhook_rotate"),
        path("webhooks/<int:pk>/test/", webhooks.test, name="webhook_test"),
        path("webhooks/<int:pk>/remove/", webhooks.remove, name="webhook_remove"),
        path("webhooks/<int:pk>/sent/<int:delivery>/again/", webhooks.replay, name="webhook_replay"),
    ]


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def followers_menu() -> MenuItem:
    """Lead to the followers."""
    return menu.entry(_("Followers"), "followers", Right.WRITE, Right.ADMINISTER, icon="mail", order=600)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def webhooks_menu() -> MenuItem:
    """Lead to the machines that are told of editions."""
    return menu.entry(_("Webhooks"), "webhooks", Right.WRITE, Right.ADMINISTER, icon="code", order=610)
