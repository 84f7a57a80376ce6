# SPDX-License-Identifier: Apache-2.0
"""The database itself refuses to change or forget a logged document. Only root signatures may be added."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE = "record_document"
STAYS = "a logged document is never changed or deleted: log another one"
CHANGED = (
    "NEW.path <> OLD.path OR NEW.kind <> OLD.kind OR NEW.number <> OLD.number OR NEW.content <> OLD.content"
    " OR NEW.nonce <> OLD.nonce OR NEW.commitment <> OLD.commitment OR NEW.created <> OLD.created"
    " OR (OLD.leaf_index IS NOT NULL AND (NEW.leaf_index IS NULL OR NEW.leaf_index <> OLD.leaf_index))"
)
RULES = (("UPDATE", f"WHEN ({CHANGED})"), ("DELETE", ""))


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    refuse = (
        f"BEGIN SELECT RAISE(ABORT, '{STAYS}'); END"
        if sqlite
        else f"FOR EACH ROW %s EXECUTE FUNCTION record_refuse('{STAYS}')"
    )
    for verb, when in RULES:
        what = f"{when} {refuse}" if sqlite else refuse.replace("%s", when)
        schema_editor.execute(f'CREATE TRIGGER {TABLE}_{verb.lower()} BEFORE {verb} ON "{TABLE}" {what}')
    if not sqlite:
        schema_editor.execute(
            f'CREATE TRIGGER {TABLE}_truncate BEFORE TRUNCATE ON "{TABLE}" '
            f"FOR EACH STATEMENT EXECUTE FUNCTION record_refuse('{STAYS}')"
        )


def unguard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for verb in ("update", "delete") if sqlite else ("update", "delete", "truncate"):
        schema_editor.execute(f"DROP TRIGGER {TABLE}_{verb}" + ("" if sqlite else f' ON "{TABLE}"'))


class Migration(migrations.Migration):
    dependencies = [("record", "0006_documents")]
    operations = [migrations.RunPython(guard, unguard)]
