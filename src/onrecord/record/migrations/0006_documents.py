# SPDX-License-Identifier: Apache-2.0

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0005_leaves_reveal_nothing")]

    operations = [
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "register")),
                        fields=("number",),
                        name="record_document_register_number",
                    )
                ],
            },
        ),
    ]
