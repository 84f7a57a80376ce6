# SPDX-License-Identifier: Apache-2.0
from django.urls import path

from onrecord.statements import views

urlpatterns = [path("search", views.search, name="search")]
