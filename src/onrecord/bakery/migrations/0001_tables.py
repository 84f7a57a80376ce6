# SPDX-License-Identifier: Apache-2.0

from django.db import migrations, models

from onrecord.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [("bakery", "0001_initial"), ("bakery", "0002_pages_of_editions_move")]

    initial = True

    dependencies = [
        ("people", "0002_groups"),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="BakedFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("family", models.CharField(max_length=80)),
                        ("key", models.TextField()),
                        ("path", models.CharField(max_length=1024)),
                        ("digest", models.CharField(max_length=64)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["family", "key"], name="bakery_file_key")],
                        "constraints": [models.UniqueConstraint(fields=("path",), name="bakery_file_path")],
                    },
                ),
            ],
        ),
    ]
