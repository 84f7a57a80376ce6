# SPDX-License-Identifier: Apache-2.0
"""The database itself refuses to change what was sealed."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FROZEN = (
    "number",
    "op",
    "change",
    "content",
    "body_html",
    "nonce",
    "commitment",
    "path",
    "year",
    "slug",
    "sealed_at",
    "until",
)
MESSAGE = "what was sealed is never changed: give the seal up"


def guard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        changed = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in FROZEN)
        schema_editor.execute(
            f'CREATE TRIGGER statements_seal_stays BEFORE UPDATE ON "statements_seal" WHEN {changed} '
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        return
    changed = " OR ".join(f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in FROZEN)
    schema_editor.execute(
        'CREATE TRIGGER statements_seal_stays BEFORE UPDATE ON "statements_seal" '
        f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION record_refuse('{MESSAGE}')"
    )


def unguard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    on = "" if schema_editor.connection.vendor == "sqlite" else ' ON "statements_seal"'
    schema_editor.execute(f"DROP TRIGGER statements_seal_stays{on}")


class Migration(migrations.Migration):
    dependencies = [("statements", "0007_seals"), ("record", "0002_append_only")]
    operations = [migrations.RunPython(guard, unguard)]
