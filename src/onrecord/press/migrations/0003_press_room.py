# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("press", "0002_wire"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [
        migrations.CreateModel(
            name="RoomText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        help_text="Code, such as: en, fr, ar",
                        max_length=20,
                        unique=True,
                        verbose_name="language",
                    ),
                ),
                (
                    "facts",
                    models.TextField(
                        blank=True,
                        help_text="One fact a line, as “Inhabitants: 40,000 (2026)”.",
                        verbose_name="fact sheet",
                    ),
                ),
                (
                    "terms",
                    models.TextField(
                        blank=True,
                        help_text="What may be done with texts and pictures. It also goes over the wire.",
                        verbose_name="terms of use",
                    ),
                ),
            ],
            options={
                "verbose_name": "text of the press room",
                "verbose_name_plural": "texts of the press room",
                "ordering": ["language"],
            },
        ),
        migrations.CreateModel(
            name="KitPicture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "sort",
                    models.CharField(
                        choices=[("logo", "Logo"), ("picture", "Picture")],
                        default="picture",
                        max_length=10,
                        verbose_name="sort",
                    ),
                ),
                (
                    "alt",
                    models.CharField(
                        help_text="For whoever cannot see it, and for captions.",
                        max_length=300,
                        verbose_name="description",
                    ),
                ),
                (
                    "credit",
                    models.CharField(
                        blank=True,
                        help_text="Who has to be named, as: Photo: A. Lind",
                        max_length=200,
                        verbose_name="credit",
                    ),
                ),
                (
                    "rights",
                    models.CharField(
                        blank=True,
                        help_text="Only if other than the terms of use of the press room.",
                        max_length=300,
                        verbose_name="rights",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position")),
                ("listed", models.BooleanField(default=True, verbose_name="shown in the press room")),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="wagtailimages.image",
                        verbose_name="picture",
                    ),
                ),
            ],
            options={
                "verbose_name": "picture for the press",
                "verbose_name_plural": "pictures for the press",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PressConference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        help_text="Code. Empty: shown in all languages.",
                        max_length=20,
                        verbose_name="language",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="ends")),
                (
                    "zone",
                    models.CharField(
                        blank=True,
                        help_text="Such as: Europe/Brussels",
                        max_length=64,
                        verbose_name="time zone of the place",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=300, verbose_name="place")),
                (
                    "link",
                    models.URLField(
                        blank=True, help_text="Where it can be followed.", max_length=500, verbose_name="link"
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="what it is about, and how to come")),
                ("cancelled", models.BooleanField(default=False, verbose_name="called off")),
                ("changes", models.PositiveIntegerField(default=0, editable=False)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("listed", models.BooleanField(default=True, verbose_name="shown in the press room")),
            ],
            options={
                "verbose_name": "press conference",
                "verbose_name_plural": "press conferences",
                "ordering": ["-starts_at"],
                "indexes": [models.Index(fields=["starts_at"], name="press_conference_when")],
            },
        ),
    ]
