# SPDX-License-Identifier: Apache-2.0
"""The desk's own addresses. Included before Wagtail's, whose screens at the same addresses they replace."""

from django.urls import path

from onrecord.desk import views

urlpatterns = [
    path("", views.home, name="desk_home"),
    path("account/", views.preferences, name="desk_preferences"),
    path("media/<path:path>", views.media, name="desk_media"),
    path("choose-page/", views.link_chooser, name="desk_link_chooser"),
]
