# SPDX-License-Identifier: Apache-2.0
"""The screens about the press at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from onrecord.people import menu
from onrecord.people.roles import Right
from onrecord.press.room.desk import RoomGroup, register_policies
from onrecord.press.wire import desk as wire

register_policies()
register_snippet(RoomGroup)


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def addresses() -> list[URLPattern]:
    """Name the screens; Wagtail asks for the right to enter the desk before each of them."""
    return [
        path("wire/", wire.destinations, name="destinations"),
        path("wire/add/", wire.add, name="destination_add"),
        path("wire/topics/", wire.topics, name="wire_topics"),
        path("wire/<int:pk>/", wire.destination, name="destination"),
        path("wire/<int:pk>/send/", wire.send, name="destination_send"),
        path("wire/<int:pk>/secret/", wire.rotate, name="destination_rotate"),
        path("wire/<int:pk>/close/", wire.close, name="destination_close"),
        path("wire/<int:pk>/token/", wire.token, name="destination_token"),
        path("wire/<int:pk>/token/<int:token>/revoke/", wire.revoke, name="destination_token_revoke"),
        path("wire/<int:pk>/do/<slug:deed>/", wire.act, name="destination_act"),
        path("wire/<int:pk>/<int:number>/<slug:deed>/", wire.one, name="destination_one"),
    ]


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def wire_menu() -> MenuItem:
    """Lead to the outlets that receive by machine."""
    return menu.entry(_("Wire"), "destinations", Right.WRITE, Right.ADMINISTER, icon="order", order=615)
