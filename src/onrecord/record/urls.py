# SPDX-License-Identifier: Apache-2.0
from django.urls import path

from onrecord.record import views

urlpatterns = [
    path("witness/add-checkpoint", views.add_checkpoint, name="witness_add_checkpoint"),
    path("witness/<str:hashed_origin>/checkpoint", views.checkpoint, name="witness_checkpoint"),
    path("witness/evidence/<str:hashed_origin>/<int:number>.txt", views.evidence, name="witness_evidence"),
]
