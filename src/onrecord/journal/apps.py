# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "onrecord.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"
