# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class ConversationConfig(AppConfig):
    """Conversation."""

    name = "onrecord.conversation"
    default_auto_field = "django.db.models.BigAutoField"
