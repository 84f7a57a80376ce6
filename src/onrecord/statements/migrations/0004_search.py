# SPDX-License-Identifier: Apache-2.0
"""Readers search every statement, in the full-text index of either database."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        # Words come cut and folded: all that is left for the tokeniser is to split at spaces.
        schema_editor.execute(
            "CREATE VIRTUAL TABLE statements_searchwords USING fts5"
            "(facets, title, summary, body, content='', tokenize='ascii', prefix='3')"
        )
        return
    schema_editor.execute("ALTER TABLE statements_searchentry ADD COLUMN words tsvector")
    schema_editor.execute(
        "CREATE INDEX statements_searchentry_words ON statements_searchentry USING gin (words)"
    )


def drop_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE statements_searchwords")


class Migration(migrations.Migration):
    dependencies = [("statements", "0003_feed_order")]
    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dated", models.DateField()),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="statements.edition",
                    ),
                ),
                (
                    "publication",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entry",
                        to="statements.publication",
                    ),
                ),
            ],
        ),
        migrations.RunPython(make_index, drop_index),
    ]
