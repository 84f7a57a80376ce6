# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from onrecord.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("delivery", "0001_initial"),
        ("delivery", "0002_what_came_back"),
        ("delivery", "0003_counts_by_host"),
        ("delivery", "0004_paces"),
        ("delivery", "0040_slow_routes"),
    ]

    initial = True

    dependencies = [
        ("people", "0002_groups"),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="Return",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "digest",
                            models.CharField(
                                help_text="SHA-256 of it: it counts once.", max_length=64, unique=True
                            ),
                        ),
                        ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                        (
                            "door",
                            models.CharField(
                                help_text="How it came in: mailbox, lmtp, pipe, or a service.", max_length=20
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        (
                            "status",
                            models.CharField(
                                blank=True, help_text="As RFC 3463 has it: 5.1.1.", max_length=12
                            ),
                        ),
                        (
                            "diagnostic",
                            models.CharField(blank=True, help_text="Without addresses.", max_length=400),
                        ),
                        (
                            "delivery_number",
                            models.BigIntegerField(
                                db_index=True,
                                help_text="Which one it is about; its row may be gone before this one.",
                                null=True,
                            ),
                        ),
                        (
                            "address_hash",
                            models.CharField(
                                blank=True, help_text="Whom it is about; HMAC-SHA-256.", max_length=64
                            ),
                        ),
                        (
                            "taken",
                            models.BooleanField(
                                default=False, help_text="Whether somebody here takes care of it."
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["address_hash", "kind", "at"], name="delivery_return_about")
                        ],
                    },
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
                            models.PositiveIntegerField(
                                help_text="A later one replaces what is still pending."
                            ),
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
                        (
                            "body",
                            models.JSONField(help_text="What the transport needs to write the message."),
                        ),
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
                    name="Delivery",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "distribution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="delivery.distribution",
                            ),
                        ),
                        (
                            "recipient_key",
                            models.CharField(
                                help_text="Its owner's name for it: subscription/17.", max_length=100
                            ),
                        ),
                        ("recipient", models.CharField(help_text="The address.", max_length=500)),
                        (
                            "destination",
                            models.CharField(help_text="The host or domain of the address.", max_length=255),
                        ),
                        (
                            "data",
                            models.JSONField(default=dict, help_text="What is different for each recipient."),
                        ),
                        (
                            "message_id",
                            models.CharField(help_text="The same at every attempt.", max_length=200),
                        ),
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
                            models.CharField(
                                blank=True, help_text="What the other side said last.", max_length=500
                            ),
                        ),
                        ("settled_at", models.DateTimeField(null=True)),
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
                            models.Index(
                                fields=["distribution", "state", "destination", "id"],
                                name="delivery_by_state_and_host",
                            ),
                            models.Index(fields=["recipient", "id"], name="delivery_to"),
                            models.Index(fields=["message_id"], name="delivery_message"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("distribution", "recipient_key"), name="delivery_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("lease_until__isnull", False), ("state", "in_flight")),
                                    models.Q(
                                        models.Q(("state", "in_flight"), _negated=True),
                                        ("lease_until__isnull", True),
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
                        (
                            "distribution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tallies",
                                to="delivery.distribution",
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
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("distribution", "destination", "state"), name="delivery_tally_once"
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
                            models.PositiveIntegerField(
                                default=0, help_text="In a row; none after any success."
                            ),
                        ),
                        ("failing_since", models.DateTimeField(null=True)),
                        (
                            "closed_until",
                            models.DateTimeField(help_text="Nothing is tried before.", null=True),
                        ),
                        ("last_reply", models.CharField(blank=True, max_length=500)),
                        ("last_success_at", models.DateTimeField(null=True)),
                        (
                            "is_slow",
                            models.BooleanField(
                                default=False, help_text="It takes long to answer; others go first."
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("failures__gt", 0), ("is_slow", True), _connector="OR"),
                                fields=["transport"],
                                name="delivery_route_ailing",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("transport", "name"), name="delivery_route_once")
                        ],
                    },
                ),
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
                            models.CharField(
                                help_text="Relay, or host or domain of addresses.", max_length=255
                            ),
                        ),
                        (
                            "begun_at",
                            models.DateTimeField(
                                default=django.utils.timezone.now,
                                help_text="A new one is warmed up from then on.",
                            ),
                        ),
                        ("counted_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "tokens",
                            models.FloatField(
                                default=1.0, help_text="Messages that might go at that moment."
                            ),
                        ),
                        (
                            "parked_until",
                            models.DateTimeField(
                                default=django.utils.timezone.now,
                                help_text="When the last that waits is due.",
                            ),
                        ),
                        (
                            "put_off",
                            models.PositiveIntegerField(default=0, help_text="Deliveries put off in a row."),
                        ),
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
                            models.CharField(
                                help_text="HMAC-SHA-256, hexadecimal.", max_length=64, unique=True
                            ),
                        ),
                        ("reason", models.CharField(max_length=20)),
                        ("evidence", models.TextField(blank=True)),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
            ],
        ),
    ]
