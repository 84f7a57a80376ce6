# SPDX-License-Identifier: Apache-2.0
"""Nonce and path leave the leaf, which nobody may change, for its opening, which may be erased.

The database refuses every change of an opening but these: sealed becomes open, and open or sealed becomes
erased, which takes nonce and path away for good. There is no way back: what was erased does not return.
"""

from collections.abc import Callable

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

NO_CHANGE = "a leaf of the log is never changed or deleted: append another one"
NO_WAY = "an opening only goes from sealed to open, or to erased without nonce and path; it is never deleted"


def _forbidden(same: Callable[[str], str]) -> str:
    opened = f"OLD.state = 'sealed' AND NEW.state = 'open' AND {same('nonce')} AND {same('edition_path')}"
    erased = (
        "OLD.state IN ('open', 'sealed') AND NEW.state = 'erased'"
        " AND NEW.nonce IS NULL AND NEW.edition_path IS NULL"
    )
    return f"NOT ({same('leaf_id')} AND {same('sealed_until')} AND (({opened}) OR ({erased})))"


SQLITE = _forbidden(lambda name: f"OLD.{name} IS NEW.{name}")
POSTGRESQL = _forbidden(lambda name: f"OLD.{name} IS NOT DISTINCT FROM NEW.{name}")


def lift(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite writes the table anew to drop a column, and the triggers would go with the old one."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER record_leaf_update")
        schema_editor.execute("DROP TRIGGER record_leaf_delete")


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for name, table, verb, when, message in (
            ("record_leaf_update", "record_leaf", "UPDATE", "", NO_CHANGE),
            ("record_leaf_delete", "record_leaf", "DELETE", "", NO_CHANGE),
            ("record_opening_update", "record_opening", "UPDATE", f"WHEN {SQLITE}", NO_WAY),
            ("record_opening_delete", "record_opening", "DELETE", "", NO_WAY),
        ):
            schema_editor.execute(
                f'CREATE TRIGGER {name} BEFORE {verb} ON "{table}" {when} '
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return
    for verb, each in (
        ("UPDATE", f"FOR EACH ROW WHEN ({POSTGRESQL})"),
        ("DELETE", "FOR EACH ROW"),
        ("TRUNCATE", "FOR EACH STATEMENT"),
    ):
        schema_editor.execute(
            f'CREATE TRIGGER record_opening_{verb.lower()} BEFORE {verb} ON "record_opening" '
            f"{each} EXECUTE FUNCTION record_refuse('{NO_WAY}')"
        )


class Migration(migrations.Migration):
    dependencies = [("record", "0004_openings_of_leaves")]
    operations = [
        migrations.RunPython(lift),
        migrations.RemoveField("leaf", "nonce"),
        migrations.RemoveField("leaf", "edition_path"),
        migrations.RunPython(guard),
    ]
