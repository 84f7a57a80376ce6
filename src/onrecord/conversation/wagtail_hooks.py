# SPDX-License-Identifier: Apache-2.0
"""The screens about comments at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from onrecord.conversation import desk
from onrecord.people import menu
from onrecord.people.roles import Right


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def addresses() -> list[URLPattern]:
    """Name the screens; Wagtail asks for the right to enter the desk before each of them."""
    return [
        path("comments/", desk.comments, name="comments"),
        path("comments/<int:pk>/approve/", desk.approve, name="comments_approve"),
        path("comments/policy/", desk.policy, name="comments_policy"),
        path("comments/policy/<int:pk>/", desk.statement_policy, name="comments_statement_policy"),
    ]


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def comments_menu() -> MenuItem:
    """Lead to the comments."""
    return menu.entry(_("Comments"), "comments", Right.MODERATE, icon="comment", order=610)
