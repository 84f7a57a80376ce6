# SPDX-License-Identifier: Apache-2.0
from django.urls import path

from onrecord.statements import verify_views, views

urlpatterns = [
    path("search", views.search, name="search"),
    path("verify", verify_views.verify, name="verify"),
]
