# SPDX-License-Identifier: Apache-2.0
"""The screens about the press at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from onrecord.people import menu
from onrecord.people.roles import Right
from onrecord.press.accreditation import desk as accreditation
from onrecord.press.coverage import desk as coverage
from onrecord.press.desk import imports, lists, people
from onrecord.press.distributions import addresses as distributions
from onrecord.press.inquiries.desk import board, one
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
        path("press/", people.journalists, name="press"),
        path("press/add/", people.add_journalist, name="press_journalist_add"),
        path("press/notice/", people.give_notice, name="press_notice"),
        path("press/duplicates/", people.duplicates, name="press_duplicates"),
        path("press/<int:pk>/", people.journalist, name="press_journalist"),
        path("press/<int:pk>/<slug:deed>/", people.act, name="press_journalist_act"),
        path("press/outlets/", people.outlets, name="press_outlets"),
        path("press/outlets/add/", people.add_outlet, name="press_outlet_add"),
        path("press/outlets/<int:pk>/", people.outlet, name="press_outlet"),
        path("press/lists/", lists.lists, name="press_lists"),
        path("press/lists/<int:pk>/", lists.media_list, name="press_list"),
        path("press/lists/<int:pk>/<slug:deed>/", lists.change_list, name="press_list_act"),
        path("accreditation/", accreditation.accredited, name="accreditation"),
        path("accreditation/export/", accreditation.export, name="accreditation_export"),
        path("accreditation/<int:pk>/", accreditation.application, name="accreditation_one"),
        path("coverage/", coverage.coverage, name="coverage"),
        path("coverage/add/", coverage.add, name="coverage_add"),
        path("coverage/figures/", coverage.over_time, name="coverage_figures"),
        path("coverage/export/", coverage.export, name="coverage_export"),
        path("coverage/settings/", coverage.settings, name="coverage_settings"),
        path("coverage/copies/<int:pk>/", coverage.evidence, name="coverage_evidence"),
        path("coverage/<int:pk>/", coverage.one, name="coverage_one"),
        path("coverage/<int:pk>/<slug:deed>/", coverage.act, name="coverage_act"),
        path("press/lists/<int:pk>/export.csv", lists.export, name="press_list_export"),
        *distributions.addresses(),
        path("press/imports/", imports.imports, name="press_imports"),
        path("press/imports/<int:pk>/", imports.one_import, name="press_import"),
        path("press/imports/<int:pk>/start/", imports.start, name="press_import_start"),
        path("inquiries/", board.inquiries, name="inquiries"),
        path("inquiries/add/", board.add, name="inquiry_add"),
        path("inquiries/answers/", board.answers, name="inquiry_answers"),
        path("inquiries/answers/<int:pk>/", board.mark, name="inquiry_mark"),
        path("inquiries/settings/", board.settings, name="inquiry_settings"),
        path("inquiries/<int:pk>/", one.inquiry, name="inquiry"),
        path("inquiries/<int:pk>/files/<int:number>/", one.file, name="inquiry_file"),
        path("inquiries/<int:pk>/<slug:deed>/", one.act, name="inquiry_act"),
    ]


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def wire_menu() -> MenuItem:
    """Lead to the outlets that receive by machine."""
    return menu.entry(_("Wire"), "destinations", Right.WRITE, Right.ADMINISTER, icon="order", order=615)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def press_menu() -> MenuItem:
    """Lead to the press list."""
    return menu.entry(_("Press"), "press", Right.WRITE, icon="group", order=590)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def inquiries_menu() -> MenuItem:
    """Lead to what journalists ask."""
    return menu.entry(_("Inquiries"), "inquiries", Right.WRITE, icon="help", order=580)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def accreditation_menu() -> MenuItem:
    """Lead to the list of the accredited."""
    label = _("Accreditation")
    return menu.entry(label, "accreditation", Right.WRITE, Right.MODERATE, icon="user", order=592)
