# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class BakeryConfig(AppConfig):
    name = "onrecord.bakery"
    label = "bakery"
    default_auto_field = "django.db.models.BigAutoField"
