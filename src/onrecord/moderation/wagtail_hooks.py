# SPDX-License-Identifier: Apache-2.0
"""The screens of moderation at the desk."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from onrecord.moderation.desk import (
    appeals,
    cases,
    files,
    outside,
    proposals,
    queue,
    rules,
    samples,
    settings,
)
from onrecord.moderation.filing import desk as filing
from onrecord.moderation.platforms import desk as platforms
from onrecord.people import menu
from onrecord.people.roles import Right


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
        path("moderation/proposal/<int:pk>/", proposals.proposal, name="moderation_proposal"),
        path("moderation/proposal/<int:pk>/sign/", proposals.sign, name="moderation_sign"),
        path("moderation/proposal/<int:pk>/decline/", proposals.decline, name="moderation_decline"),
        path("moderation/proposal/<int:pk>/withdraw/", proposals.withdraw, name="moderation_withdraw"),
        path("moderation/report/<int:pk>/sender/", cases.sender, name="moderation_sender"),
        path("moderation/appeals/", appeals.appeals, name="moderation_appeals"),
        path("moderation/appeal/<int:pk>/", appeals.appeal, name="moderation_appeal"),
        path("moderation/appeal/<int:pk>/take/", appeals.take, name="moderation_take"),
        path("moderation/appeal/<int:pk>/assign/", appeals.assign, name="moderation_assign"),
        path("moderation/appeal/<int:pk>/return/", appeals.give_back, name="moderation_give_back"),
        path("moderation/appeal/<int:pk>/ask/", appeals.ask, name="moderation_ask"),
        path("moderation/appeal/<int:pk>/sender/", appeals.appellant, name="moderation_appellant"),
        path("moderation/appeal/<int:pk>/refuse/", appeals.refuse, name="moderation_refuse"),
        path("moderation/attachment/<int:pk>/", appeals.attachment, name="moderation_attachment"),
        path("moderation/samples/", samples.samples, name="moderation_samples"),
        path("moderation/recheck/<int:pk>/", samples.recheck, name="moderation_recheck"),
        path("moderation/recheck/<int:pk>/put-right/", samples.put_right, name="moderation_put_right"),
        path("moderation/<int:pk>/files/<int:place>/", files.item_file, name="moderation_item_file"),
        path("moderation/rules/", rules.rules, name="moderation_rules"),
        path("moderation/rules/publish/", rules.publish, name="moderation_publish_rules"),
        path("moderation/settings/", settings.settings, name="moderation_settings"),
        path("moderation/flaggers/add/", settings.add_flagger, name="moderation_add_flagger"),
        path("moderation/flaggers/<int:pk>/end/", settings.end_flagger, name="moderation_end_flagger"),
        path("moderation/outside/", outside.outside, name="moderation_outside"),
        path("moderation/outside/order/", outside.order, name="moderation_order"),
        path("moderation/outside/order/<int:pk>/", outside.follow_order, name="moderation_order_follow"),
        path("moderation/outside/dispute/", outside.dispute, name="moderation_dispute"),
        path("moderation/outside/dispute/<int:pk>/", outside.outcome, name="moderation_dispute_outcome"),
        *filing.addresses(),
        *platforms.addresses(),
    ]


class ModerationMenu(SubmenuMenuItem):  # type: ignore[misc]  # as above
    """Shown where one of its entries is."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(self.menu.menu_items_for_request(request))


@hooks.register("register_moderation_menu_item")  # type: ignore[untyped-decorator]
def queue_item() -> MenuItem:
    """Lead to the queue."""
    return menu.entry(_("Cases"), "moderation_queue", Right.MODERATE, icon="clipboard-list", order=100)


@hooks.register("register_moderation_menu_item")  # type: ignore[untyped-decorator]
def appeals_item() -> MenuItem:
    """Lead to the appeals."""
    rights = (Right.HEAR_APPEALS, Right.HEAR_ASSIGNED, Right.ADMINISTER)
    return menu.entry(_("Appeals"), "moderation_appeals", *rights, icon="history", order=200)


@hooks.register("register_moderation_menu_item")  # type: ignore[untyped-decorator]
def samples_item() -> MenuItem:
    """Lead to what is examined again."""
    return menu.entry(
        _("Examined again"),
        "moderation_samples",
        Right.MODERATE,
        Right.HEAR_APPEALS,
        icon="rotate",
        order=250,
    )


@hooks.register("register_moderation_menu_item")  # type: ignore[untyped-decorator]
def rules_item() -> MenuItem:
    """Lead to the rules."""
    return menu.entry(
        _("Rules"), "moderation_rules", Right.MODERATE, Right.APPROVE, icon="list-ol", order=300
    )


@hooks.register("register_moderation_menu_item")  # type: ignore[untyped-decorator]
def settings_item() -> MenuItem:
    """Lead to duties and deadlines."""
    return menu.entry(_("Deadlines"), "moderation_settings", Right.ADMINISTER, icon="cog", order=400)


@hooks.register("register_moderation_menu_item")  # type: ignore[untyped-decorator]
def filing_item() -> MenuItem:
    """Lead to what is filed."""
    return menu.entry(_("Filing"), "moderation_filing", Right.ADMINISTER, icon="doc-full", order=500)


@hooks.register("register_moderation_menu_item")  # type: ignore[untyped-decorator]
def outside_item() -> MenuItem:
    """Lead to orders of authorities and disputes elsewhere."""
    return menu.entry(
        _("Orders and disputes"), "moderation_outside", Right.ADMINISTER, icon="mail", order=550
    )


@hooks.register("register_moderation_menu_item")  # type: ignore[untyped-decorator]
def platforms_item() -> MenuItem:
    """Lead to who else uses this."""
    return menu.entry(_("Other platforms"), "moderation_platforms", Right.ADMINISTER, icon="site", order=600)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def moderation_menu() -> MenuItem:
    """Open what there is for moderation."""
    entries = Menu(register_hook_name="register_moderation_menu_item")
    return ModerationMenu(_("Moderation"), entries, name="moderation", icon_name="warning", order=700)
