# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0003_transparency_reports"),
        ("people", "0008_strangers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Platform",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                (
                    "webhook_url",
                    models.CharField(blank=True, max_length=500, verbose_name="address for outcomes"),
                ),
                ("webhook_host", models.CharField(blank=True, max_length=255)),
                (
                    "number",
                    models.CharField(
                        help_text="What the secret of its webhook is derived from.", max_length=64
                    ),
                ),
                ("told", models.PositiveIntegerField(default=0, help_text="How many outcomes were sent.")),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=100)),
                ("secret_hash", models.CharField(max_length=64, unique=True)),
                ("scopes", models.JSONField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "acts_for",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "platform",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to="moderation.platform",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IdempotentAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                ("request_hash", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("body", models.JSONField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "token",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="moderation.apitoken",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="moderation_answered_at")],
                "constraints": [
                    models.UniqueConstraint(fields=("token", "key"), name="moderation_answered_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ExternalItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(help_text="The platform's own.", max_length=64)),
                ("version", models.PositiveIntegerField(default=1)),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("url", models.CharField(max_length=500)),
                ("language", models.CharField(max_length=20)),
                ("content_type", models.CharField(max_length=40)),
                ("author", models.CharField(blank=True, help_text="The platform's own.", max_length=48)),
                ("author_name", models.CharField(blank=True, max_length=200)),
                ("written_at", models.DateTimeField()),
                ("orders", models.JSONField(default=dict, help_text="Effects in force, by reference.")),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.contact",
                    ),
                ),
                (
                    "platform",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="moderation.platform",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["platform", "author", "-id"], name="moderation_external_author")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("platform", "key"), name="moderation_external_item_once")
                ],
            },
        ),
    ]
