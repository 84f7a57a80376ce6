# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
from django.db import migrations, models

EMPTY_ROOT = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
"""Of the tree without leaves (RFC 6962 section 2.1)."""


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0008_timestamps"),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowedLog",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("origin", models.CharField(max_length=300, unique=True)),
                ("vkeys", models.JSONField(help_text="The keys by which the log may sign.")),
                ("active", models.BooleanField(default=True)),
                ("added_at", models.DateTimeField()),
                ("size", models.BigIntegerField(default=0)),
                ("root", models.BinaryField(default=EMPTY_ROOT, max_length=32)),
                (
                    "checkpoint",
                    models.BinaryField(default=b"", help_text="The newest, with our cosignature."),
                ),
                ("cosigned_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["origin"],
            },
        ),
        migrations.CreateModel(
            name="Witness",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(help_text="The name of its key.", max_length=300, unique=True)),
                ("vkey", models.CharField(max_length=500, unique=True)),
                (
                    "url",
                    models.CharField(
                        help_text="Where add-checkpoint is asked; without a slash.", max_length=500
                    ),
                ),
                (
                    "outside",
                    models.BooleanField(default=True, help_text="Whether another organisation runs it."),
                ),
                ("active", models.BooleanField(default=True)),
                ("added_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=20)),
                ("detail", models.TextField(blank=True, help_text="The last answer in words.")),
                (
                    "failures",
                    models.PositiveIntegerField(default=0, help_text="In a row, since it last cosigned."),
                ),
                ("cosigned_at", models.DateTimeField(help_text="By the clock of this machine.", null=True)),
                ("cosigned_size", models.BigIntegerField(default=0)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="loghead",
            name="cosigned",
            field=models.BinaryField(
                help_text="The checkpoint with the lines of witnesses, until the log grows.", null=True
            ),
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(help_text="From 1 for each log.")),
                ("first", models.BinaryField(help_text="What was cosigned.")),
                ("second", models.BinaryField(help_text="What was refused.")),
                ("found_at", models.DateTimeField()),
                (
                    "log",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="record.followedlog",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("log", "number"), name="record_evidence_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField(max_length=32)),
                (
                    "first_time",
                    models.BigIntegerField(help_text="By the clock of the witness, in POSIX seconds."),
                ),
                ("time", models.BigIntegerField(help_text="The same, of the newest line.")),
                ("line", models.TextField()),
                (
                    "witness",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="record.witness",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["size"], name="record_cosignature_size")],
                "constraints": [
                    models.UniqueConstraint(fields=("witness", "size"), name="record_cosignature_once")
                ],
            },
        ),
    ]
