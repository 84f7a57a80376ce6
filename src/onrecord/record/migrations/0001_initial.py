# SPDX-License-Identifier: Apache-2.0

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("commitment", models.BinaryField(max_length=32, unique=True)),
                ("body", models.BinaryField(help_text="The leaf exactly as it stands in the log.")),
                ("hash", models.BinaryField(help_text="RFC 6962 leaf hash of the body.", max_length=32)),
                ("nonce", models.BinaryField(help_text="Opens the commitment.", max_length=32)),
                ("edition_path", models.CharField(max_length=500, unique=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("index__gte", 0)), name="record_leaf_index_from_zero"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LogHead",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("origin", models.CharField(max_length=300)),
                ("size", models.BigIntegerField(default=0)),
                ("root", models.BinaryField(max_length=32)),
                (
                    "edge",
                    models.BinaryField(
                        help_text="The hashes of the tree's right edge, the largest subtree first."
                    ),
                ),
                ("checkpoint", models.BinaryField(help_text="The signed note over origin, size and root.")),
                ("signed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="record_loghead_only_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "level", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__gte", 1)), name="record_node_level_from_one"
                    )
                ],
            },
        ),
    ]
