# SPDX-License-Identifier: Apache-2.0
from django.urls import path

from onrecord.moderation.views import notices, reporting

urlpatterns = [
    path("report", reporting.report, name="report"),
    path("report/<str:secret>/", reporting.status, name="report_status"),
    path("notice/<str:secret>/", notices.notice, name="notice"),
]
