# SPDX-License-Identifier: Apache-2.0

import django.utils.timezone
from django.db import migrations, models

from onrecord.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [("journal", "0001_initial"), ("journal", "0002_failed_reactions")]

    initial = True

    dependencies = [
        ("people", "0002_groups"),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("event", models.CharField(max_length=80)),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("actor_id", models.BigIntegerField(null=True)),
                        ("actor_name", models.CharField(max_length=200)),
                        ("subject", models.CharField(max_length=200)),
                        ("data", models.JSONField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["subject", "id"], name="journal_entry_subject"),
                            models.Index(fields=["event", "id"], name="journal_entry_event"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reaction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("entry_id", models.BigIntegerField()),
                        ("name", models.CharField(max_length=120)),
                        ("state", models.CharField(default="waiting", max_length=10)),
                        ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("last_error", models.TextField(blank=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["waiting", "running"])),
                                fields=["due_at"],
                                name="journal_reaction_open",
                            ),
                            models.Index(
                                condition=models.Q(("state", "failed")),
                                fields=["id"],
                                name="journal_reaction_failed",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("entry_id", "name"), name="journal_reaction_once")
                        ],
                    },
                ),
            ],
        ),
    ]
