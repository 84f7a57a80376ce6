# SPDX-License-Identifier: Apache-2.0
"""The screens of moderation at the desk."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from onrecord.moderation.desk import appeals, cases, queue, rules, settings
from onrecord.moderation.filing import desk as filing
from onrecord.moderation.platforms import desk as platforms
from onrecord.people.roles import Right, may


class ForRights(MenuItem):  # type: ignore[misc]  # Wagtail publishes no types
    """A menu item for who holds one of some rights."""

    rights: tuple[Right, ...] = ()

    def is_shown(self, request: HttpRequest) -> bool:
        return any(may(request.user, right) for right in self.rights)


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def addresses() -> list[URLPattern]:
    """Name the screens; Wagtail asks for the right to enter the desk before each of them."""
    return [
        path("moderation/", queue.queue, name="moderation_queue"),
        path("moderation/spam/", queue.decide_spam, name="moderation_spam"),
        path("moderation/open/", queue.open_case, name="moderation_open"),
        path("moderation/case/<int:pk>/", cases.case, name="moderation_case"),
        path("moderation/case/<int:pk>/claim/", cases.claim, name="moderation_claim"),
        path("moderation/case/<int:pk>/release/", cases.release, name="moderation_release"),
        path("moderation/case/<int:pk>/approve/", cases.approve, name="moderation_approve"),
        path("moderation/case/<int:pk>/sort/", cases.triage, name="moderation_triage"),
        path("moderation/report/<int:pk>/sender/", cases.sender, name="moderation_sender"),
        path("moderation/appeals/", appeals.appeals, name="moderation_appeals"),
        path("moderation/appeal/<int:pk>/", appeals.appeal, name="moderation_appeal"),
        path("moderation/appeal/<int:pk>/take/", appeals.take, name="moderation_take"),
        path("moderation/appeal/<int:pk>/ask/", appeals.ask, name="moderation_ask"),
        path("moderation/appeal/<int:pk>/refuse/", appeals.refuse, name="moderation_refuse"),
        path("moderation/attachment/<int:pk>/", appeals.attachment, name="moderation_attachment"),
        path("moderation/rules/", rules.rules, name="moderation_rules"),
        path("moderation/rules/publish/", rules.publish, name="moderation_publish_rules"),
        path("moderation/settings/", settings.settings, name="moderation_settings"),
        path("moderation/flaggers/add/", settings.add_flagger, name="moderation_add_flagger"),
        path("moderation/flaggers/<int:pk>/end/", settings.end_flagger, name="moderation_end_flagger"),
        *filing.addresses(),
        *platforms.addresses(),
    ]


class ModerationMenu(SubmenuMenuItem):  # type: ignore[misc]  # as above
    """Shown where one of its entries is."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(self.menu.menu_items_for_request(request))


def _item(label: str, name: str, icon: str, order: int, *rights: Right) -> ForRights:
    item = ForRights(label, reverse(name), name=name, icon_name=icon, order=order)
    item.rights = rights
    return item


@hooks.register("register_moderation_menu_item")  # type: ignore[untyped-decorator]
def queue_item() -> MenuItem:
    """Lead to the queue."""
    return _item(_("Cases"), "moderation_queue", "clipboard-list", 100, Right.MODERATE)


@hooks.register("register_moderation_menu_item")  # type: ignore[untyped-decorator]
def appeals_item() -> MenuItem:
    """Lead to the appeals."""
    return _item(_("Appeals"), "moderation_appeals", "history", 200, Right.HEAR_APPEALS, Right.ADMINISTER)


@hooks.register("register_moderation_menu_item")  # type: ignore[untyped-decorator]
def rules_item() -> MenuItem:
    """Lead to the rules."""
    return _item(_("Rules"), "moderation_rules", "list-ol", 300, Right.MODERATE, Right.APPROVE)


@hooks.register("register_moderation_menu_item")  # type: ignore[untyped-decorator]
def settings_item() -> MenuItem:
    """Lead to duties and deadlines."""
    return _item(_("Deadlines"), "moderation_settings", "cog", 400, Right.ADMINISTER)


@hooks.register("register_moderation_menu_item")  # type: ignore[untyped-decorator]
def filing_item() -> MenuItem:
    """Lead to what is filed."""
    return _item(_("Filing"), "moderation_filing", "doc-full", 500, Right.ADMINISTER)


@hooks.register("register_moderation_menu_item")  # type: ignore[untyped-decorator]
def platforms_item() -> MenuItem:
    """Lead to who else uses this."""
    return _item(_("Other platforms"), "moderation_platforms", "site", 600, Right.ADMINISTER)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def moderation_menu() -> MenuItem:
    """Open what there is for moderation."""
    menu = Menu(register_hook_name="register_moderation_menu_item")
    return ModerationMenu(_("Moderation"), menu, name="moderation", icon_name="warning", order=700)
