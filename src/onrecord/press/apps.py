# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class PressConfig(AppConfig):
    """The press."""

    name = "onrecord.press"
    default_auto_field = "django.db.models.BigAutoField"
