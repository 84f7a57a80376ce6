# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """How many follow, by server and day by day."""

    dependencies: ClassVar = [("federation", "0021_why_blocks_were_lifted")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="follow",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False)),
                fields=["actor", "ended_at"],
                name="federation_follow_ended",
            ),
        ),
        migrations.CreateModel(
            name="FollowDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(help_text="By the newsroom's clock.")),
                ("joined", models.PositiveIntegerField()),
                ("ended", models.PositiveIntegerField()),
                ("total", models.PositiveIntegerField()),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="federation.actor"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("actor", "day"), name="federation_follow_day_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="HostCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("followers", models.PositiveIntegerField()),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="federation.actor",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="counts",
                        to="federation.remotehost",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("actor__isnull", False)),
                        fields=("actor", "host"),
                        name="federation_host_count_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("actor", None)),
                        fields=("host",),
                        name="federation_host_count_all_once",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["actor", "-followers", "host"], name="federation_host_count_most")
                ],
            },
        ),
        migrations.CreateModel(
            name="LastCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(help_text="Who came or went before is counted.")),
                ("whole_at", models.DateTimeField(help_text="When every server was counted.")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="federation_last_count_only_one"
                    )
                ],
            },
        ),
    ]
