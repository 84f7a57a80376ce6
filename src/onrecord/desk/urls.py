# SPDX-License-Identifier: Apache-2.0
"""The desk's own addresses. Included before Wagtail's, whose screens at the same addresses they replace."""

from django.urls import path
from django.views.generic import RedirectView

from onrecord.desk import views

urlpatterns = [
    path("", views.home, name="desk_home"),
    # Wagtail sends strangers here from addresses it does not know.
    path("login/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="desk_login"),
    path("account/", views.preferences, name="desk_preferences"),
    path("media/<path:path>", views.media, name="desk_media"),
    path("choose-page/", views.link_chooser, name="desk_link_chooser"),
]
