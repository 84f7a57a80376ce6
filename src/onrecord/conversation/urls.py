# SPDX-License-Identifier: Apache-2.0
from django.urls import path

from onrecord.conversation.views import mine, sending

urlpatterns = [
    path("comments/send", sending.send, name="comments_send"),
    path("comments/<int:pk>", sending.find, name="comments_find"),
    path("comments/<int:pk>/answer", sending.answer, name="comments_answer"),
    path("comments/mine/<str:secret>/", mine.mine, name="comments_mine"),
    path("comments/mine/<str:secret>/edit/<int:pk>", mine.edit, name="comments_edit"),
    path("comments/mine/<str:secret>/replies", mine.replies, name="comments_replies"),
    path("comments/mine/<str:secret>/data.json", mine.data, name="comments_data"),
]
