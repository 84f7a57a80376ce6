# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0008_seals_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(
                        help_text="Of the one edition; empty for the whole statement with its translations.",
                        null=True,
                    ),
                ),
                (
                    "path",
                    models.CharField(help_text="The address that answers “gone” afterwards.", max_length=160),
                ),
                ("ground", models.CharField(max_length=500, verbose_name="reason")),
                ("legal_ground", models.CharField(blank=True, max_length=200, verbose_name="legal ground")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waits for confirmation"),
                            ("dropped", "Not confirmed"),
                            ("confirmed", "Is being carried out"),
                            ("done", "Carried out"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "document_path",
                    models.CharField(blank=True, help_text="Of the erase edition.", max_length=200),
                ),
                ("leaf_index", models.BigIntegerField(help_text="Of the erase edition.", null=True)),
                ("leaves", models.JSONField(default=list, help_text="The erased leaves.")),
                ("keys", models.JSONField(default=list, help_text="Pages to bake again: family, key.")),
                (
                    "files",
                    models.JSONField(default=list, help_text="SHA-256 of files that may be unused now."),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="erasures",
                        to="statements.statement",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=160, unique=True)),
                ("language", models.CharField(max_length=20)),
                (
                    "erasure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tombstones",
                        to="statements.erasure",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["proposed", "confirmed"])),
                fields=("statement",),
                name="statements_erasure_one_open",
            ),
        ),
    ]
