# SPDX-License-Identifier: Apache-2.0
"""The administrator's screens at the desk: people and the organisation. Every rule is in `actions`."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from onrecord.people import desk, menu
from onrecord.people.roles import Right


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def addresses() -> list[URLPattern]:
    """Name the screens; Wagtail asks for the right to enter the desk before each of them."""
    return [
        path("people/", desk.people, name="people_list"),
        path("people/invite/", desk.invite, name="people_invite"),
        path("people/<int:pk>/", desk.person, name="people_person"),
        path("people/<int:pk>/roles/", desk.roles, name="people_roles"),
        path("people/<int:pk>/link/", desk.new_link, name="people_new_link"),
        path("people/<int:pk>/revoke/", desk.revoke, name="people_revoke"),
        path("people/<int:pk>/deactivate/", desk.deactivate, name="people_deactivate"),
        path("people/<int:pk>/reactivate/", desk.reactivate, name="people_reactivate"),
        path("organisation/", desk.organisation, name="people_organisation"),
    ]


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def people_menu() -> MenuItem:
    """Lead to the list of people."""
    return menu.entry(
        gettext_lazy("People"), "people_list", Right.ADMINISTER, icon="group", order=8000, name="people"
    )


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def organisation_menu() -> MenuItem:
    """Lead to the organisation's details."""
    return menu.entry(
        gettext_lazy("Organisation"),
        "people_organisation",
        Right.ADMINISTER,
        icon="site",
        order=8100,
        name="organisation",
    )


@hooks.register("register_account_menu_item")  # type: ignore[untyped-decorator]
def second_factor_item(request: HttpRequest) -> dict[str, str]:
    """Lead to one's second factor."""
    return {
        "url": reverse("mfa_index"),
        "label": _("Second factor"),
        "help_text": _("App, passkeys, recovery codes"),
    }


@hooks.register("register_account_menu_item")  # type: ignore[untyped-decorator]
def password_item(request: HttpRequest) -> dict[str, str]:
    """Lead to changing one's password."""
    return {
        "url": reverse("account_change_password"),
        "label": _("Password"),
        "help_text": _("Choose another"),
    }


@hooks.register("register_account_menu_item")  # type: ignore[untyped-decorator]
def sessions_item(request: HttpRequest) -> dict[str, str]:
    """Lead to one's sessions."""
    return {
        "url": reverse("usersessions_list"),
        "label": _("Sessions"),
        "help_text": _("Where you are signed in"),
    }
