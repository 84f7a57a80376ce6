# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "leaf",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="opening",
                        serialize=False,
                        to="record.leaf",
                    ),
                ),
                (
                    "state",
                    models.CharField(default="open", max_length=10),
                ),
                (
                    "nonce",
                    models.BinaryField(help_text="Opens the commitment.", max_length=32, null=True),
                ),
                ("edition_path", models.CharField(max_length=500, null=True, unique=True)),
                (
                    "sealed_until",
                    models.DateTimeField(help_text="Kept once it is opened or erased.", null=True),
                ),
                (
                    "erased_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erases",
                        to="record.leaf",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open"), _negated=True),
                        fields=["state", "sealed_until"],
                        name="record_opening_not_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("edition_path__isnull", False),
                                ("erased_by", None),
                                ("nonce__isnull", False),
                                ("state", "open"),
                            ),
                            models.Q(
                                ("edition_path__isnull", False),
                                ("erased_by", None),
                                ("nonce__isnull", False),
                                ("sealed_until__isnull", False),
                                ("state", "sealed"),
                            ),
                            models.Q(
                                ("edition_path", None),
                                ("erased_by__gt", models.F("leaf")),
                                ("erased_by__isnull", False),
                                ("nonce", None),
                                ("state", "erased"),
                            ),
                            _connector="OR",
                        ),
                        name="record_opening_state",
                    )
                ],
            },
        ),
    ]
