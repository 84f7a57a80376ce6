# SPDX-License-Identifier: Apache-2.0
"""Officers search inquiries and earlier answers, in the full-text index of either database."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        # Words come cut and folded: all that is left for the tokeniser is to split at spaces.
        schema_editor.execute(
            "CREATE VIRTUAL TABLE press_inquirywords USING fts5"
            "(flags, asked, answer, tokenize='ascii', prefix='3')"
        )
        return
    schema_editor.execute("CREATE TABLE press_inquirywords (id bigint PRIMARY KEY, words tsvector NOT NULL)")
    schema_editor.execute("CREATE INDEX press_inquirywords_words ON press_inquirywords USING gin (words)")


def drop_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP TABLE press_inquirywords")


class Migration(migrations.Migration):
    replaces = [("press", "0021_inquiry_words")]
    dependencies = [("press", "0001_tables")]
    operations = [migrations.RunPython(make_index, drop_index)]
