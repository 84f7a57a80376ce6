# SPDX-License-Identifier: Apache-2.0
"""What came back by mail: bounces, complaints, answers."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0001_initial"),
    ]

    operations = [
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
                    models.CharField(help_text="SHA-256 of it: it counts once.", max_length=64, unique=True),
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
                    models.CharField(blank=True, help_text="As RFC 3463 has it: 5.1.1.", max_length=12),
                ),
                ("diagnostic", models.CharField(blank=True, help_text="Without addresses.", max_length=400)),
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
                    models.CharField(blank=True, help_text="Whom it is about; HMAC-SHA-256.", max_length=64),
                ),
                (
                    "taken",
                    models.BooleanField(default=False, help_text="Whether somebody here takes care of it."),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["address_hash", "kind", "at"], name="delivery_return_about")
                ],
            },
        ),
    ]
