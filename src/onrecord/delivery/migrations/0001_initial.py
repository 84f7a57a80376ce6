# SPDX-License-Identifier: Apache-2.0
"""The ledger: distributions, deliveries, and what is known of hosts and addresses."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Suppression",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "address_hash",
                    models.CharField(help_text="HMAC-SHA-256, hexadecimal.", max_length=64, unique=True),
                ),
                ("reason", models.CharField(max_length=20)),
                ("evidence", models.TextField(blank=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Distribution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("transport", models.CharField(max_length=40)),
                (
                    "object_key",
                    models.CharField(help_text="What it is about, as statement/12.", max_length=200),
                ),
                (
                    "version",
                    models.PositiveIntegerField(help_text="A later one replaces what is still pending."),
                ),
                ("purpose", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=300)),
                (
                    "lane",
                    models.CharField(
                        choices=[
                            ("a-transactional", "At once: what somebody is waiting for"),
                            ("b-bulk", "In bulk"),
                        ],
                        default="b-bulk",
                        max_length=20,
                    ),
                ),
                ("body", models.JSONField(help_text="What the transport needs to write the message.")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Going out"),
                            ("paused", "Paused"),
                            ("waiting", "Late: waits for a person"),
                            ("cancelled", "Cancelled"),
                            ("done", "Done"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("release_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "started_at",
                    models.DateTimeField(help_text="When the first delivery was claimed.", null=True),
                ),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["transport", "lane", "release_at", "id"],
                        name="delivery_distribution_open",
                    ),
                    models.Index(
                        fields=["object_key", "transport", "version"], name="delivery_distribution_of"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("transport", "object_key", "version", "purpose"),
                        name="delivery_distribution_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Route",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("transport", models.CharField(max_length=40)),
                ("name", models.CharField(help_text="Host, or relay.", max_length=255)),
                (
                    "failures",
                    models.PositiveIntegerField(default=0, help_text="In a row; none after any success."),
                ),
                ("failing_since", models.DateTimeField(null=True)),
                ("closed_until", models.DateTimeField(help_text="Nothing is tried before.", null=True)),
                ("last_reply", models.CharField(blank=True, max_length=500)),
                ("last_success_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("transport", "name"), name="delivery_route_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "recipient_key",
                    models.CharField(help_text="Its owner's name for it: subscription/17.", max_length=100),
                ),
                ("recipient", models.CharField(help_text="The address.", max_length=500)),
                (
                    "destination",
                    models.CharField(help_text="The host or domain of the address.", max_length=255),
                ),
                ("data", models.JSONField(default=dict, help_text="What is different for each recipient.")),
                ("message_id", models.CharField(help_text="The same at every attempt.", max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("in_flight", "On its way"),
                            ("accepted", "Accepted"),
                            ("deferred", "Tried, to be tried again"),
                            ("failed", "Failed"),
                            ("bounced", "Bounced"),
                            ("complained", "Complained about"),
                            ("suppressed", "Not sent: the address wants nothing"),
                            ("unknown", "Unknown"),
                            ("cancelled", "Cancelled"),
                            ("superseded", "Replaced by a newer edition"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("lease_until", models.DateTimeField(null=True)),
                ("lease_by", models.CharField(blank=True, max_length=60)),
                (
                    "reply",
                    models.CharField(blank=True, help_text="What the other side said last.", max_length=500),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "distribution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="delivery.distribution",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "deferred"])),
                        fields=["distribution", "due_at", "id"],
                        name="delivery_pending",
                    ),
                    models.Index(
                        condition=models.Q(("state", "in_flight")),
                        fields=["lease_until"],
                        name="delivery_in_flight",
                    ),
                    models.Index(fields=["distribution", "state"], name="delivery_by_state"),
                    models.Index(fields=["recipient", "id"], name="delivery_to"),
                    models.Index(fields=["message_id"], name="delivery_message"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("distribution", "recipient_key"), name="delivery_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_until__isnull", False), ("state", "in_flight")),
                            models.Q(
                                models.Q(("state", "in_flight"), _negated=True), ("lease_until__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="delivery_in_flight_has_a_lease",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("destination", models.CharField(max_length=255)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("in_flight", "On its way"),
                            ("accepted", "Accepted"),
                            ("deferred", "Tried, to be tried again"),
                            ("failed", "Failed"),
                            ("bounced", "Bounced"),
                            ("complained", "Complained about"),
                            ("suppressed", "Not sent: the address wants nothing"),
                            ("unknown", "Unknown"),
                            ("cancelled", "Cancelled"),
                            ("superseded", "Replaced by a newer edition"),
                        ],
                        max_length=12,
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                (
                    "distribution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tallies",
                        to="delivery.distribution",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("distribution", "destination", "state"), name="delivery_tally_once"
                    )
                ],
            },
        ),
    ]
