# SPDX-License-Identifier: Apache-2.0
"""Readers search every statement, in the full-text index of either database."""

from django.apps.registry import Apps
from django.db import migrations
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
    else:
        schema_editor.execute("ALTER TABLE statements_searchentry DROP COLUMN words")


class Migration(migrations.Migration):
    replaces = [("statements", "0004_search")]
    dependencies = [("statements", "0002_guards")]
    operations = [migrations.RunPython(make_index, drop_index)]
