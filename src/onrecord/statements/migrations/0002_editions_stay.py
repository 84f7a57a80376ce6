# SPDX-License-Identifier: Apache-2.0
"""The database itself refuses to change what an edition says."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FROZEN = (
    "statement_id",
    "number",
    "language",
    "op",
    "change",
    "content",
    "body_html",
    "nonce",
    "commitment",
    "released_at",
    "released_by_id",
    "approved_by_id",
)
MESSAGE = "an edition is never changed: release a new one"


def guard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        changed = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in FROZEN)
        schema_editor.execute(
            f'CREATE TRIGGER statements_edition_stays BEFORE UPDATE ON "statements_edition" WHEN {changed} '
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        return
    changed = " OR ".join(f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in FROZEN)
    schema_editor.execute(
        "CREATE FUNCTION statements_edition_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    schema_editor.execute(
        'CREATE TRIGGER statements_edition_stays BEFORE UPDATE ON "statements_edition" '
        f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION statements_edition_stays()"
    )


def unguard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER statements_edition_stays")
        return
    schema_editor.execute('DROP TRIGGER statements_edition_stays ON "statements_edition"')
    schema_editor.execute("DROP FUNCTION statements_edition_stays()")


class Migration(migrations.Migration):
    dependencies = [("statements", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
