# SPDX-License-Identifier: Apache-2.0
"""Orders of authorities, what disputes cost, and two facts that the transparency report asks for."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0008_notices_by_person"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="appealfact",
            name="trusted",
            field=models.BooleanField(default=False, help_text="By a trusted flagger."),
        ),
        migrations.AddField(
            model_name="external",
            name="costs",
            field=models.CharField(blank=True, help_text="What it cost the newsroom.", max_length=200),
        ),
        migrations.AddField(
            model_name="reportfact",
            name="automated",
            field=models.BooleanField(default=False, help_text="Answered by a program alone."),
        ),
        migrations.CreateModel(
            name="AuthorityOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("authority", models.CharField(max_length=200, verbose_name="authority")),
                ("reference", models.CharField(max_length=200, verbose_name="its reference")),
                (
                    "member_state",
                    models.CharField(
                        choices=[
                            ("AT", "AT"),
                            ("BE", "BE"),
                            ("BG", "BG"),
                            ("CY", "CY"),
                            ("CZ", "CZ"),
                            ("DE", "DE"),
                            ("DK", "DK"),
                            ("EE", "EE"),
                            ("ES", "ES"),
                            ("FI", "FI"),
                            ("FR", "FR"),
                            ("GR", "GR"),
                            ("HR", "HR"),
                            ("HU", "HU"),
                            ("IE", "IE"),
                            ("IT", "IT"),
                            ("LT", "LT"),
                            ("LU", "LU"),
                            ("LV", "LV"),
                            ("MT", "MT"),
                            ("NL", "NL"),
                            ("PL", "PL"),
                            ("PT", "PT"),
                            ("RO", "RO"),
                            ("SE", "SE"),
                            ("SI", "SI"),
                            ("SK", "SK"),
                        ],
                        max_length=2,
                        verbose_name="Member State",
                    ),
                ),
                (
                    "information",
                    models.BooleanField(
                        default=False, verbose_name="to give information (Article 10), not to act (Article 9)"
                    ),
                ),
                ("category", models.CharField(max_length=80)),
                ("items", models.PositiveIntegerField(default=1, verbose_name="how many things it names")),
                ("note", models.TextField(blank=True, verbose_name="what it asks")),
                ("received_at", models.DateTimeField(verbose_name="received")),
                (
                    "confirmed_at",
                    models.DateTimeField(help_text="The authority was told that it arrived.", null=True),
                ),
                (
                    "effected_at",
                    models.DateTimeField(
                        help_text="The authority was told what was done, and when.", null=True
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="moderation.case",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("authority", "reference"), name="moderation_order_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("case__isnull", True), ("information", True)),
                            ("information", False),
                            _connector="OR",
                        ),
                        name="moderation_order_to_inform_has_no_case",
                    ),
                ],
            },
        ),
    ]
