# SPDX-License-Identifier: Apache-2.0
"""The database itself refuses to delete an edition that has a leaf in the log, unless the leaf is erased."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ERASED = "SELECT 1 FROM \"record_opening\" WHERE leaf_id = OLD.leaf_index AND state = 'erased'"
MESSAGE = "an edition is deleted only once its leaf is erased"


def guard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            'CREATE TRIGGER statements_edition_leaves BEFORE DELETE ON "statements_edition" '
            f"WHEN OLD.leaf_index IS NOT NULL AND NOT EXISTS ({ERASED}) "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        return
    schema_editor.execute(
        "CREATE FUNCTION statements_edition_leaves() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF OLD.leaf_index IS NOT NULL AND NOT EXISTS ({ERASED}) THEN "
        f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN OLD; END $$"
    )
    schema_editor.execute(
        'CREATE TRIGGER statements_edition_leaves BEFORE DELETE ON "statements_edition" '
        "FOR EACH ROW EXECUTE FUNCTION statements_edition_leaves()"
    )


def unguard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER statements_edition_leaves")
        return
    schema_editor.execute('DROP TRIGGER statements_edition_leaves ON "statements_edition"')
    schema_editor.execute("DROP FUNCTION statements_edition_leaves()")


class Migration(migrations.Migration):
    dependencies = [("statements", "0009_erasures"), ("record", "0005_leaves_reveal_nothing")]
    operations = [migrations.RunPython(guard, unguard)]
