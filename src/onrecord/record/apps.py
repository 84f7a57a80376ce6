# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig
from django.core.checks import Tags, register


class RecordConfig(AppConfig):
    name = "onrecord.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let `onrecord check` look at the log too. Only on request: it reads keys and tables."""
        from onrecord.record import checks

        register(checks.check, Tags.database, deploy=True)
        register(checks.timestamping, Tags.database, deploy=True)
