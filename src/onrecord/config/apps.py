# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Connects what the wiring says, once all tables are known."""

    name = "onrecord.config"
    label = "config"

    def ready(self) -> None:
        from onrecord import wiring
        from onrecord.config import checks  # noqa: F401 - registers the system checks

        wiring.connect()
