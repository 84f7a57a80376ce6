# SPDX-License-Identifier: Apache-2.0
"""How many followers there were on each day, without their names."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followers", "0003_websub"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(help_text="By the newsroom's clock.")),
                (
                    "language",
                    models.CharField(blank=True, help_text="Empty: whatever they read.", max_length=20),
                ),
                (
                    "topic",
                    models.CharField(
                        blank=True, help_text="Its address. Empty: whatever they chose.", max_length=100
                    ),
                ),
                ("joined", models.PositiveIntegerField(default=0)),
                ("ended", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(help_text="At the end of the day.", null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("language", "topic", "day"), name="followers_day_count_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language", ""), ("topic", ""), _connector="OR"),
                        name="followers_day_count_of_one_kind",
                    ),
                ],
            },
        ),
    ]
