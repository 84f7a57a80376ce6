# SPDX-License-Identifier: Apache-2.0
"""The database itself refuses to change or forget what is in the log.

This stops mistakes of programs and people, not an intruder who may drop a trigger. Against him there are
the signed checkpoints that others hold.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

NO_CHANGE = "a leaf of the log is never changed or deleted: append another one"
NO_RETURN = "the head of the log moves only forwards, keeps its name, and is never deleted"
# A head without leaves may still be renamed. Signing the same tree again is allowed.
BACKWARDS = (
    "NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root)"
    " OR (OLD.size > 0 AND NEW.origin <> OLD.origin)"
)
RULES = (
    ("record_leaf", "UPDATE", "", NO_CHANGE),
    ("record_leaf", "DELETE", "", NO_CHANGE),
    ("record_loghead", "UPDATE", BACKWARDS, NO_RETURN),
    ("record_loghead", "DELETE", "", NO_RETURN),
)


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for table, verb, condition, message in RULES:
            when = f"WHEN {condition}" if condition else ""
            schema_editor.execute(
                f'CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON "{table}" {when} '
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return
    schema_editor.execute(
        "CREATE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$",
        params=None,  # so that the percent sign is not taken for a placeholder
    )
    for table, verb, condition, message in RULES:
        when = f"WHEN ({condition})" if condition else ""
        schema_editor.execute(
            f'CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON "{table}" '
            f"FOR EACH ROW {when} EXECUTE FUNCTION record_refuse('{message}')"
        )
    for table, message in (("record_leaf", NO_CHANGE), ("record_loghead", NO_RETURN)):
        schema_editor.execute(
            f'CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON "{table}" '
            f"FOR EACH STATEMENT EXECUTE FUNCTION record_refuse('{message}')"
        )


def unguard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for table, verb, _condition, _message in RULES:
        on = "" if sqlite else f' ON "{table}"'
        schema_editor.execute(f"DROP TRIGGER {table}_{verb.lower()}{on}")
    if not sqlite:
        for table in ("record_leaf", "record_loghead"):
            schema_editor.execute(f'DROP TRIGGER {table}_truncate ON "{table}"')
        schema_editor.execute("DROP FUNCTION record_refuse()")


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
