# SPDX-License-Identifier: Apache-2.0
from django.urls import path

from onrecord.press import views
from onrecord.press.accreditation import views as accreditation
from onrecord.press.coverage import views as coverage
from onrecord.press.embargoes import views as embargoes
from onrecord.press.inquiries import views as inquiries
from onrecord.press.wire import views as wire

urlpatterns = [
    path("accredit/", accreditation.form, name="accredit"),
    path("accredit/mine/<str:secret>/", accreditation.mine, name="accredit_mine"),
    path("accredit/card/<str:secret>/", accreditation.card, name="accredit_card"),
    path("webmention", coverage.endpoint, name="webmention"),
    path("webmention/<str:number>", coverage.status, name="webmention_status"),
    path("wire/feed", wire.feed, name="wire_feed"),
    path("wire/items/<int:number>", wire.item, name="wire_item"),
    path("press-list/embargo/<str:secret>/", embargoes.early, name="press_early"),
    path("press-list/embargo/<str:secret>/files.zip", embargoes.archive, name="press_early_archive"),
    path("press-list/embargo/<str:secret>/<str:sha256>/", embargoes.file, name="press_early_file"),
    path("press-list/<str:secret>/", views.own_page, name="press_own"),
    path("press-list/<str:secret>/unsubscribe", views.unsubscribe, name="press_unsubscribe"),
    path("press-list/<str:secret>/data.json", views.data, name="press_data"),
    path("inquiries/", inquiries.ask, name="inquiry_ask"),
    path("inquiries/<str:secret>/", inquiries.own_page, name="inquiry_own"),
    path("inquiries/<str:secret>/data.json", inquiries.data, name="inquiry_data"),
]
