# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class FederationConfig(AppConfig):
    """The fediverse."""

    name = "onrecord.federation"
    default_auto_field = "django.db.models.BigAutoField"
