# SPDX-License-Identifier: Apache-2.0
from django.urls import path

from onrecord.followers import views
from onrecord.followers.websub.views import hub

urlpatterns = [
    path("websub/", hub, name="websub"),
    path("following/ask", views.ask, name="following_ask"),
    path("following/<str:secret>/", views.following, name="following"),
    path("following/<str:secret>/unsubscribe", views.unsubscribe, name="following_unsubscribe"),
    path("following/<str:secret>/data.json", views.data, name="following_data"),
]
