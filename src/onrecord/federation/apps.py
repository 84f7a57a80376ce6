# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig
from django.core.checks import Tags, register


class FederationConfig(AppConfig):
    """The fediverse."""

    name = "onrecord.federation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let `onrecord check` say who was left behind. Only on request: it reads the database."""
        from onrecord.federation.checks import left_behind

        register(left_behind.check, Tags.database, deploy=True)
