# SPDX-License-Identifier: Apache-2.0
"""Questions and answers of an appeal may be erased once no appeal is possible; nothing else of them changes."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ALWAYS = "1 = 1"
UNLESS_ERASED = """
    NEW."text" <> '' OR OLD."id" <> NEW."id" OR OLD."appeal_id" <> NEW."appeal_id" OR OLD."at" <> NEW."at"
    OR OLD."number" <> NEW."number" OR OLD."from_reviewer" <> NEW."from_reviewer"
    OR EXISTS (
        SELECT 1 FROM "moderation_appeal" a JOIN "moderation_case" c ON c.id = a.case_id
        WHERE a.id = OLD."appeal_id" AND c.state <> 'final'
    )
"""
SAID = "what was judged is never changed: remark_stays"


def _guard(editor: BaseDatabaseSchemaEditor, condition: str) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER moderation_remark_stays")
        editor.execute(
            f'CREATE TRIGGER moderation_remark_stays BEFORE UPDATE ON "moderation_remark" WHEN {condition} '
            f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        )
        return
    editor.execute(
        "CREATE OR REPLACE FUNCTION moderation_remark_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    )


def relax(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _guard(schema_editor, UNLESS_ERASED)


def tighten(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _guard(schema_editor, ALWAYS)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0002_guards")]
    operations = [migrations.RunPython(relax, tighten)]
