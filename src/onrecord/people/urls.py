# SPDX-License-Identifier: Apache-2.0
"""The pages before the desk. Included at the root, before the sign-in library's own addresses."""

from django.urls import path, re_path

from onrecord.people import views
from onrecord.people.strangers import views as strangers

CLOSED = (
    "signup/",
    "email/",
    "confirm-email/",
    "password/set/",
    "password/reset/done/",
    "password/reset/key/done/",
    "login/code/confirm/",
)
"""What the sign-in library offers and this newsroom does not: open sign-up, and what needs e-mail."""

urlpatterns = [
    path("", views.not_set_up, name="people_not_set_up"),
    path("forms/ticket", strangers.ticket, name="people_form_ticket"),
    path("setup/<str:token>/", views.setup, name="people_setup"),
    path("setup/<str:token>/<slug:step>/", views.setup, name="people_setup_step"),
    path("invitation/<str:token>/", views.invitation, name="people_invitation"),
    path("accounts/look.css", views.look, name="people_look"),
    path("accounts/password/reset/", views.password_help, name="people_password_help"),
    path("accounts/sessions/<int:pk>/end/", views.end_session, name="people_end_session"),
    *(path(f"accounts/{address}", views.closed) for address in CLOSED),
    re_path(r"^accounts/confirm-email/.+$", views.closed),
    re_path(r"^accounts/password/reset/key/.+$", views.closed),
]
