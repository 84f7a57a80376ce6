# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the newsroom found when it looked at itself from outside."""

    dependencies: ClassVar = [("federation", "0024_quotes_are_listed")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="SelfCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("problems", models.JSONField(default=list, help_text="Of each error: id and message.")),
                ("failing_since", models.DateTimeField(help_text="Empty: nothing was wrong.", null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="federation_self_check_only_one"
                    )
                ],
            },
        ),
    ]
