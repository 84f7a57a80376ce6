# SPDX-License-Identifier: Apache-2.0
"""How fast relays and destinations are served."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0003_counts_by_host"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("transport", models.CharField(max_length=40)),
                (
                    "name",
                    models.CharField(help_text="Relay, or host or domain of addresses.", max_length=255),
                ),
                (
                    "begun_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="A new one is warmed up from then on."
                    ),
                ),
                ("counted_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "tokens",
                    models.FloatField(default=1.0, help_text="Messages that might go at that moment."),
                ),
                (
                    "parked_until",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When the last that waits is due."
                    ),
                ),
                ("put_off", models.PositiveIntegerField(default=0, help_text="Deliveries put off in a row.")),
                (
                    "rests_until",
                    models.DateTimeField(help_text="Nothing in bulk goes there before.", null=True),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("put_off__gt", 0)),
                        fields=["transport"],
                        name="delivery_pace_put_off",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("transport", "name"), name="delivery_pace_once")
                ],
            },
        ),
    ]
