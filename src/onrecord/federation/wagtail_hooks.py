# SPDX-License-Identifier: Apache-2.0
"""The screens about the fediverse at the desk."""

from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from onrecord.federation.desk import accounts, blocks, moving, quotes, servers
from onrecord.federation.desk.entering import JUDGES, WATCHERS
from onrecord.people import menu
from onrecord.people.roles import Right


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]  # Wagtail publishes no types
def addresses() -> list[URLPattern]:
    """Name the screens; Wagtail asks for the right to enter the desk before each of them."""
    return [
        path("fediverse/accounts/", accounts.accounts, name="federation_accounts"),
        path("fediverse/accounts/open/", accounts.open_one, name="federation_account_open"),
        path("fediverse/accounts/<str:name>/", accounts.account, name="federation_account"),
        path("fediverse/accounts/<str:name>/keys/", accounts.renew, name="federation_account_keys"),
        path("fediverse/accounts/<str:name>/close/", accounts.close, name="federation_account_close"),
        path("fediverse/quotes/", quotes.quotes, name="federation_quotes"),
        path("fediverse/quotes/policy/", quotes.policy, name="federation_quotes_policy"),
        path("fediverse/quotes/<int:pk>/revoke/", quotes.revoke, name="federation_quote_revoke"),
        path("fediverse/servers/", servers.servers, name="federation_servers"),
        path("fediverse/servers/<str:name>/", servers.server, name="federation_server"),
        path("fediverse/blocks/", blocks.blocks, name="federation_blocks"),
        path("fediverse/blocks/publish/", blocks.publish, name="federation_blocks_publish"),
        path("fediverse/blocks/<int:pk>/lift/", blocks.lift, name="federation_block_lift"),
        path("fediverse/moving/", moving.moving, name="federation_moving"),
        path("fediverse/moving/<int:pk>/origins/", moving.origins, name="federation_moving_origins"),
        path("fediverse/moving/<int:pk>/move/", moving.move, name="federation_moving_move"),
        path("fediverse/moving/<int:pk>/rename/", moving.rename, name="federation_moving_rename"),
        path("fediverse/moving/<int:pk>/back/", moving.take_back, name="federation_moving_back"),
        path("fediverse/followers.csv", moving.export, name="federation_followers_export"),
    ]


class FediverseMenu(SubmenuMenuItem):  # type: ignore[misc]  # as above
    """Shown where one of its entries is."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(self.menu.menu_items_for_request(request))


@hooks.register("register_fediverse_menu_item")  # type: ignore[untyped-decorator]
def accounts_item() -> MenuItem:
    """Lead to the newsroom's own accounts."""
    return menu.entry(_("Accounts"), "federation_accounts", Right.ADMINISTER, icon="user", order=100)


@hooks.register("register_fediverse_menu_item")  # type: ignore[untyped-decorator]
def quotes_item() -> MenuItem:
    """Lead to who quotes what."""
    return menu.entry(_("Quotes"), "federation_quotes", *WATCHERS, icon="openquote", order=400)


@hooks.register("register_fediverse_menu_item")  # type: ignore[untyped-decorator]
def servers_item() -> MenuItem:
    """Lead to followers over time and by server."""
    return menu.entry(_("Followers by server"), "federation_servers", *WATCHERS, icon="group", order=200)


@hooks.register("register_fediverse_menu_item")  # type: ignore[untyped-decorator]
def blocks_item() -> MenuItem:
    """Lead to the servers that nothing is taken from."""
    return menu.entry(_("Blocked servers"), "federation_blocks", *JUDGES, icon="warning", order=300)


@hooks.register("register_fediverse_menu_item")  # type: ignore[untyped-decorator]
def moving_item() -> MenuItem:
    """Lead to accounts that move."""
    return menu.entry(_("Moving"), "federation_moving", Right.ADMINISTER, icon="arrow-right", order=500)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def fediverse_menu() -> MenuItem:
    """Open what there is about the fediverse."""
    entries = Menu(register_hook_name="register_fediverse_menu_item")
    return FediverseMenu(_("Fediverse"), entries, name="fediverse", icon_name="globe", order=620)


@hooks.register("insert_global_admin_css")  # type: ignore[untyped-decorator]
def styles() -> SafeString:
    """Load the little that these screens need beside the style of all."""
    return format_html('<link rel="stylesheet" href="{}">', static("federation/fediverse.css"))
