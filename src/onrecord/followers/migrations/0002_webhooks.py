# SPDX-License-Identifier: Apache-2.0
"""Webhooks: who is told of editions by machine."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followers", "0001_initial"),
        ("statements", "0011_erasures_by_nobody"),
    ]

    operations = [
        migrations.CreateModel(
            name="Endpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("url", models.CharField(max_length=500, verbose_name="address")),
                (
                    "host",
                    models.CharField(help_text="Host, and port if it is not the usual one.", max_length=255),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("gone", "Paused: it answered that it is gone"),
                        ],
                        default="active",
                        max_length=8,
                    ),
                ),
                ("languages", models.JSONField(default=list, help_text="Codes; none: all languages.")),
                ("all_topics", models.BooleanField(default=True)),
                ("number", models.CharField(help_text="What the secret is derived from.", max_length=64)),
                (
                    "earlier_number",
                    models.CharField(blank=True, help_text="Signed with too, for a while.", max_length=64),
                ),
                ("earlier_until", models.DateTimeField(null=True)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("active_since", models.DateTimeField(default=django.utils.timezone.now)),
                ("tests", models.PositiveIntegerField(default=0, help_text="Test deliveries so far.")),
                (
                    "failing_since",
                    models.DateTimeField(help_text="Since when nothing was accepted.", null=True),
                ),
                ("last_answer", models.CharField(blank=True, max_length=500)),
                ("topics", models.ManyToManyField(blank=True, related_name="+", to="statements.topic")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("earlier_number", ""), ("earlier_until__isnull", True)),
                            models.Q(
                                models.Q(("earlier_number", ""), _negated=True),
                                ("earlier_until__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="followers_endpoint_earlier_until",
                    )
                ],
            },
        ),
    ]
