# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
from django.db import migrations, models

from onrecord.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("record", "0001_initial"),
        ("record", "0003_openings"),
        ("record", "0004_openings_of_leaves"),
        ("record", "0005_leaves_reveal_nothing"),
        ("record", "0006_documents"),
        ("record", "0008_timestamps"),
        ("record", "0009_witnesses"),
        ("record", "0010_documents_by_kind"),
    ]

    initial = True

    dependencies = [
        ("people", "0002_groups"),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="Leaf",
                    fields=[
                        ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("commitment", models.BinaryField(max_length=32, unique=True)),
                        ("body", models.BinaryField(help_text="The leaf exactly as it stands in the log.")),
                        (
                            "hash",
                            models.BinaryField(help_text="RFC 6962 leaf hash of the body.", max_length=32),
                        ),
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
                        ("state", models.CharField(default="open", max_length=10)),
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
                migrations.CreateModel(
                    name="Node",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "level",
                                "index",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
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
                migrations.CreateModel(
                    name="LogHead",
                    fields=[
                        (
                            "id",
                            models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                        ),
                        ("origin", models.CharField(max_length=300)),
                        ("size", models.BigIntegerField(default=0)),
                        ("root", models.BinaryField(max_length=32)),
                        (
                            "edge",
                            models.BinaryField(
                                help_text="The hashes of the tree's right edge, the largest subtree first."
                            ),
                        ),
                        (
                            "checkpoint",
                            models.BinaryField(help_text="The signed note over origin, size and root."),
                        ),
                        ("signed_at", models.DateTimeField(null=True)),
                        (
                            "cosigned",
                            models.BinaryField(
                                help_text="The checkpoint with the lines of witnesses, until the log grows.",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="record_loghead_only_one"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Document",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "path",
                            models.CharField(
                                help_text="Where the edition file is baked.", max_length=500, unique=True
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("number", models.PositiveIntegerField(help_text="Its edition number.")),
                        (
                            "content",
                            models.BinaryField(help_text="The edition file, as it is logged and served."),
                        ),
                        ("nonce", models.BinaryField(max_length=32)),
                        ("commitment", models.BinaryField(max_length=32, unique=True)),
                        ("leaf_index", models.BigIntegerField(null=True, unique=True)),
                        (
                            "note",
                            models.BinaryField(
                                default=b"", help_text="A register's note with the signatures of root keys."
                            ),
                        ),
                        ("created", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["kind", "-number"], name="record_document_newest")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "register")),
                                fields=("number",),
                                name="record_document_register_number",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Timestamp",
                    fields=[
                        (
                            "size",
                            models.BigIntegerField(
                                help_text="How many leaves the checkpoint covers.",
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "checkpoint",
                            models.BinaryField(help_text="The signed note exactly as it was timestamped."),
                        ),
                        ("reply", models.BinaryField(help_text="The verified answer, a TimeStampResp.")),
                        ("at", models.DateTimeField(help_text="The moment that the authority names.")),
                        ("authority", models.CharField(max_length=500)),
                    ],
                ),
                migrations.CreateModel(
                    name="TimestampTrouble",
                    fields=[
                        (
                            "id",
                            models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                        ),
                        ("reason", models.CharField(max_length=1000)),
                        ("since", models.DateTimeField()),
                        ("at", models.DateTimeField()),
                    ],
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
                        (
                            "name",
                            models.CharField(help_text="The name of its key.", max_length=300, unique=True),
                        ),
                        ("vkey", models.CharField(max_length=500, unique=True)),
                        (
                            "url",
                            models.CharField(
                                help_text="Where add-checkpoint is asked; without a slash.", max_length=500
                            ),
                        ),
                        (
                            "outside",
                            models.BooleanField(
                                default=True, help_text="Whether another organisation runs it."
                            ),
                        ),
                        ("active", models.BooleanField(default=True)),
                        ("added_at", models.DateTimeField()),
                        ("asked_at", models.DateTimeField(null=True)),
                        ("answer", models.CharField(blank=True, max_length=20)),
                        ("detail", models.TextField(blank=True, help_text="The last answer in words.")),
                        (
                            "failures",
                            models.PositiveIntegerField(
                                default=0, help_text="In a row, since it last cosigned."
                            ),
                        ),
                        (
                            "cosigned_at",
                            models.DateTimeField(help_text="By the clock of this machine.", null=True),
                        ),
                        ("cosigned_size", models.BigIntegerField(default=0)),
                    ],
                    options={
                        "ordering": ["name"],
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
                        (
                            "witness",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cosignatures",
                                to="record.witness",
                            ),
                        ),
                        ("size", models.BigIntegerField()),
                        ("root", models.BinaryField(max_length=32)),
                        (
                            "first_time",
                            models.BigIntegerField(
                                help_text="By the clock of the witness, in POSIX seconds."
                            ),
                        ),
                        ("time", models.BigIntegerField(help_text="The same, of the newest line.")),
                        ("line", models.TextField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["size"], name="record_cosignature_size")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("witness", "size"), name="record_cosignature_once"
                            )
                        ],
                    },
                ),
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
                        (
                            "root",
                            models.BinaryField(
                                default=b"\xe3\xb0\xc4B\x98\xfc\x1c\x14\x9a\xfb\xf4\xc8\x99o\xb9$'\xaeA\xe4d\x9b\x93L\xa4\x95\x99\x1bxR\xb8U",
                                max_length=32,
                            ),
                        ),
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
                    name="Evidence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "log",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evidence",
                                to="record.followedlog",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(help_text="From 1 for each log.")),
                        ("first", models.BinaryField(help_text="What was cosigned.")),
                        ("second", models.BinaryField(help_text="What was refused.")),
                        ("found_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("log", "number"), name="record_evidence_number")
                        ],
                    },
                ),
            ],
        ),
    ]
