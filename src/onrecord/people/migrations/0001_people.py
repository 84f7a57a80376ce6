# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from onrecord.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("people", "0001_initial"),
        ("people", "0003_links_and_log_name"),
        ("people", "0005_links_from_the_operator"),
        ("people", "0006_identity"),
        ("people", "0007_contact"),
        ("people", "0008_strangers"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "email",
                            models.EmailField(max_length=254, unique=True, verbose_name="e-mail address"),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "joined_at",
                            models.DateTimeField(
                                blank=True,
                                default=django.utils.timezone.now,
                                null=True,
                                verbose_name="joined",
                            ),
                        ),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "person",
                        "verbose_name_plural": "people",
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("email"), name="people_user_email_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("is_superuser", False)), name="people_user_no_superuser"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Organisation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("address", models.CharField(max_length=200, verbose_name="address of the site")),
                        ("languages", models.JSONField(default=list, verbose_name="languages")),
                        ("time_zone", models.CharField(max_length=64, verbose_name="time zone")),
                        (
                            "accent",
                            models.CharField(default="#8a1538", max_length=7, verbose_name="accent colour"),
                        ),
                        (
                            "logo",
                            models.ImageField(blank=True, upload_to="organisation/", verbose_name="logo"),
                        ),
                        (
                            "about",
                            models.TextField(
                                blank=True, max_length=5000, verbose_name="about the organisation"
                            ),
                        ),
                        ("log_name", models.CharField(blank=True, editable=False, max_length=200)),
                        ("domains", models.JSONField(blank=True, default=list, verbose_name="known domains")),
                        (
                            "identifiers",
                            models.JSONField(
                                blank=True, default=list, verbose_name="numbers in public registers"
                            ),
                        ),
                        ("relations", models.JSONField(blank=True, default=list, verbose_name="relations")),
                        (
                            "security_contact",
                            models.CharField(blank=True, max_length=500, verbose_name="security contact"),
                        ),
                        (
                            "data_training",
                            models.CharField(blank=True, max_length=3, verbose_name="training of machines"),
                        ),
                    ],
                    options={
                        "verbose_name": "organisation",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="people_organisation_only_one"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SetupLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("token_hash", models.CharField(max_length=64)),
                        ("expires_at", models.DateTimeField()),
                        ("draft", models.JSONField(default=dict)),
                        ("logo", models.ImageField(blank=True, upload_to="organisation/")),
                    ],
                ),
                migrations.CreateModel(
                    name="Invitation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invitations",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "issued_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("issued_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("expires_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("revoked_at", None), ("used_at", None)),
                                fields=("person",),
                                name="people_invitation_one_open",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("address", models.CharField(max_length=254, unique=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("confirmed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("address", django.db.models.functions.text.Lower("address"))
                                ),
                                name="people_contact_lower_case",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormCount",
                    fields=[
                        (
                            "name",
                            models.CharField(
                                help_text="Holds a keyed hash, no address.",
                                max_length=120,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("count", models.PositiveIntegerField()),
                        ("expires", models.BigIntegerField(db_index=True, help_text="Seconds since 1970.")),
                    ],
                ),
                migrations.CreateModel(
                    name="SpentTicket",
                    fields=[
                        ("number", models.CharField(max_length=32, primary_key=True, serialize=False)),
                        ("expires", models.BigIntegerField(db_index=True, help_text="Seconds since 1970.")),
                    ],
                ),
            ],
        ),
    ]
