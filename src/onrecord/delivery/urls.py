# SPDX-License-Identifier: Apache-2.0
from django.urls import path

from onrecord.delivery.transports.anymail import views

urlpatterns = [path("mail/events/<slug:service>", views.events, name="mail_events")]
