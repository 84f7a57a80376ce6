# SPDX-License-Identifier: Apache-2.0
from django.urls import path

from onrecord.press.wire import views as wire

urlpatterns = [
    path("wire/feed", wire.feed, name="wire_feed"),
    path("wire/items/<int:number>", wire.item, name="wire_item"),
]
