# SPDX-License-Identifier: Apache-2.0
"""What strangers ask the program itself. Included at the root."""

from django.urls import path

from onrecord.identity import views, webfinger

urlpatterns = [path(webfinger.PATH.lstrip("/"), views.webfinger, name="webfinger")]
