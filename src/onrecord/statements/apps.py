# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class StatementsConfig(AppConfig):
    name = "onrecord.statements"
    label = "statements"
    default_auto_field = "django.db.models.BigAutoField"
