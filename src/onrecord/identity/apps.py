# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig
from django.core.checks import Tags, register


class IdentityConfig(AppConfig):
    name = "onrecord.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let `onrecord check` look at what was found last. Only on request: it reads the database."""
        from onrecord.identity import checks

        register(checks.check, Tags.database, deploy=True)
