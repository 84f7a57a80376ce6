# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class FollowersConfig(AppConfig):
    """Followers."""

    name = "onrecord.followers"
    default_auto_field = "django.db.models.BigAutoField"
