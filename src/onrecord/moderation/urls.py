# SPDX-License-Identifier: Apache-2.0
from django.urls import path

from onrecord.moderation.platforms import views as api
from onrecord.moderation.views import notices, reporting

urlpatterns = [
    path("api/moderation/v1/openapi.json", api.description, name="moderation_api"),
    path("api/moderation/v1/items", api.items_view, name="moderation_api_items"),
    path("api/moderation/v1/items/<str:key>", api.item_view, name="moderation_api_item"),
    path("api/moderation/v1/reports", api.reports_view, name="moderation_api_reports"),
    path("api/moderation/v1/decisions", api.decisions_view, name="moderation_api_decisions"),
    path("api/moderation/v1/decisions/<str:number>", api.decision_view, name="moderation_api_decision"),
    path("api/moderation/v1/signatures", api.signatures_view, name="moderation_api_signatures"),
    path("api/moderation/v1/proposals/<str:number>", api.proposal_view, name="moderation_api_proposal"),
    path("report", reporting.report, name="report"),
    path("report/<str:secret>/", reporting.status, name="report_status"),
    path("notice/<str:secret>/proof", notices.proof, name="notice_proof"),
    path("notice/<str:secret>/", notices.notice, name="notice"),
]
