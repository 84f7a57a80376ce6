# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """What the newsroom chooses about the fediverse."""

    dependencies: ClassVar = [("federation", "0040_taken_up")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "quoters",
                    models.CharField(
                        choices=[
                            ("anyone", "Anyone"),
                            ("followers", "Followers of the newsroom alone"),
                            ("nobody", "Nobody"),
                        ],
                        default="anyone",
                        max_length=12,
                        verbose_name="who may quote statements",
                    ),
                ),
                (
                    "public_blocks",
                    models.BooleanField(
                        default=True, verbose_name="publish which servers are blocked, and why"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="federation_policy_only_one")
                ],
            },
        ),
    ]
