# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0004_paces"),
        ("press", "0001_initial"),
        ("statements", "0011_erasures_by_nobody"),
    ]

    operations = [
        migrations.AddField(
            model_name="destination",
            name="earlier_number",
            field=models.CharField(blank=True, help_text="Signed with too, for a while.", max_length=64),
        ),
        migrations.AddField(
            model_name="destination",
            name="earlier_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="destination",
            name="embargoed",
            field=models.BooleanField(
                default=False, help_text="May see what is under embargo before its time."
            ),
        ),
        migrations.AddField(
            model_name="destination",
            name="host_key",
            field=models.CharField(
                blank=True, help_text="The public key by which an SFTP server is known.", max_length=1000
            ),
        ),
        migrations.AddField(
            model_name="destination",
            name="tests",
            field=models.PositiveIntegerField(default=0, help_text="Test messages so far."),
        ),
        migrations.AlterField(
            model_name="destination",
            name="state",
            field=models.CharField(
                choices=[
                    ("active", "Active"),
                    ("paused", "Paused"),
                    ("stopped", "Stands still: something was not taken"),
                    ("closed", "Closed"),
                ],
                default="active",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="TopicCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(help_text="As 06000000.", max_length=8)),
                (
                    "topic",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="statements.topic"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WireItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                (
                    "purpose",
                    models.CharField(help_text="Why it went out; unique with the version.", max_length=40),
                ),
                ("embargoed_until", models.DateTimeField(null=True)),
                ("title", models.CharField(max_length=300)),
                ("language", models.CharField(max_length=20)),
                ("body", models.JSONField(help_text="The item as `press.formats.stored` writes it.")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "statement",
                    models.ForeignKey(
                        help_text="None: thrown away.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="statements.statement",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("embargoed_until__isnull", False)),
                        fields=["embargoed_until"],
                        name="press_wireitem_embargoed",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("statement", "version", "purpose"), name="press_wireitem_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Transmission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveBigIntegerField()),
                (
                    "turn",
                    models.CharField(
                        choices=[
                            ("open", "Waits or is on its way"),
                            ("done", "Taken"),
                            ("left-out", "Left out by a person"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "offered_at",
                    models.DateTimeField(help_text="When whoever fetches was first shown it.", null=True),
                ),
                ("queued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "delivery",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="transmission",
                        to="delivery.delivery",
                    ),
                ),
                (
                    "destination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transmissions",
                        to="press.destination",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transmissions",
                        to="press.wireitem",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("turn", "open")),
                        fields=["destination", "number"],
                        name="press_transmission_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("destination", "number"), name="press_transmission_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WireToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "embargoed",
                    models.BooleanField(default=False, help_text="Also opens what is under embargo."),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("used_on", models.DateField(help_text="The last day on which it was used.", null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "destination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to="press.destination",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
    ]
