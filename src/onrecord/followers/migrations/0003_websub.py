# SPDX-License-Identifier: Apache-2.0
"""WebSub: which feeds are posted to whom, and what is asked of the hub."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followers", "0002_webhooks"),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("subscribe", "Subscribe"),
                            ("unsubscribe", "Unsubscribe"),
                            ("denied", "Denied"),
                        ],
                        max_length=12,
                    ),
                ),
                ("path", models.CharField(max_length=300)),
                ("callback", models.CharField(max_length=500)),
                ("host", models.CharField(max_length=255)),
                ("secret", models.CharField(blank=True, max_length=500)),
                ("lease_seconds", models.PositiveIntegerField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [models.Index(fields=["host"], name="followers_request_host")],
                "constraints": [
                    models.UniqueConstraint(fields=("path", "callback"), name="followers_request_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedSubscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(help_text="Of the feed, as /fr/atom.xml.", max_length=300)),
                ("callback", models.CharField(max_length=500)),
                (
                    "host",
                    models.CharField(
                        help_text="Of the callback, with the port if it is not the usual.", max_length=255
                    ),
                ),
                (
                    "secret",
                    models.CharField(blank=True, help_text="Sealed under keys/websub.key.", max_length=500),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("verified_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("lease_until", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["path", "lease_until"], name="followers_feed_audience"),
                    models.Index(fields=["host"], name="followers_feed_host"),
                    models.Index(fields=["lease_until"], name="followers_feed_lease"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("path", "callback"), name="followers_feed_once")
                ],
            },
        ),
    ]
