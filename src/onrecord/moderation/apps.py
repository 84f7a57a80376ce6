# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """Moderation."""

    name = "onrecord.moderation"
    default_auto_field = "django.db.models.BigAutoField"
