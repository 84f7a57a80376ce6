# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from onrecord.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("followers", "0001_initial"),
        ("followers", "0002_webhooks"),
        ("followers", "0003_websub"),
        ("followers", "0004_day_counts"),
    ]

    initial = True

    dependencies = [
        ("people", "0002_groups"),
        ("statements", "0001_tables"),
    ]

    operations = [
        CreateTables(
            models=[
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
                            models.CharField(
                                help_text="Host, and port if it is not the usual one.", max_length=255
                            ),
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
                        (
                            "languages",
                            models.JSONField(default=list, help_text="Codes; none: all languages."),
                        ),
                        ("all_topics", models.BooleanField(default=True)),
                        (
                            "number",
                            models.CharField(help_text="What the secret is derived from.", max_length=64),
                        ),
                        (
                            "earlier_number",
                            models.CharField(
                                blank=True, help_text="Signed with too, for a while.", max_length=64
                            ),
                        ),
                        ("earlier_until", models.DateTimeField(null=True)),
                        ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("active_since", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "tests",
                            models.PositiveIntegerField(default=0, help_text="Test deliveries so far."),
                        ),
                        (
                            "failing_since",
                            models.DateTimeField(help_text="Since when nothing was accepted.", null=True),
                        ),
                        ("last_answer", models.CharField(blank=True, max_length=500)),
                        (
                            "topics",
                            models.ManyToManyField(blank=True, related_name="+", to="statements.topic"),
                        ),
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
                                help_text="Of the callback, with the port if it is not the usual.",
                                max_length=255,
                            ),
                        ),
                        (
                            "secret",
                            models.CharField(
                                blank=True, help_text="Sealed under keys/websub.key.", max_length=500
                            ),
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
                            models.UniqueConstraint(
                                fields=("path", "callback"), name="followers_request_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Subscription",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="subscriptions",
                                to="people.contact",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("unconfirmed", "Not confirmed yet"),
                                    ("confirmed", "Confirmed"),
                                    ("ended", "Ended"),
                                ],
                                default="unconfirmed",
                                max_length=12,
                            ),
                        ),
                        (
                            "frequency",
                            models.CharField(
                                choices=[
                                    ("each", "Each statement, at once"),
                                    ("daily", "Once a day, together"),
                                    ("weekly", "Once a week, together"),
                                ],
                                default="each",
                                max_length=8,
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                help_text="In which mails about the subscription are written.", max_length=20
                            ),
                        ),
                        ("all_topics", models.BooleanField(default=True)),
                        (
                            "source",
                            models.CharField(
                                choices=[("form", "Form on the site"), ("import", "Imported list")],
                                default="form",
                                max_length=8,
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                blank=True, help_text="Of an imported one: which list.", max_length=200
                            ),
                        ),
                        ("legal_basis", models.CharField(blank=True, max_length=200)),
                        (
                            "door_number",
                            models.CharField(
                                help_text="What the secret of links is derived from.", max_length=64
                            ),
                        ),
                        ("door_hash", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("confirmed_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("request", "Asked by the follower"),
                                    ("one_click", "Asked through the mail program"),
                                    ("staff", "Ended by staff"),
                                    ("hard_bounce", "The address does not exist"),
                                    ("complaint", "Reported as unwanted"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "mailed_at",
                            models.DateTimeField(
                                help_text="Last mail about the subscription itself.", null=True
                            ),
                        ),
                        (
                            "mails",
                            models.PositiveIntegerField(default=0, help_text="How many of those there were."),
                        ),
                        (
                            "topics",
                            models.ManyToManyField(blank=True, related_name="+", to="statements.topic"),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["state", "frequency", "id"], name="followers_audience")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "ended"), _negated=True),
                                fields=("contact",),
                                name="followers_subscription_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", False), ("state", "ended")),
                                    models.Q(
                                        models.Q(("state", "ended"), _negated=True),
                                        ("ended_at__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="followers_subscription_ended_when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SubscriptionLanguage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="languages",
                                to="followers.subscription",
                            ),
                        ),
                        ("language", models.CharField(max_length=20)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("subscription", "language"), name="followers_language_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Digest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "frequency",
                            models.CharField(
                                choices=[
                                    ("each", "Each statement, at once"),
                                    ("daily", "Once a day, together"),
                                    ("weekly", "Once a week, together"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("since", models.DateTimeField()),
                        ("until", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("frequency", "until"), name="followers_digest_once"
                            )
                        ],
                    },
                ),
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
                            models.CharField(
                                blank=True, help_text="Empty: whatever they read.", max_length=20
                            ),
                        ),
                        (
                            "topic",
                            models.CharField(
                                blank=True,
                                help_text="Its address. Empty: whatever they chose.",
                                max_length=100,
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
            ],
        ),
    ]
