# SPDX-License-Identifier: Apache-2.0
"""Deliveries are counted by state and host, and listed page by page, from one index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0002_what_came_back")]
    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["distribution", "state", "destination", "id"], name="delivery_by_state_and_host"
            ),
        ),
        migrations.RemoveIndex(model_name="delivery", name="delivery_by_state"),
    ]
