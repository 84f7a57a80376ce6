# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0002_judgements_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportTexts",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveIntegerField(unique=True)),
                (
                    "summary",
                    models.TextField(
                        verbose_name="Summary of what is moderated on the newsroom’s own initiative"
                    ),
                ),
                (
                    "meaning",
                    models.TextField(
                        verbose_name="What that means for readers: how, by which rules, with which people"
                    ),
                ),
                ("automated_means", models.TextField(verbose_name="Which programs help, and how they work")),
                (
                    "accuracy",
                    models.TextField(verbose_name="How accurate they are, and how often they may err"),
                ),
                ("purposes", models.TextField(verbose_name="What exactly they are used for")),
                ("safeguards", models.TextField(verbose_name="What keeps them from doing harm")),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="TransparencyReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveIntegerField()),
                ("version", models.PositiveIntegerField()),
                ("published_on", models.DateField()),
                (
                    "changes",
                    models.TextField(blank=True, help_text="What a later version corrects, and why."),
                ),
                ("files", models.JSONField(help_text="The CSV files by name.")),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-year", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("year", "version"), name="moderation_filing_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("version", 1), models.Q(("changes", ""), _negated=True), _connector="OR"
                        ),
                        name="moderation_filing_says_what_changed",
                    ),
                ],
            },
        ),
    ]
