# SPDX-License-Identifier: Apache-2.0
"""The database itself refuses to change what an edition says or what was sealed, and to delete an edition that has
a leaf in the log, unless the leaf is erased."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

EDITION = (
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
SEAL = (
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
NEW_EDITION = "an edition is never changed: release a new one"
GIVE_UP = "what was sealed is never changed: give the seal up"
ERASED = "SELECT 1 FROM \"record_opening\" WHERE leaf_id = OLD.leaf_index AND state = 'erased'"
ERASE_FIRST = "an edition is deleted only once its leaf is erased"


def _changed(columns: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f'OLD."{name}" {differs} NEW."{name}"' for name in columns)


def guard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        _guard_on_sqlite(schema_editor)
    else:
        _guard_on_postgresql(schema_editor)


def _guard_on_sqlite(schema_editor: BaseDatabaseSchemaEditor) -> None:
    leaves = f"OLD.leaf_index IS NOT NULL AND NOT EXISTS ({ERASED})"
    for trigger, moment, table, condition, message in (
        ("edition_stays", "UPDATE", "edition", _changed(EDITION, "IS NOT"), NEW_EDITION),
        ("edition_leaves", "DELETE", "edition", leaves, ERASE_FIRST),
        ("seal_stays", "UPDATE", "seal", _changed(SEAL, "IS NOT"), GIVE_UP),
    ):
        schema_editor.execute(
            f'CREATE TRIGGER statements_{trigger} BEFORE {moment} ON "statements_{table}" WHEN {condition} '
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def _guard_on_postgresql(schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(
        "CREATE FUNCTION statements_edition_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{NEW_EDITION}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    schema_editor.execute(
        'CREATE TRIGGER statements_edition_stays BEFORE UPDATE ON "statements_edition" '
        f"FOR EACH ROW WHEN ({_changed(EDITION, 'IS DISTINCT FROM')}) "
        "EXECUTE FUNCTION statements_edition_stays()"
    )
    schema_editor.execute(
        "CREATE FUNCTION statements_edition_leaves() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF OLD.leaf_index IS NOT NULL AND NOT EXISTS ({ERASED}) THEN "
        f"RAISE EXCEPTION '{ERASE_FIRST}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN OLD; END $$"
    )
    schema_editor.execute(
        'CREATE TRIGGER statements_edition_leaves BEFORE DELETE ON "statements_edition" '
        "FOR EACH ROW EXECUTE FUNCTION statements_edition_leaves()"
    )
    schema_editor.execute(
        'CREATE TRIGGER statements_seal_stays BEFORE UPDATE ON "statements_seal" '
        f"FOR EACH ROW WHEN ({_changed(SEAL, 'IS DISTINCT FROM')}) EXECUTE FUNCTION record_refuse('{GIVE_UP}')"
    )


def unguard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for trigger, table in (
        ("edition_stays", "edition"),
        ("edition_leaves", "edition"),
        ("seal_stays", "seal"),
    ):
        on = "" if sqlite else f' ON "statements_{table}"'
        schema_editor.execute(f"DROP TRIGGER statements_{trigger}{on}")
    if not sqlite:
        schema_editor.execute("DROP FUNCTION statements_edition_stays()")
        schema_editor.execute("DROP FUNCTION statements_edition_leaves()")


class Migration(migrations.Migration):
    replaces = [
        ("statements", "0002_editions_stay"),
        ("statements", "0008_seals_stay"),
        ("statements", "0010_editions_leave_when_erased"),
    ]
    dependencies = [("statements", "0001_tables"), ("record", "0002_guards")]
    operations = [migrations.RunPython(guard, unguard)]
