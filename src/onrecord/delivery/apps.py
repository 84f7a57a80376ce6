# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "onrecord.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"
