# SPDX-License-Identifier: Apache-2.0
"""Every address that is answered by the program itself; all others are baked files."""

from django.urls import URLPattern, URLResolver, include, path
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("onrecord.people.urls")),
    path("", include("onrecord.identity.urls")),
    path("", include("onrecord.record.urls")),
    path("", include("onrecord.statements.urls")),
    path("", include("onrecord.delivery.urls")),
    path("", include("onrecord.conversation.urls")),
    path("", include("onrecord.followers.urls")),
    path("", include("onrecord.press.urls")),
    path("", include("onrecord.moderation.urls")),
    path("", include("onrecord.federation.urls")),
    path("accounts/", include("allauth.urls")),
    path("desk/", include("onrecord.desk.urls")),
    path("desk/", include(wagtailadmin_urls)),
]

handler500 = "onrecord.config.failing.server_error"
