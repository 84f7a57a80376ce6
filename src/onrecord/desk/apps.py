# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "onrecord.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
