# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "onrecord.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"
